import avro from 'avsc'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { buildContainer } from '../../services/store/container.ts'

const SCHEMA = {
  type: 'record',
  name: 'Row',
  fields: [
    { name: 'text', type: 'string' },
    { name: 'tags', type: { type: 'array', items: 'string' } },
  ],
}
const type = avro.Type.forSchema(SCHEMA as avro.Schema)
const framed = (value: object) =>
  Buffer.concat([Buffer.from([0, 0, 0, 0, 9]), type.toBuffer(value)])

/** Reads a container with the library's own reader. */
async function read(container: Buffer): Promise<unknown[]> {
  const decoder = new avro.streams.BlockDecoder()
  const rows: unknown[] = []
  decoder.on('data', (row: object) => rows.push({ ...row }))
  const ended = new Promise((resolve, reject) => decoder.on('end', resolve).on('error', reject))
  decoder.end(container)
  await ended
  return rows
}

test('a container holds each row as it was written, with its place before it', async () => {
  const rows = fc.array(fc.record({ text: fc.string(), tags: fc.array(fc.string()) }), {
    minLength: 1,
  })
  const offsets = fc.integer({ min: 0, max: 2 ** 51 })
  await fc.assert(
    fc.asyncProperty(rows, offsets, fc.nat({ max: 1000 }), async (values, first, partition) => {
      const stored = values.map((value, index) => ({ offset: first + index, value: framed(value) }))
      const expected = values.map((value, index) => ({
        _partition: partition,
        _offset: first + index,
        ...value,
      }))
      expect(await read(buildContainer('t', partition, SCHEMA, stored))).toEqual(expected)
    }),
    { numRuns: 50 },
  )
})

test('the same rows and token give the same bytes, another token another mark', () => {
  const rows = [{ offset: 1, value: framed({ text: 'a', tags: [] }) }]
  const container = buildContainer('t', 0, SCHEMA, rows)
  expect(buildContainer('t', 0, SCHEMA, rows).equals(container)).toBe(true)
  expect(buildContainer('u', 0, SCHEMA, rows).equals(container)).toBe(false)
})

test.for([0, 63, 64, 127, 128, 8191, 8192, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 51])(
  'offset %d is a long of the right length',
  async (offset) => {
    const rows = [{ offset, value: framed({ text: '', tags: [] }) }]
    const [row] = await read(buildContainer('t', 0, SCHEMA, rows))
    expect(row).toMatchObject({ _offset: offset })
  },
)
