import type { DataEvent } from '#domain/records/index.ts'
import type { LogEvent } from '../format.ts'
import { textOf } from '../log-fields.ts'
import { countAttribute, textAttribute, type Attributes } from '../otlp/attributes.ts'
import { spanFormat, type SpanReader, type SpanReading } from '../otlp/span-format.ts'
import type { Span } from '../otlp/spans.ts'
import { dataEvent, queryFacts, type DataFacts } from './data-event.ts'
import { SqlReader, type SqlReading } from './sql-reading.ts'
import type { Dialect } from './sql-tokens.ts'
import { actionOfVerb, worseOf } from './sql-words.ts'

/** Opens a reader of spans as queries of databases, by today's names and by those before 1.26. */
export function openDatabaseReader(): SpanReader {
  const known: SqlReaders = {
    postgres: new SqlReader('postgres'),
    mysql: new SqlReader('mysql'),
    clickhouse: new SqlReader('clickhouse'),
    other: new SqlReader('other'),
  }
  return (span) => databaseEvent(span, known)
}

type SqlReaders = Readonly<Record<Dialect, SqlReader>>

function databaseEvent(span: Span, sqlReaders: SqlReaders): SpanReading {
  const { attributes } = span
  const system = textAttribute(attributes, 'db.system.name', 'db.system')
  if (system === null) return 'OTHER_SUBJECT'
  const text = textAttribute(attributes, 'db.query.text', 'db.statement')
  const sql = text === null ? undefined : sqlReaders[dialectOf(system)].read(text)
  const operation = textAttribute(attributes, 'db.operation.name', 'db.operation')
  if (sql === undefined && operation === null) return withoutQuery(span, system)
  const queried = sql === undefined || text === null ? { extra: {} } : queryFacts(text, sql)
  const facts: DataFacts = {
    ...commonFacts(span, system),
    action: actionOf(operation, sql),
    object_names: objectsOf(attributes, sql),
    rows: countAttribute(attributes, 'db.response.returned_rows'),
    status: statusOf(span),
    ...queried,
    trace_id: span.traceId,
    span_id: span.spanId,
    extra: { ...queried.extra, ...whoseExtra(span) },
  }
  return dataEvent(facts, hintsOf(span))
}

/** Spans of clients of databases, of OpenTelemetry's conventions. */
export const OTLP_DATABASE_SPANS = spanFormat(
  'otlp-database-spans',
  'OTLP traces as JSON: spans of database clients; one export or one span a line',
  () => [openDatabaseReader()],
)

/** Connecting is told by its name; the rest of what has no query is no query. */
function withoutQuery(span: Span, system: string): SpanReading {
  if (!/connect/i.test(span.name)) return 'OTHER_SUBJECT'
  const facts = { ...commonFacts(span, system), action: 'connect', status: statusOf(span) } as const
  return dataEvent({ ...facts, extra: whoseExtra(span) }, hintsOf(span))
}

function commonFacts(
  { attributes, traceId, spanId, startUs, endUs }: Span,
  system: string,
): Omit<DataFacts, 'action'> {
  return {
    occurred_at: endUs,
    db_system: textOf(system, 64),
    db_name: textAttribute(attributes, 'db.namespace', 'db.name'),
    db_user: textAttribute(attributes, 'db.user'),
    trace_id: traceId,
    span_id: spanId,
    duration_ms: (endUs - startUs) / 1000,
  }
}

function hintsOf({ traceId, spanId, resource }: Span): NonNullable<LogEvent['hints']> {
  const service = textAttribute(resource, 'service.name')
  const recordId = `${traceId}-${spanId}`
  return service === null ? { recordId } : { recordId, applicationName: service }
}

function whoseExtra({ resource, attributes }: Span): Record<string, string> {
  const service = textAttribute(resource, 'service.name')
  const host = textAttribute(attributes, 'server.address', 'net.peer.name')
  return {
    logged_by: '"otlp"',
    ...(service === null ? {} : { service_name: JSON.stringify(service.slice(0, 256)) }),
    ...(host === null ? {} : { server_address: JSON.stringify(host.slice(0, 256)) }),
  }
}

function dialectOf(system: string): Dialect {
  if (/postgres|redshift|cockroach/.test(system)) return 'postgres'
  if (/mysql|mariadb/.test(system)) return 'mysql'
  return system === 'clickhouse' ? 'clickhouse' : 'other'
}

/** Operations of databases without SQL, by how they begin. */
const OPERATIONS: readonly [RegExp, DataEvent['action']][] = [
  [
    /^(?:find|get|mget|hget|hgetall|scan|query|aggregate|count|distinct|search|batchget)/i,
    'select',
  ],
  [/^(?:insert|put|set|hset|lpush|rpush|index|add|batchwrite)/i, 'insert'],
  [/^(?:update|findandmodify|replace|incr|patch)/i, 'update'],
  [/^(?:del|remove|unlink|flush)/i, 'delete'],
  [/^(?:create|drop|alter|rename)/i, 'ddl'],
]

/** The worst that the text holds; the operation's name, given by the client, can only add to it. */
function actionOf(operation: string | null, sql: SqlReading | undefined): DataEvent['action'] {
  const statements = sql?.statements ?? []
  const byText = statements.reduce<DataEvent['action']>(
    (worst, { action }) => worseOf(worst, action),
    'other',
  )
  if (operation === null || byText !== 'other') return byText
  const verb = actionOfVerb(operation.toLowerCase().split(' ', 1)[0] ?? '')
  if (verb !== 'other') return verb
  return OPERATIONS.find(([form]) => form.test(operation))?.[1] ?? 'other'
}

function objectsOf(attributes: Attributes, sql: SqlReading | undefined): string[] | null {
  const named = textAttribute(
    attributes,
    'db.collection.name',
    'db.sql.table',
    'db.mongodb.collection',
  )
  const read = sql?.statements.flatMap((one) => one.objects) ?? []
  const objects = [...new Set(read.length > 0 || named === null ? read : [named.slice(0, 256)])]
  return objects.length === 0 ? null : objects
}

function statusOf({ statusCode, attributes }: Span): string {
  const code = textAttribute(attributes, 'db.response.status_code', 'error.type')
  if (statusCode !== 2 && textAttribute(attributes, 'error.type') === null) return 'ok'
  const isDenied = code !== null && /^(?:28|42501)/.test(code)
  return `${isDenied ? 'denied' : 'error'} ${(code ?? '').slice(0, 64)}`.trimEnd()
}
