import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  openEmbeddedEvidence,
  type EmbeddedEvidence,
} from '../../../services/lib/adapters/clickhouse/embedded.ts'
import { openQueryLog } from '../../../services/collect/sources/query-log.ts'

const NOW_MS = Date.UTC(2026, 10, 27, 8)
const TABLE = 'told.query_log'
const directory = mkdtempSync(join(tmpdir(), 'tocsin-query-log-'))
let engine: EmbeddedEvidence

/** The table as ClickHouse 25 has it, as far as it is read: the engine itself keeps none. */
beforeAll(async () => {
  engine = await openEmbeddedEvidence({ directory })
  await engine.command('CREATE DATABASE told')
  await engine.command(`
    CREATE TABLE ${TABLE} (
      type Enum8('QueryStart' = 1, 'QueryFinish' = 2, 'ExceptionBeforeStart' = 3,
        'ExceptionWhileProcessing' = 4),
      event_date Date DEFAULT toDate(event_time_microseconds),
      event_time_microseconds DateTime64(6, 'UTC'),
      query_start_time_microseconds DateTime64(6, 'UTC') DEFAULT event_time_microseconds,
      query_duration_ms UInt64, read_rows UInt64, read_bytes UInt64, written_rows UInt64,
      written_bytes UInt64, result_rows UInt64, result_bytes UInt64, current_database String,
      query String, normalized_query_hash UInt64, query_kind LowCardinality(String),
      databases Array(LowCardinality(String)), tables Array(LowCardinality(String)),
      exception_code Int32, is_initial_query UInt8, user String, query_id String,
      address IPv6, port UInt16, initial_user String, initial_query_id String,
      initial_address IPv6, initial_port UInt16, interface UInt8, os_user String,
      client_hostname String, client_name String, http_user_agent String, log_comment String
    ) ENGINE = MergeTree ORDER BY (event_date, event_time_microseconds)`)
})
afterAll(async () => {
  await engine.close()
  rmSync(directory, { recursive: true, force: true })
})

const insert = (id: string, beforeMs: number, type = 'QueryFinish'): Promise<void> =>
  engine.command(`
    INSERT INTO ${TABLE} (type, event_time_microseconds, query_id, result_rows, user)
    SELECT '${type}', fromUnixTimestamp64Micro(${(NOW_MS - beforeMs) * 1000}), '${id}', 5000, 'u'`)

type Told = { query_id: string; type: string; result_rows: string; user: string }

async function poll(mark: unknown, nowMs: number) {
  const stopping = new AbortController()
  const source = openQueryLog({
    query: (sql, parameters) => engine.query(sql, parameters),
    table: TABLE,
    mark,
    nowMs: () => nowMs,
    lagMs: 10_000,
    pollMs: 1,
    sinceMs: 60_000,
  })
  for await (const batch of source.batches(stopping.signal)) {
    const rows = batch.records.map(({ bytes }) => JSON.parse(String(bytes)) as Told)
    const places = batch.records.map(({ place }) => place)
    return { ids: rows.map(({ query_id: id, type }) => `${id} ${type}`), rows, places, ...batch }
  }
  throw new Error('it gave no batch')
}

test('reads each row once, ties and rows that are flushed late among them', async () => {
  await insert('long-ago', 61_000)
  await insert('b', 30_000)
  await insert('a', 30_000)
  await insert('a', 30_000, 'QueryStart')
  await insert('too-young', 9_000)
  const first = await poll(undefined, NOW_MS)
  expect(first.ids).toEqual(['a QueryStart', 'a QueryFinish', 'b QueryFinish'])
  expect(first.rows[0]).toMatchObject({ result_rows: '5000', user: 'u' })
  expect(new Set(first.places).size).toBe(3)
  await insert('late', 9_500)
  const second = await poll(first.mark, NOW_MS + 5_000)
  expect(second.ids).toEqual(['late QueryFinish', 'too-young QueryFinish'])
  expect((await poll(second.mark, NOW_MS + 60_000)).ids).toEqual([])
  const again = await poll(first.mark, NOW_MS + 5_000)
  expect(again.places).toEqual(second.places)
})
