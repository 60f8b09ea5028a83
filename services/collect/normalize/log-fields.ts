import { boundedJson, type JsonObject } from '#domain/json-form.ts'
import { LINE_MAX_BYTES, parseLine } from './event.ts'
import { refuse, type Reason, type Refusal } from './reject.ts'

/** A record that is one JSON object, or why it is none. */
export function jsonRecord(record: Buffer): { ok: true; json: JsonObject } | Refusal {
  const parsed = parseLine(record, LINE_MAX_BYTES)
  return parsed.ok ? parsed : refused(parsed.reason, parsed.detail)
}

/** A refusal of a record of a log: none of its words are repeated. */
export function refused(reason: Reason, detail: string): Refusal {
  return refuse(reason, detail)
}

/** Text that is not empty, at most `maxLength` characters of it; null for anything else. */
export function textOf(value: unknown, maxLength = 4_096): string | null {
  if (typeof value !== 'string' || value === '') return null
  const text = value.length > maxLength ? value.slice(0, maxLength) : value
  return text.isWellFormed() ? text : text.toWellFormed()
}

/** A count: a whole number from 0, as JSON number or digits (64 bits travel as text). */
export function countOf(value: unknown): number | null {
  const count = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value
  return Number.isSafeInteger(count) && (count as number) >= 0 ? (count as number) : null
}

/** A number that is finite and not negative, as JSON number or decimal text. */
export function amountOf(value: unknown): number | null {
  const amount = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value
  return typeof amount === 'number' && Number.isFinite(amount) && amount >= 0 ? amount : null
}

/**
 * What is worth keeping beside an event's own fields, each as JSON text. Text is cut at
 * `textMaxLength` characters; other values whose JSON is longer than 16 KiB are left out.
 */
export function extraOf(
  facts: Readonly<Record<string, unknown>>,
  textMaxLength = EXTRA_MAX,
): Record<string, string> {
  const extra: Record<string, string> = {}
  for (const name in facts) {
    const value = facts[name]
    if (value === null || value === undefined || value === '') continue
    const text = typeof value === 'string' ? quoted(value, textMaxLength) : json(value)
    if (text !== undefined) extra[name] = text
  }
  return extra
}

const DIGITS = /^\d{1,16}$/
const DECIMAL = /^\d{1,16}(?:\.\d{1,9})?$/
const EXTRA_MAX = 16_384
const NOTHING_TO_ESCAPE = /^[ !#-[\]-~]*$/

/** The text as JSON; most hold nothing to escape, and then quotes are all it takes. */
function quoted(text: string, maxLength: number): string {
  const cut = text.length > maxLength ? text.slice(0, maxLength).toWellFormed() : text
  return NOTHING_TO_ESCAPE.test(cut) ? `"${cut}"` : JSON.stringify(cut)
}

function json(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  const text = boundedJson(value)
  return text !== undefined && text.length <= EXTRA_MAX ? text : undefined
}
