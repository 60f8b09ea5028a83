import type { LogEvent, Reading } from '../format.ts'
import { extraOf, textOf } from '../log-fields.ts'
import { dataEvent, queryFacts, type DataFacts } from './data-event.ts'
import { auditEntry, objectsThatRan } from './postgres-audit.ts'
import { messageOf, type Message } from './postgres-message.ts'
import { planOf } from './postgres-plan.ts'
import type { PostgresRecord } from './postgres-record.ts'
import type { ToldStatements } from './postgres-told.ts'
import { beyondSelect, type SqlReader } from './sql-reading.ts'
import type { Statement } from './sql-statement.ts'
import { actionOfVerb } from './sql-words.ts'

/** What reading a log goes on with: what was told before, and queries read before. */
export type PostgresMemory = { told: ToldStatements; sql: SqlReader }

/** The events of one record. */
export function postgresEvents(record: PostgresRecord, memory: PostgresMemory): Reading {
  const message = messageOf(record)
  switch (message.kind) {
    case 'audit':
      return auditEvents(record, memory)
    case 'plan':
      return planEvents(record, message, memory)
    case 'query':
      return queryEvents(record, message, memory)
    case 'error':
      return errorEvents(record, memory)
    case 'connect':
      return events([event(record, { action: 'connect', status: 'ok' })])
    case 'told':
      return { ok: 'skipped', why: 'TOLD_ELSEWHERE' }
    default:
      return { ok: 'skipped', why: 'OTHER_SUBJECT' }
  }
}

type Told = Partial<DataFacts> & Pick<DataFacts, 'action'>

function events(list: readonly LogEvent[]): Reading {
  return list.length === 0 ? { ok: 'skipped', why: 'TOLD_ELSEWHERE' } : { ok: true, events: list }
}

/** Adds to facts made for this event alone what every record says; no copy, for speed. */
function event(record: PostgresRecord, facts: Told): LogEvent {
  const whole = facts as DataFacts
  whole.occurred_at = record.timeUs
  whole.db_system = 'postgresql'
  whole.db_name = record.database
  whole.db_user = record.user
  whole.client_address = record.client.address
  whole.client_port = record.client.port
  return record.application === null
    ? dataEvent(whole)
    : dataEvent(whole, { applicationName: record.application })
}

/** pgaudit says for each statement what it was; the string it came in says the rest. */
function auditEvents(record: PostgresRecord, { told, sql }: PostgresMemory): Reading {
  const entry = auditEntry(record.message)
  if (entry === undefined) return { ok: 'skipped', why: 'OTHER_SUBJECT' }
  const { sessionId, tag } = record
  const { text, statementKey, object } = entry
  const before = told.fingerprintOf(sessionId, statementKey)
  const reading = text === null ? undefined : sql.read(text)
  const fingerprint = reading?.fingerprint ?? before
  const said = reading === undefined ? entry.action : beyondSelect(entry.action, reading)
  const action = said === 'select' && tag === 'COPY' ? 'copy' : said
  if (fingerprint !== undefined) told.tell(sessionId, statementKey, fingerprint, action)
  const facts: Told =
    reading === undefined || text === null
      ? { action, query_fingerprint: fingerprint ?? null, extra: { logged_by: '"pgaudit"' } }
      : { action, ...queryFacts(text, reading, AUDITED) }
  if (entry.parameters !== null) addExtra(facts, 'parameters', entry.parameters)
  facts.status = 'ok'
  // The same statement again, of another of its tables: its rows are counted already.
  facts.rows = before === undefined ? entry.rows : null
  facts.object_names = reading === undefined ? null : objectsThatRan(entry, reading)
  if (object !== null) facts.object_names = [object]
  return events([event(record, facts)])
}

const AUDITED = { logged_by: 'pgaudit' }

function addExtra(facts: Told, name: string, value: string): void {
  facts.extra = { ...facts.extra, ...extraOf({ [name]: value }) }
}

function planEvents(
  record: PostgresRecord,
  { body, durationMs }: Extract<Message, { kind: 'plan' }>,
  { told, sql }: PostgresMemory,
): Reading {
  const plan = planOf(body)
  if (plan === undefined) return { ok: 'skipped', why: 'OTHER_SUBJECT' }
  const reading = sql.read(plan.text)
  const { statements } = reading
  const action = beyondSelect(plan.action, reading)
  told.tell(record.sessionId, '', reading.fingerprint, action)
  const objects = plan.objects ?? (statements.length === 1 ? objectsOf(statements) : null)
  const facts: Told = {
    action,
    status: 'ok',
    rows: plan.rows,
    duration_ms: durationMs,
    object_names: objects,
    ...queryFacts(plan.text, reading, { logged_by: 'auto_explain' }),
  }
  return events([event(record, facts)])
}

/**
 * One event for each statement of a string. A string of the extended protocol holds one, and the
 * server's own tag says which, whatever the text looks like.
 */
function queryEvents(
  record: PostgresRecord,
  { text, durationMs, isExtended }: Extract<Message, { kind: 'query' }>,
  { told, sql }: PostgresMemory,
): Reading {
  const reading = sql.read(text)
  const { statements } = reading
  const common: Partial<DataFacts> = {
    status: durationMs === null ? null : 'ok',
    duration_ms: durationMs,
    ...queryFacts(text, reading, {
      logged_by: durationMs === null ? 'log_statement' : 'log_duration',
      parameters: parametersOf(record.detail),
    }),
  }
  if (isExtended) {
    const [only] = statements
    const action = statements.length === 1 ? only?.action : undefined
    const ran = action ?? actionOfTag(record.tag)
    const object_names = objectsOf(statements)
    return events([event(record, { ...common, action: tagged(ran, record.tag), object_names })])
  }
  const already = durationMs === null ? [] : told.take(record.sessionId, reading.fingerprint)
  const untold = statements.filter(({ action }) => !already.includes(action))
  return events(
    untold.map((one) =>
      event(record, { ...common, action: one.action, object_names: objectsOf([one]) }),
    ),
  )
}

/** The server's tag decides where it says more than that something is done. */
function tagged(action: DataFacts['action'], tag: string): DataFacts['action'] {
  const byTag = actionOfTag(tag)
  const isSaid = byTag !== 'other' && !(byTag === 'ddl' && action === 'grant')
  return isSaid && !(byTag === 'copy' && action === 'insert') ? byTag : action
}

function actionOfTag(tag: string): DataFacts['action'] {
  return actionOfVerb(tag.toLowerCase().split(' ', 1)[0] ?? '')
}

/** What failed is told by the tag of the command in progress: behind `idle` nothing had begun. */
function errorEvents(record: PostgresRecord, { sql }: PostgresMemory): Reading {
  const { code, statement, tag, user } = record
  const isLogin = code.startsWith('28') || tag === 'authentication' || tag === 'startup'
  if (user === null || (statement === null && !isLogin))
    return { ok: 'skipped', why: 'OTHER_SUBJECT' }
  const isDenied = code.startsWith('28') || code === '42501'
  const status = `${isDenied ? 'denied' : 'error'} ${textOf(code, 5) ?? ''}`
  if (statement === null) return events([event(record, { action: 'connect', status })])
  const reading = sql.read(statement)
  const { statements } = reading
  const action = actionOfTag(tag)
  const same = statements.filter((one) => one.action === action)
  const facts: Told = {
    action:
      statements.length === 1 && action !== 'other' ? (statements[0]?.action ?? action) : action,
    status,
    object_names: objectsOf(statements.length === 1 ? statements : same),
    ...queryFacts(statement, reading, { parameters: parametersOf(record.detail) }),
  }
  return events([event(record, facts)])
}

function objectsOf(statements: readonly Statement[]): string[] | null {
  const objects = [...new Set(statements.flatMap((one) => one.objects))]
  return objects.length === 0 ? null : objects
}

/** `Parameters:` since Postgres 16, `parameters:` before. */
function parametersOf(detail: string | null): string | null {
  return detail !== null && /^parameters: /i.test(detail) ? detail.slice(PARAMETERS_LENGTH) : null
}

const PARAMETERS_LENGTH = 'parameters: '.length
