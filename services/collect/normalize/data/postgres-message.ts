import type { PostgresRecord } from './postgres-record.ts'

/** What one message of a Postgres server is about. */
export type Message =
  | { kind: 'audit' }
  | { kind: 'error' }
  | { kind: 'connect' }
  /** A string of SQL: asked for where `durationMs` is null, else it ran that long. */
  | { kind: 'query'; text: string; durationMs: number | null; isExtended: boolean }
  | { kind: 'plan'; body: string; durationMs: number | null }
  | { kind: 'told' }
  | { kind: 'none' }

/**
 * Says what a message is about. Whoever may run code in the database may also write into its log
 * (RAISE LOG), but then the server says in which context; no such message is believed.
 */
export function messageOf({ message, context, code }: PostgresRecord): Message {
  if (isErrorCode(code)) return { kind: 'error' }
  if (context !== null && !isNestedPlan(message, context)) return { kind: 'none' }
  if (message.startsWith('AUDIT: ')) return { kind: 'audit' }
  if (message.startsWith('connection ')) {
    if (message.startsWith('connection authorized: ')) return { kind: 'connect' }
    return { kind: 'told' }
  }
  if (!message.startsWith(DURATION)) return queryOf(message, null)
  const match = DURATION_VALUE.exec(message)
  if (match === null) return { kind: 'none' }
  const durationMs = Number(match[1])
  const rest = message.slice(match[0].length)
  if (rest === '') return { kind: 'told' }
  if (rest.startsWith(PLAN)) return { kind: 'plan', body: rest.slice(PLAN.length), durationMs }
  return queryOf(rest.slice(2), durationMs)
}

/** Success, warnings and "no data" are no errors. */
function isErrorCode(code: string): boolean {
  return !(code.startsWith('00') || code.startsWith('01') || code.startsWith('02'))
}

const DURATION = 'duration: '
const DURATION_VALUE = /^duration: (\d{1,12}(?:\.\d{1,6})?) ms/
const PLAN = '  plan:\n'
const STATEMENT = 'statement: '
/** A name may hold anything but is seldom told to: the text begins behind the first colon. */
const EXECUTE = /^(execute|parse|bind|execute fetch from) ([^:]{0,256}): /
const NESTED = /^SQL (?:statement|function) /

function isNestedPlan(message: string, context: string): boolean {
  return message.startsWith(DURATION) && message.includes(PLAN) && NESTED.test(context)
}

function queryOf(message: string, durationMs: number | null): Message {
  if (message.startsWith(STATEMENT)) {
    const text = message.slice(STATEMENT.length)
    return { kind: 'query', text, durationMs, isExtended: false }
  }
  const match = EXECUTE.exec(message)
  if (match === null) return { kind: 'none' }
  if (match[1] !== 'execute' || match[2]?.startsWith('fetch from ') === true)
    return { kind: 'told' }
  return { kind: 'query', text: message.slice(match[0].length), durationMs, isExtended: true }
}
