import fc from 'fast-check'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'

import { keyOf, partitionOf } from '#domain/lane.ts'
import { formatTime, parseTime } from '#domain/time.ts'

const { DefaultPartitioner } = createRequire(import.meta.url)('kafkajs').Partitioners as {
  DefaultPartitioner: () => (args: object) => number
}

test('a key lands where kafkajs would put it', () => {
  const kafkas = DefaultPartitioner()
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 64 }), (text, count) => {
      const key = text.toWellFormed()
      const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
        partitionId,
        leader: 0,
      }))
      const expected = kafkas({ topic: 't', partitionMetadata, message: { key: Buffer.from(key) } })
      expect(partitionOf(key, count)).toBe(expected)
    }),
  )
})

test('different parts make different keys', () => {
  expect(keyOf('a/b', 'c')).not.toBe(keyOf('a', 'b/c'))
  expect(keyOf('acme', 's-1')).toBe('acme/s-1')
})

test.for([
  { text: '2026-01-05T08:00:11.739445Z', timeUs: 1767600011739445 },
  { text: '2026-01-05T09:00:11.7394459+01:00', timeUs: 1767600011739445 },
  { text: '2026-01-05T08:00:11Z', timeUs: 1767600011000000 },
  { text: '1969-12-31T23:59:59.999999Z', timeUs: -1 },
])('time $text', ({ text, timeUs }) => {
  expect(parseTime(text)).toBe(timeUs)
  expect(parseTime(formatTime(timeUs))).toBe(timeUs)
})

test.for([
  '',
  'yesterday',
  '2026-01-05',
  '2026-13-05T08:00:00Z',
  '2026-02-30T08:00:00Z',
  '2026-01-05T08:00:00',
  '1767600011',
])('no time: "%s"', (text) => expect(parseTime(text)).toBeUndefined())
