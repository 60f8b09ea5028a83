import { createHash } from 'node:crypto'

import { isObject, type JsonObject } from '#domain/json-form.ts'
import { withoutShingles } from '#domain/shingles.ts'
import { messagesContent, resourceContent, resultContent } from '../normalize/mcp-content.ts'
import type { Restriction } from './restrictions.ts'

/** What becomes of a result that was looked into. */
export type Inspected =
  | { verdict: 'pass' }
  | { verdict: 'refuse'; by: Restriction }
  | { verdict: 'sanitise'; by: Restriction; result: JsonObject; cutCount: number }

const DEPTH_MAX = 64
/** Members of the protocol's own, with values of its own. */
const PROTOCOL_NAMES = new Set(['type', 'mimeType', 'resultType', 'role'])

/**
 * Looks for quarantined content in a result: refuses it where a text of it, or all its texts
 * together, are the content a restriction names; cuts out runs of words that `sanitise` names.
 */
export function inspectResult(result: JsonObject, restrictions: readonly Restriction[]): Inspected {
  if (restrictions.length === 0) return { verdict: 'pass' }
  const hashes = hashesOf(result)
  let sanitised: Inspected = { verdict: 'pass' }
  let left = result
  let cutTotal = 0
  for (const restriction of restrictions) {
    const isNamed =
      restriction.scope_kind === 'content_hash' && hashes.has(restriction.scope_value.toLowerCase())
    if (isNamed && restriction.restriction !== 'sanitise')
      return { verdict: 'refuse', by: restriction }
    if (restriction.restriction !== 'sanitise') continue
    const { result: cut, cutCount } = sanitise(left, restriction)
    if (cutCount === 0) continue
    left = cut
    cutTotal += cutCount
    sanitised = { verdict: 'sanitise', by: restriction, result: cut, cutCount: cutTotal }
  }
  return sanitised
}

/** SHA-256 of a text, hex: the hash by which content is quarantined. */
export function contentHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hashesOf(result: JsonObject): Set<string> {
  const texts: string[] = []
  mapTexts(result, 0, (text) => {
    texts.push(text)
    return text
  })
  for (const whole of [resultContent, resourceContent, messagesContent])
    texts.push(whole(result, Infinity).text)
  return new Set(texts.map(contentHash))
}

function sanitise(
  result: JsonObject,
  restriction: Restriction,
): { result: JsonObject; cutCount: number } {
  const mark = `[removed: quarantined content, incident ${restriction.incident_id ?? 'unknown'}]`
  const shingles = new Set(restriction.shingles)
  const isContent = restriction.scope_kind === 'content_hash'
  let cutCount = 0
  const cut = mapTexts(result, 0, (text) => {
    if (isContent && contentHash(text) === restriction.scope_value.toLowerCase()) {
      cutCount++
      return mark
    }
    if (shingles.size === 0) return text
    const without = withoutShingles(text, shingles, mark)
    cutCount += without.cutCount
    return without.text
  })
  return { result: cut as JsonObject, cutCount }
}

/** A value with each text of it changed; what is nested deeper than any content stays. */
function mapTexts(value: unknown, depth: number, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (depth > DEPTH_MAX) return value
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, depth + 1, change))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      PROTOCOL_NAMES.has(name) ? inner : mapTexts(inner, depth + 1, change),
    ]),
  )
}
