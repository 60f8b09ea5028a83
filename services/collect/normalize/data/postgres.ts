import { MINUTE_US } from '#domain/time.ts'
import type { Format, Reading } from '../format.ts'
import { postgresEvents } from './postgres-events.ts'
import { postgresCsvRecord, postgresJsonRecord } from './postgres-record.ts'
import { SqlReader } from './sql-reading.ts'
import { ToldStatements } from './postgres-told.ts'

const NEEDS = 'with pgaudit, or log_statement, auto_explain; lc_messages=C, log_timezone=UTC'

/** The log of a Postgres server as JSON, one record a line. */
export const POSTGRES_JSONLOG = postgres('postgres-jsonlog', 'line', postgresJsonRecord)

/** The log of a Postgres server as CSV, whose fields may hold newlines. */
export const POSTGRES_CSVLOG = postgres('postgres-csvlog', 'csv', postgresCsvRecord)

function postgres(
  name: string,
  framing: Format['framing'],
  read: typeof postgresJsonRecord,
): Format {
  return {
    name,
    title: `Postgres ${framing === 'csv' ? 'csvlog' : 'jsonlog'}, ${NEEDS}`,
    framing,
    latenessUs: MINUTE_US,
    open(memory = '') {
      const told = new ToldStatements(memory)
      const sql = new SqlReader('postgres')
      return {
        read(record): Reading {
          const one = read(record)
          return one.ok ? postgresEvents(one.record, { told, sql }) : one
        },
        memory: () => told.memory(),
      }
    },
  }
}
