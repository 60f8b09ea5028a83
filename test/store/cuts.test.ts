import { expect, test } from 'vitest'

import type { IncomingRecord } from '../../services/lib/domain/log.ts'
import { CutBuilder, tokenOf } from '../../services/store/cuts.ts'

const PLACE = { topic: 'alerts.v1', partition: 2 } as const
const UNKNOWN_ID = 99

function aRecord(
  offset: number,
  differs: Partial<IncomingRecord> & { id?: number; length?: number } = {},
) {
  const { id = 1, length = 10, ...rest } = differs
  const value = Buffer.alloc(length)
  value.writeUInt32BE(id, 1)
  return { offset, key: 'k', value, headers: {}, corrupt: false, ...rest }
}

function cutsOf(records: IncomingRecord[], limits = { rowsMaxCount: 3, maxBytes: 1000 }) {
  const builder = new CutBuilder(PLACE, limits, (id) => id !== UNKNOWN_ID)
  const cuts = []
  for (const record of records) {
    if (builder.add(record)) continue
    cuts.push(builder.take())
    expect(builder.add(record)).toBe(true)
  }
  cuts.push(builder.take())
  return cuts.flatMap((cut) => cut ?? [])
}

const shape = (records: IncomingRecord[], limits?: { rowsMaxCount: number; maxBytes: number }) =>
  cutsOf(records, limits).map((cut) => [
    cut.firstOffset,
    cut.lastOffset,
    cut.schemaId,
    cut.rows.length,
  ])

test.for([
  { why: 'nothing', records: [], cuts: [] },
  {
    why: 'as many rows as allowed',
    records: [0, 1, 2].map((at) => aRecord(at)),
    cuts: [[0, 2, 1, 3]],
  },
  {
    why: 'a row more',
    records: [0, 1, 2, 3].map((at) => aRecord(at)),
    cuts: [
      [0, 2, 1, 3],
      [3, 3, 1, 1],
    ],
  },
  {
    why: 'another schema',
    records: [aRecord(0), aRecord(1, { id: 2 }), aRecord(2)],
    cuts: [
      [0, 0, 1, 1],
      [1, 1, 2, 1],
      [2, 2, 1, 1],
    ],
  },
  {
    why: 'records without a value',
    records: [aRecord(0, { value: null }), aRecord(1), aRecord(2, { value: null })],
    cuts: [[0, 2, 1, 1]],
  },
  {
    why: 'nothing but those',
    records: [aRecord(5, { value: null })],
    cuts: [[5, 5, undefined, 0]],
  },
  { why: 'a hole in the offsets', records: [aRecord(3), aRecord(9)], cuts: [[3, 9, 1, 2]] },
])('cuts of $why', ({ records, cuts }) => {
  expect(shape(records)).toEqual(cuts)
})

test.for([
  { why: 'exactly the bytes', length: 50, cuts: 1 },
  { why: 'a byte more', length: 51, cuts: 2 },
])('$why', ({ length, cuts }) => {
  const limits = { rowsMaxCount: 10, maxBytes: 100 }
  expect(shape([aRecord(0, { length: 50 }), aRecord(1, { length })], limits)).toHaveLength(cuts)
})

test('a row larger than a cut is a cut of its own', () => {
  const records = [aRecord(0), aRecord(1, { length: 5000 }), aRecord(2)]
  expect(shape(records)).toEqual([
    [0, 0, 1, 1],
    [1, 1, 1, 1],
    [2, 2, 1, 1],
  ])
})

test.for([
  { why: 'corrupt', record: aRecord(1, { corrupt: true }), reason: 'CHECKSUM_MISMATCH' },
  {
    why: 'of another magic',
    record: aRecord(1, { value: Buffer.from([7, 0, 0, 0, 1, 2]) }),
    reason: 'BAD_MAGIC',
  },
  {
    why: 'too short',
    record: aRecord(1, { value: Buffer.from([0, 0, 0, 0]) }),
    reason: 'BAD_MAGIC',
  },
  { why: 'empty', record: aRecord(1, { value: Buffer.alloc(0) }), reason: 'BAD_MAGIC' },
  { why: 'of an unknown schema', record: aRecord(1, { id: UNKNOWN_ID }), reason: 'UNKNOWN_SCHEMA' },
])('a record $why is covered and left out', ({ record, reason }) => {
  const [cut] = cutsOf([aRecord(0), record, aRecord(2)])
  expect(cut).toMatchObject({ firstOffset: 0, lastOffset: 2, schemaId: 1 })
  expect(cut?.rows.map((row) => row.offset)).toEqual([0, 2])
  expect(cut?.rejected.map((row) => [row.record.offset, row.reason])).toEqual([[1, reason]])
})

test('a token names topic, partition, bounds and schema', () => {
  const cut = { ...PLACE, firstOffset: 3, lastOffset: 9, schemaId: 7 }
  expect(tokenOf(cut)).toBe('alerts.v1:2:3-9:7')
})
