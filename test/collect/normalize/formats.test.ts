import { describe, expect, test } from 'vitest'

import type { Format, FormatReader } from '../../../services/collect/normalize/format.ts'
import { ALL_FORMATS } from './all-formats.ts'
import { GOLDEN_CASES } from './golden-cases.ts'
import {
  expectedPath,
  goldenFiles,
  goldenFilesAsked,
  goldenFilesThere,
  goldenRecords,
} from './golden-records.ts'
import { hostileTwins, mutatedRecord, readHostile } from './hostile-records.ts'
import { flawsOf, readingLines } from './told-reading.ts'

const IS_SOAK = process.env['TOCSIN_SOAK'] !== undefined
const MUTATIONS_COUNT = IS_SOAK ? 100_000 : 300
const HOSTILE_TIMEOUT_MS = IS_SOAK ? 30 * 60_000 : 5 * 60_000
const MEMORY_MAX_BYTES = 64 * 1024
const FOREIGN_MEMORIES = [
  { why: 'no text', memory: '' },
  { why: 'JSON null', memory: 'null' },
  { why: 'a list', memory: '[]' },
  { why: 'nothing in it', memory: '{}' },
  { why: 'half a text', memory: '{' },
  { why: 'names of ours', memory: '{"hosts":1,"heading":{"names":3},"columns":[7]}' },
  { why: 'far too long', memory: '💥\n\t\t\n{"a":1}\n'.repeat(20_000) },
]

test('no two formats have one name', () => {
  expect(new Set(ALL_FORMATS.map(({ name }) => name)).size).toBe(ALL_FORMATS.length)
})

test('every format has a golden file', () => {
  const bare = ALL_FORMATS.filter((format) => goldenFiles(format).length === 0)
  expect(bare.map(({ name }) => name)).toEqual([])
})

test('the golden files are those of the table', () => {
  expect(goldenFilesThere().sort()).toEqual(goldenFilesAsked().sort())
})

describe.for(GOLDEN_CASES)('$format: $file ($provenance)', ({ format: name, file }) => {
  const format = formatNamed(name)
  const records = goldenRecords(format, file)
  const memories = memoriesBefore(format, records)

  test('tells what its golden file says', async () => {
    const reader = format.open()
    const readings = records.map((record) => reader.read(record))
    const lines = readings.flatMap(readingLines)
    expect(readings.some(({ ok }) => ok === true)).toBe(true)
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(expectedPath(name, file))
  })

  test('gives whole events', () => {
    const reader = format.open()
    expect(records.flatMap((record) => flawsOf(reader.read(record)))).toEqual([])
  })

  test('goes on from its memory after any record', () => {
    const whole = format.open()
    for (const [index, record] of records.entries()) {
      const resumed = format.open(memories[index])
      expect(readingLines(resumed.read(record))).toEqual(readingLines(whole.read(record)))
    }
    for (const memory of memories)
      expect(Buffer.byteLength(memory)).toBeLessThanOrEqual(MEMORY_MAX_BYTES)
  })

  test.for(FOREIGN_MEMORIES)('takes a memory that is not its own for none: $why', ({ memory }) => {
    const [told, fresh] = [format.open(memory), format.open()]
    expect(Buffer.byteLength(told.memory())).toBeLessThanOrEqual(MEMORY_MAX_BYTES)
    expect(records.map((record) => readingLines(told.read(record)))).toEqual(
      records.map((record) => readingLines(fresh.read(record))),
    )
  })

  test('answers every hostile twin soundly', { timeout: HOSTILE_TIMEOUT_MS }, () => {
    const flaws = records.flatMap((good, index) =>
      hostileTwins(good).flatMap(({ why, record }) =>
        flawsIn(format.open(memories[index]), record).map((flaw) => `${index}, ${why}: ${flaw}`),
      ),
    )
    expect(flaws).toEqual([])
  })

  test(
    `answers ${MUTATIONS_COUNT} mutated records soundly`,
    { timeout: HOSTILE_TIMEOUT_MS },
    () => {
      const confused = format.open()
      const flaws: string[] = []
      for (let seed = 1; seed <= MUTATIONS_COUNT; seed += 1) {
        const index = seed % records.length
        const mutated = mutatedRecord(records[index] ?? Buffer.of(), seed)
        for (const reader of [format.open(memories[index]), confused])
          flaws.push(...flawsIn(reader, mutated).map((flaw) => `seed ${seed}: ${flaw}`))
      }
      expect(flaws).toEqual([])
    },
  )
})

function formatNamed(name: string): Format {
  const format = ALL_FORMATS.find((one) => one.name === name)
  if (format === undefined) throw new TypeError(`there is no format ${name}`)
  return format
}

/** What a reader answers as its memory before each of the records. */
function memoriesBefore(format: Format, records: readonly Buffer[]): string[] {
  const reader = format.open()
  return records.map((record) => {
    const memory = reader.memory()
    reader.read(record)
    return memory
  })
}

/** What is wrong with how a hostile record is read: an exception, too, or a memory too long. */
function flawsIn(reader: FormatReader, record: Buffer): string[] {
  try {
    const flaws = flawsOf(readHostile(reader, record))
    const isBounded = Buffer.byteLength(reader.memory()) <= MEMORY_MAX_BYTES
    return isBounded ? flaws : [...flaws, 'a memory too long']
  } catch (error) {
    return [String(error)]
  }
}
