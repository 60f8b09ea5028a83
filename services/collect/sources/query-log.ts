import { setTimeout as wait } from 'node:timers/promises'

import { z } from 'zod'

import type { RawBatch, RawRecord, RawSource } from '../raw-source.ts'

export type QueryLogOptions = {
  /** Runs a query. @throws Fault EVIDENCE_UNAVAILABLE (retryable), QUERY_REFUSED. */
  query: (sql: string, parameters: Record<string, string | number>) => Promise<unknown[]>
  /** `database.table`. */
  table: string
  mark: unknown
  nowMs: () => number
  /** ClickHouse writes its log some seconds late: rows younger than this are left for later. */
  lagMs: number
  pollMs: number
  /** How far back a first start reads. */
  sinceMs: number
}

const BATCH_MAX_COUNT = 1_000

const MARK = z.object({ atUs: z.int(), queryId: z.string(), type: z.int() })
/** The last row that is in the log. */
type Cursor = z.infer<typeof MARK>

const ROW = z.looseObject({
  cursor_at: z.coerce.number(),
  cursor_type: z.coerce.number(),
  query_id: z.string(),
})

/** Columns of `system.query_log` that say who asked what of which tables, and how much came. */
const COLUMNS = [
  'type',
  'event_time_microseconds',
  'query_start_time_microseconds',
  'query_duration_ms',
  'read_rows',
  'read_bytes',
  'written_rows',
  'written_bytes',
  'result_rows',
  'result_bytes',
  'current_database',
  'query',
  'normalized_query_hash',
  'query_kind',
  'databases',
  'tables',
  'exception_code',
  'is_initial_query',
  'user',
  'query_id',
  'address',
  'port',
  'initial_user',
  'initial_query_id',
  'initial_address',
  'initial_port',
  'interface',
  'os_user',
  'client_hostname',
  'client_name',
  'http_user_agent',
  'log_comment',
]

/**
 * Reads a ClickHouse server's log of queries, oldest first, each row once: by its time, and by the
 * query's id and the row's type where times are equal. Each row is a record of JSON. A
 * user whose profile says `log_queries = 0` keeps our own questions out.
 */
export function openQueryLog(options: QueryLogOptions): RawSource {
  return { batches: (signal) => batches(options, signal), close: () => Promise.resolve() }
}

async function* batches(options: QueryLogOptions, signal: AbortSignal): AsyncIterable<RawBatch> {
  const { query, table, nowMs, lagMs, pollMs, sinceMs } = options
  const known = MARK.safeParse(options.mark)
  let cursor: Cursor = known.success
    ? known.data
    : { atUs: (nowMs() - sinceMs) * 1000, queryId: '', type: 0 }
  while (!signal.aborted) {
    const untilUs = (nowMs() - lagMs) * 1000
    const rows = await query(statementOf(table), { ...cursor, untilUs, limit: BATCH_MAX_COUNT })
    const records: RawRecord[] = []
    for (const row of rows) {
      const { cursor_at, cursor_type, ...told } = ROW.parse(row)
      cursor = { atUs: cursor_at, queryId: told.query_id, type: cursor_type }
      const bytes = Buffer.from(JSON.stringify(told))
      const place = `${cursor.atUs}-${cursor.type}-${cursor.queryId}`
      records.push({ bytes, byteCount: bytes.length, place, stream: '' })
    }
    yield { records, mark: cursor }
    if (rows.length < BATCH_MAX_COUNT)
      await wait(pollMs, undefined, { signal }).catch(() => undefined)
  }
}

function statementOf(table: string): string {
  return `
    SELECT ${COLUMNS.join(', ')},
      toUnixTimestamp64Micro(event_time_microseconds) AS cursor_at,
      toInt8(type) AS cursor_type
    FROM ${table}
    WHERE event_date >= toDate(fromUnixTimestamp64Micro({atUs:Int64})) - 1
      AND (cursor_at, query_id, cursor_type) > ({atUs:Int64}, {queryId:String}, {type:Int8})
      AND cursor_at <= {untilUs:Int64}
    ORDER BY cursor_at, query_id, cursor_type
    LIMIT {limit:UInt32}`
}
