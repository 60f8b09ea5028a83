import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** So many bytes may have passed before what they leave behind is swept up. */
const SWEEP_EVERY_BYTES = 4 * 1024 * 1024

let spentBytes = 0
let sweep: (() => void) | undefined

/**
 * Says that bytes have passed. Their buffers lie outside of the JavaScript heap, whose collector
 * does not hurry for them: a large result would leave its whole size behind before it starts.
 */
export function noteSpent(bytes: number): void {
  spentBytes += bytes
  if (spentBytes < SWEEP_EVERY_BYTES) return
  spentBytes = 0
  sweep ??= minorCollector()
  sweep()
}

/** A collection of young objects: a millisecond, where a whole one takes tens. */
function minorCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void
  return () => collect({ type: 'minor' })
}
