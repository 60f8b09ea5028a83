import type { DataEvent } from '#domain/records/index.ts'
import { isObject, type JsonObject } from '#domain/json-form.ts'
import { MINUTE_US } from '#domain/time.ts'
import { clockTime } from '../clock-text.ts'
import type { Format, LogEvent, Reading } from '../format.ts'
import { amountOf, countOf, jsonRecord, refused, textOf } from '../log-fields.ts'
import { clientOf, dataEvent, queryFacts, type DataFacts } from './data-event.ts'
import { mysqlObjects, mysqlStatus } from './mysql-facts.ts'
import { OpenTables } from './open-tables.ts'
import { SqlReader, type SqlReading } from './sql-reading.ts'
import { actionOfVerb, PRINCIPALS } from './sql-words.ts'

/**
 * Audit records of MySQL Enterprise and of Percona's audit_log_filter (class and event), and of
 * Percona's older audit_log (`audit_record`): one a line; the brackets of the array around them
 * and the commas between are passed over.
 */
export const MYSQL_AUDIT: Format = {
  name: 'mysql-audit-json',
  title: 'MySQL Enterprise or Percona audit log as JSON, one record a line, with class general',
  framing: 'line',
  latenessUs: MINUTE_US,
  open(memory = '') {
    const state = { tables: new OpenTables(memory), sql: new SqlReader('mysql') }
    return { read: (record) => readRecord(record, state), memory: () => state.tables.memory() }
  },
}

/** What both kinds of record say of one statement or connection. */
type AuditRecord = {
  timeUs: number
  user: string | null
  client: string | null
  database: string
  connection: string
  status: number | null
}

type State = { tables: OpenTables; sql: SqlReader }

function readRecord(bytes: Buffer, state: State): Reading {
  const line = withoutComma(bytes)
  if (line.length === 1 && (line[0] === OPENING || line[0] === CLOSING))
    return { ok: 'skipped', why: 'HEADER' }
  const read = jsonRecord(line)
  if (!read.ok) return read
  const { json } = read
  const old = json['audit_record']
  const source = isObject(old) ? old : json
  const timestamp = textOf(source['timestamp'])
  if (timestamp === null) return refused('MISSING_FIELD', 'timestamp')
  const timeUs = clockTime(timestamp.replace(/(?: UTC|Z)$/, ''))
  if (timeUs === undefined) return refused('BAD_TIME', 'timestamp')
  return isObject(old) ? oldReading(old, timeUs, state) : reading(json, timeUs, state)
}

const [OPENING, CLOSING, COMMA, SPACE] = [0x5b, 0x5d, 0x2c, 0x20]

/** The record without the spaces and the comma around it. */
function withoutComma(bytes: Buffer): Buffer {
  let [from, to] = [0, bytes.length]
  while (from < to && ((bytes[from] ?? 0) <= SPACE || bytes[from] === COMMA)) from += 1
  while (to > from && ((bytes[to - 1] ?? 0) <= SPACE || bytes[to - 1] === COMMA)) to -= 1
  return bytes.subarray(from, to)
}

function reading(json: JsonObject, timeUs: number, { tables, sql }: State): Reading {
  const { class: className, event } = json
  const connection = String(countOf(json['connection_id']) ?? '')
  if (className === 'table_access') {
    tables.add(connection, '', tableOf(part(json, 'table_access_data')))
    return { ok: 'skipped', why: 'TOLD_ELSEWHERE' }
  }
  if (className === 'query') return { ok: 'skipped', why: 'TOLD_ELSEWHERE' }
  const [login, account] = [part(json, 'login'), part(json, 'account')]
  const common = {
    timeUs,
    user: plainUser(textOf(account['user']) ?? textOf(login['user'])),
    client: clientOf(textOf(login['ip']) ?? textOf(account['host']), null).address,
    connection,
  }
  if (className === 'connection' && event === 'connect') {
    const data = part(json, 'connection_data')
    const record = {
      ...common,
      database: textOf(data['db']) ?? '',
      status: countOf(data['status']),
    }
    return told(auditEvent(record, { action: 'connect', status: mysqlStatus(record.status) }))
  }
  const data = part(json, 'general_data')
  const query = textOf(data['query'], Infinity)
  const isStatement = className === 'general' && event === 'status' && query !== null
  if (!isStatement || !RUNS.has(textOf(data['command']) ?? ''))
    return { ok: 'skipped', why: 'OTHER_SUBJECT' }
  const record = { ...common, database: '', status: countOf(data['status']) }
  const command = textOf(data['sql_command']) ?? ''
  const opened = tables.take(connection, '')
  return told(queryEvent(record, query, command, sql.read(query), opened, statistics(json)))
}

const RUNS = new Set(['Query', 'Execute'])
/** Names of records of Percona's older plugin. */
const [OLD_QUERY, OLD_EXECUTE, OLD_CONNECT] = ['Query', 'Execute', 'Connect']

function oldReading(old: JsonObject, timeUs: number, { sql }: State): Reading {
  const { name } = old
  const record = {
    timeUs,
    user: plainUser(textOf(old['user'])),
    client: clientOf(textOf(old['ip']) ?? textOf(old['host']), null).address,
    database: textOf(old['db']) ?? '',
    connection: '',
    status: countOf(old['status']),
  }
  if (name === OLD_CONNECT)
    return told(auditEvent(record, { action: 'connect', status: mysqlStatus(record.status) }))
  const query = textOf(old['sqltext'], Infinity)
  if ((name !== OLD_QUERY && name !== OLD_EXECUTE) || query === null)
    return { ok: 'skipped', why: 'OTHER_SUBJECT' }
  const command = textOf(old['command_class']) ?? ''
  return told(queryEvent(record, query, command, sql.read(query), [], {}))
}

function told(one: LogEvent): Reading {
  return { ok: true, events: [one] }
}

/** The server's own word for a statement decides; the text tells a file from a result. */
function actionOf(command: string, byText: DataEvent['action']): DataEvent['action'] {
  const [verb = '', subject = ''] = command.toLowerCase().split('_', 2)
  if (verb === '' || verb === 'error') return command === '' ? byText : 'other'
  if (verb === 'set') return subject === 'password' ? 'grant' : 'other'
  const action = actionOfVerb(verb)
  if (action === 'ddl' && PRINCIPALS.has(subject)) return 'grant'
  return action === 'select' && byText === 'copy' ? 'copy' : action
}

function queryEvent(
  record: AuditRecord,
  query: string,
  command: string,
  sql: SqlReading,
  opened: readonly string[],
  facts: Partial<DataFacts>,
): LogEvent {
  const [only] = sql.statements
  const byText = only !== undefined && sql.statements.length === 1 ? only.action : 'other'
  return auditEvent(record, {
    action: actionOf(command, byText),
    status: mysqlStatus(record.status),
    object_names: mysqlObjects(sql, opened, record.database),
    ...queryFacts(query, sql, { logged_by: 'audit_log', sql_command: command }),
    ...facts,
  })
}

/** Of the component `query_statistics`, where it is installed. */
function statistics(json: JsonObject): Partial<DataFacts> {
  const data = part(json, 'query_statistics')
  const seconds = amountOf(data['query_time'])
  return {
    rows: countOf(data['rows_sent']),
    bytes: countOf(data['bytes_sent']),
    duration_ms: seconds === null ? null : seconds * 1000,
  }
}

function auditEvent(
  record: AuditRecord,
  facts: Partial<DataFacts> & Pick<DataFacts, 'action'>,
): LogEvent {
  return dataEvent({
    occurred_at: record.timeUs,
    db_system: 'mysql',
    db_name: textOf(record.database),
    db_user: record.user,
    client_address: record.client,
    ...facts,
  })
}

function tableOf(data: JsonObject): string {
  const [database, table] = [textOf(data['db'], 256), textOf(data['table'], 256)]
  return database === null ? (table ?? '') : `${database}.${table ?? ''}`
}

/** `root[root] @ localhost []` as `root`. */
function plainUser(user: string | null): string | null {
  return textOf(user?.replace(/\[[^]{0,256} @ [^]{0,512}$/, ''))
}

function part(json: JsonObject, name: string): JsonObject {
  const value = json[name]
  return isObject(value) ? value : {}
}
