import { DoorError } from './door-request.ts'
import type { ReaderLimits } from './reader.ts'

const READONLY = 164
/** How an answer is written; none of them reads or reaches anything. */
const COSMETIC =
  /^(?:output_format_(?!schema)\w+|date_time_output_format|extremes|session_timezone)$/
const LOWERED: Readonly<Record<string, keyof ReaderLimits>> = {
  max_execution_time: 'executionMaxSeconds',
  max_memory_usage: 'memoryMaxBytes',
  max_result_rows: 'resultRowsMaxCount',
  max_result_bytes: 'resultMaxBytes',
}

/**
 * What a reader's URL may set: how the answer is written, and limits, which it may only lower.
 *
 * @throws DoorError READONLY for anything else.
 */
export function readerSettings(
  given: Readonly<Record<string, string>>,
  limits: ReaderLimits,
): { settings: Record<string, string>; limits: ReaderLimits } {
  const settings: Record<string, string> = {}
  const lowered = { ...limits }
  for (const [name, value] of Object.entries(given)) {
    const limit = LOWERED[name]
    if (limit !== undefined) {
      const wanted = Number(value)
      if (wanted > 0) lowered[limit] = Math.min(limits[limit], wanted)
    } else if (COSMETIC.test(name)) settings[name] = value
    else if (!/^\w+$/.test(name) || !isHarmless(name, value))
      throw new DoorError(READONLY, 'Cannot modify settings here, but for how answers are written')
  }
  return { settings, limits: lowered }
}

/** Clients say these by habit; refusing them would refuse the client. */
function isHarmless(name: string, value: string): boolean {
  return name === 'result_overflow_mode' && (value === 'throw' || value === 'break')
}
