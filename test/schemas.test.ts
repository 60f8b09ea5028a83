import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import avro from 'avsc'
import { afterAll, describe, expect, test } from 'vitest'

import { renderRecordTypes } from '../schemas/generate.ts'
import {
  currentSchemas,
  incompatibility,
  recordedNames,
  schemaHistory,
} from '../schemas/history.ts'
import { TOPICS } from '../services/lib/domain/topics.ts'

type Field = { name: string; type: unknown; default?: unknown }

const ROOT = join(import.meta.dirname, '..')
const RECORDS = join(ROOT, 'services/lib/domain/records')
const NAMES = [...currentSchemas().keys()]
const temporary = mkdtempSync(join(tmpdir(), 'tocsin-schemas-'))

afterAll(() => rmSync(temporary, { recursive: true }))

test('the types in services/lib/domain/records are what `npm run generate` makes', () => {
  for (const [name, text] of renderRecordTypes()) writeFileSync(join(temporary, name), text)
  execFileSync(join(ROOT, 'node_modules/.bin/oxfmt'), [
    '--config',
    join(ROOT, '.oxfmtrc.json'),
    temporary,
  ])
  expect(textsIn(RECORDS)).toEqual(textsIn(temporary))
})

test('there is one schema a topic, and one for changelogs', () => {
  expect(NAMES).toEqual([...new Set(TOPICS.flatMap(({ schema }) => schema ?? []))].sort())
})

describe.for(NAMES)('%s', (name) => {
  const schema = currentSchemas().get(name) as avro.schema.RecordType
  const fields = fieldsOf(schema)

  test('is a record in the namespace tocsin that avsc reads', () => {
    expect(avro.Type.forSchema(schema).typeName).toBe('record')
    expect(schema.namespace).toBe('tocsin')
  })

  test('names its fields in snake_case', () => {
    expect(fields.filter((field) => !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(field.name))).toEqual([])
  })

  test('keeps what ends in _at as timestamp-micros', () => {
    const times = fields.filter((field) => field.name.endsWith('_at'))
    expect(
      times.filter((field) => !JSON.stringify(field.type).includes('"timestamp-micros"')),
    ).toEqual([])
  })

  test('leaves optional fields null by default', () => {
    const optional = fields.filter(({ type }) => Array.isArray(type) && type.includes('null'))
    expect(
      optional.filter((field) => (field.type as unknown[])[0] !== 'null' || field.default !== null),
    ).toEqual([])
  })

  test('stands in its history as the newest version (`npm run schema:record`)', () => {
    expect(schemaHistory(name).at(-1)).toEqual(schema)
  })

  test('reads every version it ever had', () => {
    expect(schemaHistory(name).map((earlier) => incompatibility(schema, earlier))).toEqual(
      schemaHistory(name).map(() => undefined),
    )
  })
})

test('no recorded schema is forgotten', () => {
  expect(recordedNames()).toEqual(NAMES)
})

const LONG = 'long'
const MICROS = { type: 'long', logicalType: 'timestamp-micros' }
const MILLIS = { type: 'long', logicalType: 'timestamp-millis' }

test.for([
  { why: 'nothing changed', before: [a(LONG)], after: [a(LONG)], compatible: true },
  {
    why: 'an optional field is new',
    before: [],
    after: [a(['null', LONG], null)],
    compatible: true,
  },
  { why: 'a field went', before: [a(LONG)], after: [], compatible: true },
  {
    why: 'an enum knows one value more',
    before: [a(anEnum('x'))],
    after: [a(anEnum('x', 'y'))],
    compatible: true,
  },
  { why: 'a required field is new', before: [], after: [a(LONG)], compatible: false },
  { why: 'a field changed its type', before: [a('string')], after: [a(LONG)], compatible: false },
  {
    why: 'a field may no longer be null',
    before: [a(['null', LONG], null)],
    after: [a(LONG)],
    compatible: false,
  },
  {
    why: 'an enum forgot a value',
    before: [a(anEnum('x', 'y'))],
    after: [a(anEnum('x'))],
    compatible: false,
  },
  { why: 'a time changed its unit', before: [a(MICROS)], after: [a(MILLIS)], compatible: false },
  { why: 'a number became a time', before: [a(LONG)], after: [a(MICROS)], compatible: false },
  {
    why: 'an optional time changed its unit',
    before: [a(['null', MICROS], null)],
    after: [a(['null', MILLIS], null)],
    compatible: false,
  },
  {
    why: 'times in a list changed their unit',
    before: [a({ type: 'array', items: MICROS })],
    after: [a({ type: 'array', items: MILLIS })],
    compatible: false,
  },
])('where $why, old records stay readable: $compatible', ({ before, after, compatible }) => {
  expect(incompatibility(aRecord(after), aRecord(before)) === undefined).toBe(compatible)
})

function a(type: unknown, byDefault?: unknown): Field {
  return byDefault === undefined ? { name: 'a', type } : { name: 'a', type, default: byDefault }
}

function anEnum(...symbols: string[]): object {
  return { type: 'enum', name: 'Choice', symbols }
}

function aRecord(fields: Field[]): object {
  return { type: 'record', name: 'Dull', namespace: 'tocsin', fields }
}

/** Fields of a schema and of the records inside it. */
function fieldsOf(schema: unknown): Field[] {
  if (Array.isArray(schema)) return schema.flatMap(fieldsOf)
  if (typeof schema !== 'object' || schema === null) return []
  const {
    fields = [],
    type,
    items,
    values,
  } = schema as { fields?: Field[] } & Record<string, unknown>
  return [
    ...fields,
    ...[...fields.map((field) => field.type), type, items, values].flatMap(fieldsOf),
  ]
}

function textsIn(directory: string): Record<string, string> {
  const files = readdirSync(directory).sort()
  return Object.fromEntries(
    files.map((file) => [file, readFileSync(join(directory, file), 'utf8')]),
  )
}
