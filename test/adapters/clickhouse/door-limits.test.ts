import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { askDoor, openDoors, type Asked, type DoorWorld } from './door-world.ts'

let world: DoorWorld
beforeAll(async () => {
  world = await openDoors()
})
afterAll(() => world.close())
const ask = (asked: Asked) => askDoor(world.door, asked)

test.for([
  {
    why: 'a setting that frees memory',
    query: { max_memory_usage: '0' },
    sql: 'SELECT length(groupArray(toString(number))) FROM numbers(20000000)',
    code: 241,
  },
  { why: 'readonly', query: { readonly: '0' }, sql: 'DROP TABLE log_alerts', code: 497 },
  {
    why: 'a setting that reads a file',
    query: { format_schema: '/etc/passwd' },
    sql: 'SELECT 1',
    code: 164,
  },
  {
    why: 'a filter of their own',
    query: { additional_table_filters: '{}' },
    sql: 'SELECT 1',
    code: 164,
  },
  {
    why: 'a setting named to end the statement',
    query: { 'a = 1; SELECT 2; SET b': '1' },
    sql: 'SELECT 1',
    code: 164,
  },
  { why: 'another database', query: { database: 'system' }, sql: 'SELECT 1', code: 81 },
])('the URL may not carry $why', async ({ query, sql, code }) => {
  expect(await ask({ sql, query })).toMatchObject({ code })
})

test.for([
  {
    why: 'time',
    sql: 'SELECT max(cityHash64(number, number + 1)) FROM numbers(100000000000)',
    codes: [159],
  },
  {
    why: 'memory',
    sql: 'SELECT length(groupArray(toString(number))) FROM numbers(20000000)',
    codes: [241],
  },
  { why: 'rows', sql: 'SELECT number FROM numbers(1001)', codes: [396] },
])('past the limit of $why', async ({ sql, codes }) => {
  const { code } = await ask({ sql })
  expect(codes).toContain(code)
})

test('up to the limit of rows', async () => {
  const { text } = await ask({ sql: 'SELECT number FROM numbers(1000)' })
  expect(text.split('\n')).toHaveLength(1001)
})

test('limits may be lowered by the URL', async () => {
  const answer = await ask({
    sql: 'SELECT number FROM numbers(3)',
    query: { max_result_rows: '2' },
  })
  expect(answer.code).toBe(396)
})

test.for([
  { why: 'a view', sql: 'SELECT event_id FROM events_application' },
  { why: 'a table', sql: 'SELECT event_id FROM log_events_application' },
  { why: 'a subquery', sql: 'SELECT event_id FROM (SELECT * FROM events_application)' },
  { why: 'a WITH', sql: 'WITH c AS (SELECT * FROM events_application) SELECT event_id FROM c' },
  {
    why: 'a join',
    sql: 'SELECT a.event_id FROM events_application AS a CROSS JOIN log_events_application AS b',
  },
  { why: 'a scalar', sql: 'SELECT (SELECT groupArray(event_id)[1] FROM log_events_application)' },
  {
    why: 'a condition',
    sql: "SELECT event_id FROM log_events_application WHERE tenant_id IN ('rival', 'acme')",
  },
  {
    why: 'an expression that fails on the other',
    sql: 'SELECT event_id FROM log_events_application WHERE toInt64(assumeNotNull(content)) = 7',
  },
  {
    why: 'a division that fails on the other',
    sql: "SELECT event_id FROM log_events_application WHERE intDiv(1, tenant_id != 'rival') = 1",
  },
])('of a tenant only its rows: $why', async ({ sql }) => {
  expect(await askDoor(world.tenantDoor, { sql })).toMatchObject({ status: 200, text: 'mine\n' })
})

test.for([
  { why: 'counted', sql: 'SELECT count() FROM log_events_application', text: '1\n' },
  {
    why: 'asked for by name',
    sql: "SELECT count() FROM events_application WHERE tenant_id = 'rival'",
    text: '0\n',
  },
  {
    why: 'counted by the engine itself',
    sql: "SELECT sum(total_rows) FROM system.tables WHERE name LIKE 'log_%'",
    text: '\\N\n',
  },
  {
    why: 'looked for in a table',
    sql: "SELECT 'theirs' IN (SELECT event_id FROM log_events_application)",
    text: '0\n',
  },
])('another tenant’s rows are not there when $why', async ({ sql, text }) => {
  expect(await askDoor(world.tenantDoor, { sql })).toMatchObject({ status: 200, text })
})

test.for([
  { why: 'as large as allowed', length: 20_000, status: 200 },
  { why: 'a byte larger', length: 20_001, status: 413 },
])('a statement $why', async ({ length, status }) => {
  const sql = `SELECT 1 --${' '.repeat(length - 'SELECT 1 --'.length)}`
  expect(await ask({ sql })).toMatchObject({ status })
})

test('a small body that unpacks into a large one is refused', async () => {
  const body = gzipSync(Buffer.alloc(30_000_000, ' '))
  const answer = await ask({ body, headers: { 'content-encoding': 'gzip' } })
  expect(answer).toMatchObject({ status: 413, code: 307 })
})
