import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { EmbeddedEvidence } from '../../services/lib/adapters/clickhouse/embedded.ts'
import { loadReaderList } from '../../services/lib/adapters/clickhouse/reader-list.ts'
import { openTestEvidence } from './evidence.ts'

const list = loadReaderList('tocsin')
let evidence: EmbeddedEvidence
beforeAll(async () => {
  evidence = await openTestEvidence()
})
afterAll(() => evidence.close())

/** Parsed by the engine into something else, so that it lists no function of the name. */
const SYNTAX = new Set([
  'lambda',
  'exists',
  'generateseries',
  'generate_series',
  'numbers',
  'values',
  'zeros',
])

test('every function on the list is one the engine has', async () => {
  const rows = await evidence.query<{ name: string }>('SELECT name FROM system.functions')
  const known = new Set(rows.map(({ name }) => name.toLowerCase()))
  const file = new URL('../../sql/reader/functions.txt', import.meta.url)
  const names = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => line.split(' '))
    .filter((name) => name !== '' && !SYNTAX.has(name.toLowerCase()))
  expect(names.length).toBeGreaterThan(500)
  expect(names.filter((name) => !known.has(name.toLowerCase()))).toEqual([])
})

test('no function of the families that reach out is on the list', async () => {
  const rows = await evidence.query<{ name: string }>(
    `SELECT name FROM system.functions WHERE categories IN
     ('AI', 'Dictionary', 'Embedded Dictionary', 'Introspection', 'Encryption',
      'Machine Learning')`,
  )
  expect(rows.length).toBeGreaterThan(50)
  expect(rows.filter(({ name }) => list.isFunction(name))).toEqual([])
})

test('no table function but those that make numbers and values is on the list', async () => {
  const rows = await evidence.query<{ name: string }>('SELECT name FROM system.table_functions')
  const allowed = rows.map(({ name }) => name).filter((name) => list.isFunction(name))
  expect(allowed.sort()).toEqual([
    'generateSeries',
    'generate_series',
    'numbers',
    'values',
    'zeros',
  ])
})

test.for([
  'file',
  'sleep',
  'throwIf',
  'joinGet',
  'hasColumnInTable',
  'getServerPort',
  'catboostEvaluate',
])('%s is not on the list', (name) => expect(list.isFunction(name)).toBe(false))
