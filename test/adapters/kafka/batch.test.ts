import { gzipSync, zstdCompressSync } from 'node:zlib'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  BATCH,
  decodeBatch,
  splitBatches,
  type RawBatch,
} from '../../../services/lib/adapters/kafka/batch-decode.ts'
import {
  encodeBatch,
  nextSequence,
  recordMaxBytes,
  sealBatch,
} from '../../../services/lib/adapters/kafka/batch-encode.ts'
import { ByteWriter } from '../../../services/lib/adapters/kafka/bytes.ts'
import { INFLATED_MAX_BYTES } from '../../../services/lib/adapters/kafka/compression.ts'
import { CHECKSUM_HEADER } from '../../../services/lib/domain/headers.ts'
import type { OutgoingRecord } from '../../../services/lib/domain/log.ts'

const MARK = { producerId: 7, producerEpoch: 1, baseSequence: 3 }
const GZIP = 1
const ZSTD = 4

const aRecord = (differs: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  topic: 'alerts.v1',
  partition: 0,
  key: 'acme/s-1',
  value: Buffer.from('a value'),
  headers: { 'tocsin-source': 'x' },
  ...differs,
})

function encoded(
  records: OutgoingRecord[],
  compression: 'zstd' | 'gzip' | 'none' = 'none',
): Buffer {
  return sealBatch(encodeBatch(records, compression, 1_000, new ByteWriter(16)), MARK)
}

function only(bytes: Buffer): RawBatch {
  const [batch] = splitBatches(bytes)
  if (batch === undefined) throw new Error('no batch')
  return batch
}

/** A batch whose records are these bytes, whatever they are, under a right checksum. */
function withBody(body: Buffer, codec: number, recordCount = 1): Buffer {
  const head = encodeBatch([aRecord()], 'none', 0, new ByteWriter()).subarray(0, BATCH.records)
  const bytes = Buffer.concat([head, body])
  bytes.writeInt32BE(bytes.length - 12, BATCH.length)
  bytes.writeInt16BE(codec, BATCH.attributes)
  bytes.writeInt32BE(recordCount, BATCH.recordCount)
  return sealBatch(bytes, MARK)
}

const someRecords = fc.array(
  fc.record({
    key: fc.string({ unit: 'binary', maxLength: 30 }),
    value: fc.option(fc.uint8Array({ maxLength: 3_000 }).map((bytes) => Buffer.from(bytes))),
    headers: fc.dictionary(
      fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => name !== '__proto__'),
      fc.string({ unit: 'grapheme' }),
      { maxKeys: 4, noNullPrototype: true },
    ),
  }),
  { minLength: 1, maxLength: 30 },
)

test.for(['none', 'gzip', 'zstd'] as const)('whatever goes in comes out: %s', (compression) => {
  fc.assert(
    fc.property(someRecords, (parts) => {
      const records = parts.map((part) => aRecord({ ...part, key: part.key.toWellFormed() }))
      const batch = only(encoded(records, compression))
      const expected = records.map(({ key, value, headers }, offset) => ({
        offset,
        key,
        value,
        headers,
        corrupt: false,
      }))
      expect(decodeBatch(batch, 0)).toEqual(expected)
    }),
    { numRuns: 50 },
  )
})

test('the room counted for a record is never too small', () => {
  fc.assert(
    fc.property(someRecords, (parts) => {
      const records = parts.map((part) => aRecord(part))
      const room = records.reduce((sum, record) => sum + recordMaxBytes(record), 0)
      expect(encoded(records).length - BATCH.records).toBeLessThanOrEqual(room)
    }),
  )
})

test('one flipped bit anywhere behind the checksum is found', () => {
  const clean = encoded([aRecord(), aRecord({ key: 'two' })])
  for (let at = BATCH.attributes; at < clean.length; at++) {
    const bytes = Buffer.from(clean)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
    const [found] = decodeBatch(only(bytes), 0)
    expect(found).toEqual({ offset: 0, key: '', value: null, headers: {}, corrupt: true })
  }
})

test('a value that changed before it was sealed differs from its own checksum', () => {
  const bytes = encoded([aRecord({ key: 'good' }), aRecord({ value: Buffer.from('changed') })])
  bytes.write('CHANGED', bytes.indexOf('changed'))
  const records = decodeBatch(only(sealBatch(bytes, MARK)), 0)
  expect(records.map(({ key, corrupt }) => [key, corrupt])).toEqual([
    ['good', false],
    ['acme/s-1', true],
  ])
})

test('the checksum is the log’s own business: readers do not see its header', () => {
  const bytes = encoded([aRecord()])
  expect(bytes.includes(CHECKSUM_HEADER)).toBe(true)
  expect(decodeBatch(only(bytes), 0)[0]?.headers).toEqual({ 'tocsin-source': 'x' })
})

test.for([
  { why: 'zstd that is none', body: Buffer.from('no zstd'), codec: ZSTD },
  { why: 'gzip that is none', body: Buffer.from('no gzip'), codec: GZIP },
  { why: 'a codec nobody here knows', body: Buffer.from('x'), codec: 2 },
  {
    why: 'a record longer than the batch',
    body: Buffer.from([0x80, 0x80, 0x01, 0, 0, 0, 20]),
    codec: 0,
  },
  { why: 'a number without end', body: Buffer.alloc(20, 0xff), codec: 0 },
  { why: 'fewer records than promised', body: Buffer.alloc(0), codec: 0 },
])('a batch that cannot be opened is one corrupt record: $why', ({ body, codec }) => {
  const found = decodeBatch(only(withBody(body, codec)), 0)
  expect(found).toEqual([{ offset: 0, key: '', value: null, headers: {}, corrupt: true }])
})

test.for([
  { why: 'zstd', codec: ZSTD, pack: zstdCompressSync },
  { why: 'gzip', codec: GZIP, pack: gzipSync },
])('a bomb is refused before it goes off: $why', ({ codec, pack }) => {
  const bomb = withBody(pack(Buffer.alloc(INFLATED_MAX_BYTES + 1)), codec)
  expect(bomb.length).toBeLessThan(1024 * 1024)
  const beforeBytes = process.memoryUsage().arrayBuffers
  expect(decodeBatch(only(bomb), 0)).toEqual([
    { offset: 0, key: '', value: null, headers: {}, corrupt: true },
  ])
  expect(process.memoryUsage().arrayBuffers - beforeBytes).toBeLessThan(INFLATED_MAX_BYTES * 1.5)
})

test('reading from within a batch gives the rest of it', () => {
  const batch = only(encoded([aRecord(), aRecord({ key: 'two' }), aRecord({ key: 'three' })]))
  expect(decodeBatch(batch, 1).map(({ offset, key }) => [offset, key])).toEqual([
    [1, 'two'],
    [2, 'three'],
  ])
})

test('a last batch that was cut off is left for the next fetch', () => {
  const bytes = Buffer.concat([encoded([aRecord()]), encoded([aRecord()])])
  const wholeBytes = encoded([aRecord()]).length
  for (const [length, count] of [
    [bytes.length, 2],
    [bytes.length - 1, 1],
    [wholeBytes, 1],
    [wholeBytes - 1, 0],
    [10, 0],
  ] as const)
    expect(splitBatches(bytes.subarray(0, length)).length).toBe(count)
})

test.for([
  { sequence: 0, count: 5, expected: 5 },
  { sequence: 0x7fffffff - 1, count: 1, expected: 0x7fffffff },
  { sequence: 0x7fffffff, count: 1, expected: 0 },
])('sequence $sequence and $count more is $expected', ({ sequence, count, expected }) => {
  expect(nextSequence(sequence, count)).toBe(expected)
})
