import { z } from 'zod'
import { RuleRefusal } from './refusal.ts'

/** Who answers for an exception, why it is made, and until when events fall under it. */
export type Exception = {
  owner: string
  reason: string
  /** The first microsecond since the epoch that no longer falls under it. */
  expiresUs: number
}

const DATE = /^\d{4}-\d{2}-\d{2}$/
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.(\d+))?(?:[Zz]|[+-]\d{2}:\d{2})$/

const schema = z.strictObject({
  owner: z.string().min(1),
  reason: z.string().min(1),
  expires: z.union([z.string(), z.date()]),
})

/**
 * Reads the member `tocsin` of a filter. A date without a time ends as that day begins, in UTC.
 *
 * @throws RuleRefusal for a missing owner, reason or end, and for an end that is no time.
 */
export function readException(given: unknown): Exception {
  const read = schema.safeParse(given)
  if (!read.success) {
    const [issue] = read.error.issues
    const path = (issue?.path ?? []).map(String)
    const place = ['tocsin', ...path].join('.')
    throw new RuleRefusal(`${place}: ${issue?.message ?? 'not understood'}`, ['tocsin', ...path])
  }
  const { owner, reason, expires } = read.data
  const expiresUs = microsecondsOf(expires instanceof Date ? expires.toISOString() : expires)
  if (expiresUs === undefined) {
    throw new RuleRefusal('tocsin.expires: a date or an RFC 3339 time', ['tocsin', 'expires'])
  }
  return { owner, reason, expiresUs }
}

function microsecondsOf(text: string): number | undefined {
  const isDate = DATE.test(text)
  const time = RFC_3339.exec(text)
  if (!isDate && time === null) return undefined
  const milliseconds = Date.parse(isDate ? `${text}T00:00:00Z` : text)
  if (Number.isNaN(milliseconds) || isRolledOver(text)) return undefined
  const microseconds = (time?.[1] ?? '').padEnd(6, '0').slice(3, 6)
  return milliseconds * 1000 + Number(microseconds)
}

/** `Date.parse` takes February 30 for a day in March; an exception must not outlive its date. */
function isRolledOver(text: string): boolean {
  const day = text.slice(0, 10)
  const time = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day
}
