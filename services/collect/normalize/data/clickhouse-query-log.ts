import type { DataEvent } from '#domain/records/index.ts'
import type { JsonObject } from '#domain/json-form.ts'
import { MINUTE_US, SECOND_US } from '#domain/time.ts'
import { clockTime } from '../clock-text.ts'
import type { Format, LogEvent, Reading } from '../format.ts'
import { amountOf, countOf, jsonRecord, refused, textOf } from '../log-fields.ts'
import { clientOf, dataEvent, queryFacts, type ClientEnd } from './data-event.ts'
import { SqlReader, type SqlReading } from './sql-reading.ts'
import { actionOfVerb, worseOf } from './sql-words.ts'

/** Rows of ClickHouse's `system.query_log`, as `FORMAT JSONEachRow` writes them. */
export const CLICKHOUSE_QUERY_LOG: Format = {
  name: 'clickhouse-query-log',
  title: 'ClickHouse system.query_log as JSONEachRow, times in UTC or ISO',
  framing: 'line',
  latenessUs: MINUTE_US,
  open() {
    const sql = new SqlReader('clickhouse')
    return { read: (record) => readRow(record, sql), memory: () => '' }
  },
}

type Action = DataEvent['action']

function readRow(record: Buffer, reader: SqlReader): Reading {
  const read = jsonRecord(record)
  if (!read.ok) return read
  const { json } = read
  const { type, query } = json
  if (typeof query !== 'string') return refused('MISSING_FIELD', 'query')
  if (typeof type !== 'string') return refused('MISSING_FIELD', 'type')
  if (!TYPES.has(type)) return refused('BAD_ENUM', 'type')
  const timeUs = timeOf(json)
  if (timeUs === undefined) return refused('BAD_TIME', 'event_time_microseconds')
  // A query begins before it ends, and is sent on to other servers of a cluster.
  if (type === 'QueryStart' || countOf(json['is_initial_query']) === 0)
    return { ok: 'skipped', why: 'TOLD_ELSEWHERE' }
  const sql = reader.read(query)
  const action = actionOf(textOf(json['query_kind']), sql)
  const isInsert = action === 'insert'
  const isMutation = action === 'update' || action === 'delete'
  const client = clientEnd(json)
  const facts = {
    occurred_at: timeUs,
    action,
    db_system: 'clickhouse',
    db_name: textOf(json['current_database']),
    db_user: textOf(json['user']),
    client_address: client.address,
    client_port: client.port,
    object_names: objectsOf(json, sql),
    // A mutation changes its rows later, and nobody counts them here.
    rows: isMutation ? null : countOf(json[isInsert ? 'written_rows' : 'result_rows']),
    bytes: isMutation ? null : countOf(json[isInsert ? 'written_bytes' : 'result_bytes']),
    columns: columnsOf(json),
    status: statusOf(type, countOf(json['exception_code'])),
    duration_ms: amountOf(json['query_duration_ms']),
    ...queryFacts(query, sql, {
      query_id: textOf(json['query_id']),
      read_rows: countOf(json['read_rows']),
      read_bytes: countOf(json['read_bytes']),
      log_comment: textOf(json['log_comment']),
    }),
  }
  const applicationName = textOf(json['client_name']) ?? textOf(json['http_user_agent'])
  const userName = textOf(json['os_user'])
  const hints: NonNullable<LogEvent['hints']> = {}
  if (applicationName !== null) hints.applicationName = applicationName
  if (userName !== null) hints.userName = userName
  return { ok: true, events: [dataEvent(facts, hints)] }
}

const TYPES = new Set([
  'QueryStart',
  'QueryFinish',
  'ExceptionBeforeStart',
  'ExceptionWhileProcessing',
])
const LIST_MAX_COUNT = 64
/** ACCESS_DENIED, AUTHENTICATION_FAILED, UNKNOWN_USER, WRONG_PASSWORD, READONLY. */
const DENIED = new Set([497, 516, 192, 193, 164])

function timeOf(json: JsonObject): number | undefined {
  const { event_time_microseconds: precise, event_time: coarse } = json
  const time = precise ?? coarse
  if (typeof time === 'string') return clockTime(time.endsWith('Z') ? time.slice(0, -1) : time)
  const seconds = typeof time === 'number' && time > 0 ? Math.round(time * SECOND_US) : NaN
  return Number.isSafeInteger(seconds) ? seconds : undefined
}

/** The server says what kind of query it ran; the text says which kind of change. */
function actionOf(kind: string | null, { statements }: SqlReading): Action {
  const byText = statements.reduce<Action>((worst, { action }) => worseOf(worst, action), 'other')
  if (kind === null) return byText
  const byKind = actionOfVerb(kind.toLowerCase())
  const isRefined = byKind === 'other' || byKind === 'ddl' || byKind === 'select'
  return isRefined && statements.length === 1 && byText !== 'other' ? byText : byKind
}

/** As the server resolved them, with their databases; by the text where it never came so far. */
function objectsOf(json: JsonObject, { statements }: SqlReading): string[] | null {
  const resolved = listOf(json['tables'])
  if (resolved !== null) return resolved
  const named = [...new Set(statements.flatMap((one) => one.objects))]
  const database = textOf(json['current_database'])
  if (named.length === 0) return null
  return named.map((name) =>
    name.includes('.') || database === null ? name : `${database}.${name}`,
  )
}

function listOf(value: unknown): string[] | null {
  if (!Array.isArray(value) || value.length === 0) return null
  const texts = value.slice(0, LIST_MAX_COUNT).map((item) => textOf(item, 256))
  return texts.filter((text) => text !== null)
}

/** Without the tables they are of, which `object_names` has. */
function columnsOf(json: JsonObject): string[] | null {
  const tables = listOf(json['tables']) ?? []
  const columns = listOf(json['columns'])?.map((column) => {
    const table = tables.find((name) => column.startsWith(`${name}.`))
    return table === undefined ? column : column.slice(table.length + 1)
  })
  return columns === undefined ? null : [...new Set(columns)]
}

function statusOf(type: string, code: number | null): string {
  if (type === 'QueryFinish') return 'ok'
  return `${code !== null && DENIED.has(code) ? 'denied' : 'error'} ${code ?? ''}`.trimEnd()
}

/** An IPv4 client is written as `::ffff:192.0.2.7`. */
function clientEnd(json: JsonObject): ClientEnd {
  const host = textOf(json['address'], 64)?.replace(/^::ffff:/, '') ?? null
  return clientOf(host === '::' ? null : host, countOf(json['port']))
}
