import type { Findings } from './finding.ts'

const BEFORE_MAX_LENGTH = 2048
const AFTER_MAX_LENGTH = 4096
const ENTRIES_MAX_COUNT = 64
const KIND = /kind["']?[ \t]*:[ \t]*["']?Secret\b(?!L)/y
const DATA = /\bdata["']?[ \t]*:[ \t]*\{?/g
const ENTRY =
  /[\s,]*["']?[\w.-]{1,64}["']?[ \t]*:[ \t]*["']?([A-Za-z0-9+/]{8,4096}={0,2})(?![\w+/=:.-])["']?/y

/**
 * Reports the values of the Kubernetes secret whose `kind: Secret` stands at `start`; its `data`
 * may stand before it. Returns `start`: what else stands in the document is read as any text.
 */
export function findClusterSecretAt({ text, spans }: Findings, start: number): number {
  KIND.lastIndex = start
  if (!KIND.test(text)) return start
  const before = text.slice(Math.max(0, start - BEFORE_MAX_LENGTH), start)
  const from = Math.max(start - before.length, start - before.length + before.lastIndexOf('\n---'))
  const after = text.slice(start, start + AFTER_MAX_LENGTH).split('\n---', 1)[0] ?? ''
  const end = start + after.length
  DATA.lastIndex = from
  const data = DATA.exec(text)
  if (data === null || data.index >= end) return start
  let index = DATA.lastIndex
  for (let count = 0; count < ENTRIES_MAX_COUNT && index < end; count += 1) {
    ENTRY.lastIndex = index
    const value = ENTRY.exec(text)?.[1]
    if (value === undefined) break
    index = ENTRY.lastIndex
    const valueStart = text.lastIndexOf(value, index)
    if (value.length % 4 !== 0) continue
    const valueEnd = valueStart + value.length
    spans.push({ type: 'password', start: valueStart, end: valueEnd, detector: 'cluster-secret' })
  }
  return start
}
