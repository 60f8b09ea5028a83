import { boundedJson, isObject } from '#domain/json-form.ts'

/** What of a call's arguments is kept. */
export type ArgumentRules = {
  /** Lower-case member names whose values are never kept, at any depth. */
  redactedNames: ReadonlySet<string>
  maxChars: number
}

const REDACTED = '[redacted]'
const LONG_TEXT_MAX_CHARS = 1_024
const LONG_LIST_MAX_COUNT = 64

/**
 * Arguments as JSON text, redacted; where that is too long, with texts and lists cut. Undefined
 * where they are nested too deep, or too long even so.
 */
export function keptArguments(
  value: unknown,
  rules: ArgumentRules,
): { json: string | undefined; isCut: boolean } {
  const whole = boundedJson(value)
  if (whole === undefined) return { json: undefined, isCut: true }
  const { redactedNames, maxChars } = rules
  const json = redactedNames.size === 0 ? whole : JSON.stringify(redact(value, redactedNames))
  if (json.length <= maxChars) return { json, isCut: false }
  const short = JSON.stringify(shorten(redact(value, redactedNames)))
  return { json: short.length <= maxChars ? short : undefined, isCut: true }
}

function redact(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => redact(item, names))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      names.has(name.toLowerCase()) ? REDACTED : redact(inner, names),
    ]),
  )
}

function shorten(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, LONG_TEXT_MAX_CHARS)
  if (Array.isArray(value)) return value.slice(0, LONG_LIST_MAX_COUNT).map(shorten)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, LONG_LIST_MAX_COUNT)
      .map(([name, inner]) => [name.slice(0, LONG_TEXT_MAX_CHARS), shorten(inner)]),
  )
}
