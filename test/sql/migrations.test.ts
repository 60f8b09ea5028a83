import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { EmbeddedEvidence } from '../../services/lib/adapters/clickhouse/embedded.ts'
import {
  loadMigrations,
  parseMigration,
  splitStatements,
} from '../../services/lib/adapters/clickhouse/migrations.ts'
import {
  EVIDENCE_TABLES,
  EVIDENCE_VIEWS,
  STORED_TOPICS,
  tableOf,
  viewOf,
} from '../../services/lib/domain/evidence-tables.ts'
import { migrate } from '../../services/store/migrate.ts'
import { columnsOf } from './columns.ts'
import { openTestEvidence } from './evidence.ts'

let evidence: EmbeddedEvidence
beforeAll(async () => {
  evidence = await openTestEvidence()
})
afterAll(() => evidence.close())

const withoutDictionaries = (type: string) =>
  type.replaceAll(/LowCardinality\((Nullable\(String\)|String)\)/g, '$1')

function schemaOf(topic: string): Parameters<typeof columnsOf>[0] {
  const file = new URL(`../../schemas/${topic}.avsc`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof columnsOf>[0]
}

async function columnsIn(table: string) {
  const rows = await evidence.query<{ name: string; type: string }>(
    `SELECT name, type FROM system.columns WHERE database = 'tocsin' AND table = {table:String}
     AND default_kind = '' ORDER BY position`,
    { table },
  )
  return rows.map(({ name, type }) => ({ name, type: withoutDictionaries(type) }))
}

test('every stored topic has a table and a view; beside them what holds name', async () => {
  const rows = await evidence.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = 'tocsin' ORDER BY name",
  )
  const holds = ['alerts', 'events', 'incidents', 'sessions'].map((name) => `held_${name}`)
  const expected = [...EVIDENCE_TABLES, ...EVIDENCE_VIEWS, ...holds, 'migrations'].sort()
  expect(rows.map(({ name }) => name)).toEqual(expected)
})

test.for(STORED_TOPICS.map(({ name }) => name))('%s: columns are the schema’s', async (topic) => {
  const expected = columnsOf(schemaOf(topic))
  expect(await columnsIn(tableOf(topic))).toEqual(expected)
  expect(await columnsIn(viewOf(topic))).toEqual(expected)
})

test.for(STORED_TOPICS)('$name: keeps rows as long as the topic, deduplicates', async (spec) => {
  const [row] = await evidence.query<{ create_table_query: string }>(
    `SELECT create_table_query FROM system.tables
     WHERE database = 'tocsin' AND name = {table:String}`,
    { table: tableOf(spec.name) },
  )
  const create = row?.create_table_query ?? ''
  const days = /TTL _stored_at \+ toIntervalDay\((\d+)\)/.exec(create)?.[1]
  expect(days).toBe(spec.retentionDays === undefined ? undefined : String(spec.retentionDays))
  expect(create).toContain('non_replicated_deduplication_window = 10000')
  expect(create).toContain('fsync_after_insert = 1, fsync_part_directory = 1')
})

test('a second run applies nothing', async () => {
  expect(await migrate(evidence, loadMigrations())).toEqual([])
})

test('a new file is applied and named, the others are left alone', async () => {
  const added = parseMigration(
    '9001-a.sql',
    'CREATE TABLE IF NOT EXISTS scratch (a Int8) ENGINE = Null;\n',
  )
  expect(await migrate(evidence, [...loadMigrations(), added])).toEqual(['9001-a.sql'])
  expect(await migrate(evidence, [...loadMigrations(), added])).toEqual([])
  await evidence.command('DROP TABLE scratch')
})

test('a file changed after it was applied is refused, and nothing runs', async () => {
  const [first, ...rest] = loadMigrations()
  const added = parseMigration('9002-b.sql', 'CREATE TABLE never (a Int8) ENGINE = Null;\n')
  const changed = [{ ...first!, hash: 'another' }, ...rest, added]
  await expect(migrate(evidence, changed)).rejects.toMatchObject({ code: 'EVIDENCE_REFUSED' })
  expect(await columnsIn('never')).toEqual([])
})

test('a run cut short within a file goes on with it', async () => {
  const made = 'CREATE TABLE IF NOT EXISTS half (a Int8) ENGINE = Null;\n'
  const broken = parseMigration('9003-c.sql', `${made}SELECT throwIf(1);\n`)
  await expect(migrate(evidence, [broken])).rejects.toMatchObject({ code: 'QUERY_REFUSED' })
  const mended = parseMigration('9003-c.sql', `${made}SELECT 1;\n`)
  expect(await migrate(evidence, [mended])).toEqual(['9003-c.sql'])
  await evidence.command('DROP TABLE half')
})

test('every statement of every migration can run again', async () => {
  for (const { statements } of loadMigrations())
    for (const statement of statements)
      await expect(evidence.command(statement)).resolves.toBeUndefined()
})

test.for([
  {
    why: 'a semicolon within a line',
    text: "SELECT ';', 1;\nSELECT 2;",
    parts: ["SELECT ';', 1", 'SELECT 2'],
  },
  { why: 'blanks after the end', text: 'SELECT 1; \n', parts: ['SELECT 1'] },
  { why: 'comment lines', text: '-- a;\nSELECT 1\n-- b\n;\n', parts: ['SELECT 1'] },
  { why: 'no end', text: 'SELECT 1', parts: ['SELECT 1'] },
  { why: 'nothing', text: '-- only words\n\n', parts: [] },
])('statements split: $why', ({ text, parts }) => {
  expect(splitStatements(text)).toEqual(parts)
})

test('the roles of a server parse', async () => {
  const text = readFileSync(new URL('../../sql/server/0001-roles.sql', import.meta.url), 'utf8')
  const statements = splitStatements(text)
  expect(statements.length).toBeGreaterThan(5)
  for (const statement of statements)
    await evidence.query('SELECT formatQuery({statement:String}) AS formatted', { statement })
  const policies = statements.find((statement) => statement.includes('tocsin_tenant')) ?? ''
  for (const { name } of STORED_TOPICS.filter((spec) => spec.name !== 'rules.v1'))
    expect(policies).toContain(tableOf(name))
})
