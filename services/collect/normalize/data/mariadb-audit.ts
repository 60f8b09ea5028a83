import { isUtf8 } from 'node:buffer'

import type { DataEvent } from '#domain/records/index.ts'
import { MINUTE_US } from '#domain/time.ts'
import { LINE_MAX_BYTES } from '../event.ts'
import type { Format, LogEvent, Reading } from '../format.ts'
import { refused, textOf } from '../log-fields.ts'
import { dataEvent, queryFacts, type DataFacts } from './data-event.ts'
import { mariadbLine, type MariadbLine } from './mariadb-line.ts'
import { mysqlObjects, mysqlStatus } from './mysql-facts.ts'
import { OpenTables } from './open-tables.ts'
import { SqlReader } from './sql-reading.ts'
import { worseOf } from './sql-words.ts'

/** The file of MariaDB's server_audit plugin; it logs each statement of a string on its own. */
export const MARIADB_AUDIT: Format = {
  name: 'mariadb-audit',
  title: 'MariaDB server_audit file with events CONNECT,QUERY,TABLE; time zone UTC',
  framing: 'line',
  latenessUs: MINUTE_US,
  open(memory = '') {
    const tables = new OpenTables(memory)
    const sql = new SqlReader('mysql')
    return {
      read: (record) => readLine(record, tables, sql),
      memory: () => tables.memory(),
    }
  },
}

/** What the plugin calls the ways a table is used. */
const TABLE_ACTIONS: ReadonlyMap<string, DataEvent['action']> = new Map([
  ['READ', 'select'],
  ['WRITE', 'update'],
  ['CREATE', 'ddl'],
  ['ALTER', 'ddl'],
  ['RENAME', 'ddl'],
  ['DROP', 'ddl'],
])

function readLine(record: Buffer, tables: OpenTables, sql: SqlReader): Reading {
  if (record.length > LINE_MAX_BYTES)
    return refused('LINE_TOO_LONG', `the limit is ${LINE_MAX_BYTES} bytes`)
  if (!isUtf8(record)) return refused('INVALID_UTF8', '')
  const line = mariadbLine(record.toString('utf8'))
  if (!line.ok) return line
  const { operation, query, code } = line
  if (TABLE_ACTIONS.has(operation)) {
    tables.add(line.connection, line.queryId, tableOf(line))
    return { ok: 'skipped', why: 'TOLD_ELSEWHERE' }
  }
  if (operation === 'CONNECT' || operation === 'FAILED_CONNECT')
    return told(event(line, { action: 'connect', status: mysqlStatus(code) }))
  if (!operation.startsWith('QUERY') || query === null)
    return { ok: 'skipped', why: 'OTHER_SUBJECT' }
  return told(queryEvent(line, query, tables.take(line.connection, line.queryId), sql))
}

function told(one: LogEvent): Reading {
  return { ok: true, events: [one] }
}

function tableOf({ database, object }: MariadbLine): string {
  return database === '' ? object : `${database}.${object}`
}

function queryEvent(
  line: MariadbLine,
  query: string,
  opened: readonly string[],
  sql: SqlReader,
): LogEvent {
  const reading = sql.read(query)
  const { statements } = reading
  // The server splits a string itself: what it could not split is wrong, and none of it ran.
  const ran = statements.length === 1 || line.code === 0 ? statements : []
  return event(line, {
    action: ran.reduce<DataEvent['action']>((worst, { action }) => worseOf(worst, action), 'other'),
    status: mysqlStatus(line.code),
    object_names: mysqlObjects(reading, opened, line.database),
    ...queryFacts(query, reading, { logged_by: 'server_audit', query_id: line.queryId }),
  })
}

function event(line: MariadbLine, facts: Partial<DataFacts> & Pick<DataFacts, 'action'>): LogEvent {
  return dataEvent({
    occurred_at: line.timeUs,
    db_system: 'mariadb',
    db_name: textOf(line.database),
    db_user: textOf(line.user),
    client_address: textOf(line.host),
    ...facts,
  })
}
