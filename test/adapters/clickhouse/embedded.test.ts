import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  openEmbeddedEvidence,
  type EmbeddedEvidence,
} from '../../../services/lib/adapters/clickhouse/embedded.ts'
import { loadMigrations } from '../../../services/lib/adapters/clickhouse/migrations.ts'
import { buildContainer } from '../../../services/store/container.ts'
import { migrate } from '../../../services/store/migrate.ts'
import { testCodec } from '../../sql/evidence.ts'
import { anAlert, anEvent, START_US } from '../../support/records.ts'

const execute = promisify(execFile)
const directory = mkdtempSync(join(tmpdir(), 'tocsin-embedded-'))
let evidence: EmbeddedEvidence
beforeAll(async () => {
  evidence = await openEmbeddedEvidence({ directory })
  await migrate(evidence, loadMigrations())
})
afterAll(async () => {
  await evidence.close()
  rmSync(directory, { recursive: true, force: true })
})

async function insertOf(token: string, ids: readonly string[], firstOffset = 0) {
  const codec = await testCodec
  const rows = ids.map((alert_id, index) => ({
    offset: firstOffset + index,
    value: codec.encode('alerts.v1', anAlert({ alert_id, summary: 'snow ❄ 漢字' })),
  }))
  const schema = codec.writerSchema('alerts.v1', rows[0]?.value ?? Buffer.alloc(0))
  const container = buildContainer(token, 0, schema?.json, rows)
  return { table: 'log_alerts', token, container, rowCount: rows.length }
}

const idsLike = async (prefix: string) => {
  const sql =
    'SELECT alert_id FROM log_alerts WHERE startsWith(alert_id, {prefix:String}) ORDER BY 1'
  const rows = await evidence.query<{ alert_id: string }>(sql, { prefix })
  return rows.map((row) => row.alert_id)
}

test('every type comes back as it went in', async () => {
  const codec = await testCodec
  const event = anEvent({
    event_id: 'all-types',
    occurred_at: START_US + 1,
    collector_seq: 2 ** 52,
    token_scopes: ['a', 'b'],
    tool_annotations: { readOnlyHint: 'true' },
    content: "quote ' backslash \\ newline \n nul \0 漢字",
    is_error: true,
    duration_ms: 1.25,
    extra: { x: '{"a":1}' },
  })
  const value = codec.encode('events.application.v1', event)
  const schema = codec.writerSchema('events.application.v1', value)
  const container = buildContainer('types', 3, schema?.json, [{ offset: 42, value }])
  await evidence.insert({ table: 'log_events_application', token: 'types', container, rowCount: 1 })
  const [row] = await evidence.query('SELECT * FROM events_application')
  expect(row).toEqual({
    ...event,
    _partition: '3',
    _offset: '42',
    occurred_at: '2026-01-05T08:00:00.000001Z',
    collected_at: '2026-01-05T08:00:00.000000Z',
    collector_seq: '4503599627370496',
    delegation_chain: [],
  })
})

test('an insert under a token it has seen changes nothing; the next one is not lost', async () => {
  await evidence.insert(await insertOf('t-1', ['once-a', 'once-b']))
  await evidence.insert(await insertOf('t-1', ['once-a', 'once-b']))
  await evidence.insert(await insertOf('t-1', ['once-c']))
  await evidence.insert(await insertOf('t-2', ['once-d'], 2))
  expect(await idsLike('once-')).toEqual(['once-a', 'once-b', 'once-d'])
})

test('settings and parameters of one call do not reach the next', async () => {
  await evidence.engine.run({
    sql: 'SELECT 1',
    settings: { max_threads: 7 },
    parameters: { x: 'a' },
  })
  const sql = "SELECT toString(getSetting('max_threads')) AS threads, {x:String} AS x"
  await expect(evidence.query(sql)).rejects.toMatchObject({ code: 'QUERY_REFUSED' })
  const [row] = await evidence.query<{ threads: string }>(
    "SELECT toString(getSetting('max_threads')) AS threads",
  )
  expect(row?.threads).not.toBe('7')
})

test.for([
  { why: 'a later hit of a suppressed rule', differs: { occurred_at: 1 }, title: 'A rule fired' },
  { why: 'an earlier one', differs: { occurred_at: -1 }, title: 'changed later' },
  {
    why: 'the settled form of a claim',
    differs: { occurred_at: 1, revision: 2 },
    title: 'changed later',
  },
])('of two alerts under one id one stays: $why', async ({ differs, title }) => {
  const id = `same-${title.length}-${JSON.stringify(differs)}`
  await evidence.insert(await insertOf(`first ${id}`, [id], 5))
  const codec = await testCodec
  const occurred_at = anAlert().occurred_at + differs.occurred_at
  const value = codec.encode(
    'alerts.v1',
    anAlert({ ...differs, alert_id: id, title: 'changed later', occurred_at }),
  )
  const schema = codec.writerSchema('alerts.v1', value)
  const container = buildContainer(`second ${id}`, 0, schema?.json, [{ offset: 9, value }])
  await evidence.insert({ table: 'log_alerts', token: `second ${id}`, container, rowCount: 1 })
  const rows = await evidence.query('SELECT title FROM alerts WHERE alert_id = {id:String}', { id })
  expect(rows).toEqual([{ title }])
})

test.for([
  {
    id: 'short',
    why: 'the body of a row is cut short',
    cut: (rows: Buffer) => rows.subarray(0, -30),
  },
  { id: 'none', why: 'it is no container', cut: () => Buffer.from('Obj\u0001 nonsense') },
])('bad data is refused, all of it: $why', async ({ id, cut }) => {
  const insert = await insertOf(`bad-${id}`, [`${id}-a`, `${id}-b`])
  const refused = evidence.insert({ ...insert, container: cut(insert.container) })
  await expect(refused).rejects.toMatchObject({ code: 'EVIDENCE_REFUSED', retryable: false })
  expect(await idsLike(`${id}-`)).toEqual([])
  await evidence.insert(insert)
  expect(await idsLike(`${id}-`)).toEqual([`${id}-a`, `${id}-b`])
})

test('fields one side does not know are left out, or empty', async () => {
  const codec = await testCodec
  const value = codec.encode('alerts.v1', anAlert({ alert_id: 'evolved' }))
  const json = codec.writerSchema('alerts.v1', value)?.json as { fields: { name: string }[] }
  const renamed = json.fields.map((field) =>
    field.name === 'summary' ? { ...field, name: 'gist' } : field,
  )
  const container = buildContainer('evolved', 0, { ...json, fields: renamed }, [
    { offset: 1, value },
  ])
  await evidence.insert({ table: 'log_alerts', token: 'evolved', container, rowCount: 1 })
  const rows = await evidence.query("SELECT title, summary FROM alerts WHERE alert_id = 'evolved'")
  expect(rows).toEqual([{ title: 'A rule fired', summary: '' }])
})

test('a table that is not there yet is a matter of waiting', async () => {
  const insert = { ...(await insertOf('t', ['x'])), table: 'log_nobody' }
  await expect(evidence.insert(insert)).rejects.toMatchObject({ code: 'EVIDENCE_UNAVAILABLE' })
})

test('a message quotes no data', async () => {
  const asked = evidence.query("SELECT toInt8('secret content')").catch((error: unknown) => error)
  const { message } = (await asked) as Error
  expect(message).toBe('Could not query the evidence: ClickHouse error 6')
})

test('a query cannot write', async () => {
  await expect(evidence.query('TRUNCATE TABLE log_alerts')).rejects.toMatchObject({
    code: 'QUERY_REFUSED',
  })
})

test('a query that takes too much memory is refused, and the engine goes on', async () => {
  const sql = 'SELECT length(groupArray(toString(number))) FROM numbers(100000000)'
  await expect(evidence.query(sql)).rejects.toMatchObject({ code: 'EVIDENCE_BUSY' })
  await evidence.ping()
})

test('another process on the directory is told so in one line', async () => {
  const script = `
    const { openEmbeddedEvidence } = await import('./services/lib/adapters/clickhouse/embedded.ts')
    const opened = openEmbeddedEvidence({ directory: process.argv[1] })
    await opened.catch((error) => console.log(error.code, error.message))
    process.exit(0)`
  const root = new URL('../../../', import.meta.url)
  const options = { cwd: root }
  const ran = execute(process.execPath, ['--input-type=module', '-e', script, directory], options)
  const { stdout } = await ran
  expect(stdout).toBe(`EVIDENCE_LOCKED Process ${process.pid} holds ${directory}\n`)
  await evidence.ping()
})

test('nothing is left where inserts pass through', () => {
  // Other tests' processes use the same place, and some of them are killed.
  const ofDirectory = createHash('sha256').update(directory).digest('hex').slice(0, 16)
  expect(readdirSync(join('/dev/shm', `tocsin-${ofDirectory}`))).toEqual([])
})
