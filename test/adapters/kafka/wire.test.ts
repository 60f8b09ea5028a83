import fc from 'fast-check'
import { expect, test } from 'vitest'

import { ByteReader, ByteWriter, varintBytes } from '../../../services/lib/adapters/kafka/bytes.ts'

test('numbers and text come back, whatever they are and however small the writer began', () => {
  const someParts = fc.record({
    int16: fc.integer({ min: -0x8000, max: 0x7fff }),
    int32: fc.integer(),
    int64: fc.maxSafeInteger(),
    varint: fc.integer(),
    text: fc.string({ unit: 'grapheme', maxLength: 40 }),
  })
  fc.assert(
    fc.property(someParts, ({ int16, int32, int64, varint, text }) => {
      const writer = new ByteWriter(1)
      writer.int16(int16).string(text).int32(int32).varint(varint).int64(int64).int8(-1)
      const reader = new ByteReader(writer.written())
      expect(reader.int16()).toBe(int16)
      expect(reader.string()).toBe(text)
      expect(reader.int32()).toBe(int32)
      expect(reader.varint()).toBe(varint)
      expect(reader.int64()).toBe(int64)
      expect(reader.int8()).toBe(-1)
      expect(reader.offset).toBe(writer.length)
    }),
  )
})

test.for([
  { value: 0, bytes: [0] },
  { value: -1, bytes: [1] },
  { value: 63, bytes: [126] },
  { value: 64, bytes: [128, 1] },
  { value: -64, bytes: [127] },
  { value: -65, bytes: [129, 1] },
  { value: 0x7fffffff, bytes: [254, 255, 255, 255, 15] },
  { value: -0x80000000, bytes: [255, 255, 255, 255, 15] },
])('$value as Kafka writes it', ({ value, bytes }) => {
  expect([...new ByteWriter().varint(value).written()]).toEqual(bytes)
  expect(varintBytes(value)).toBe(bytes.length)
})

test('a number that does not end is refused', () => {
  expect(() => new ByteReader(Buffer.alloc(9, 0xff)).varint()).toThrow(RangeError)
  expect(() => new ByteReader(Buffer.alloc(2, 0xff)).varint()).toThrow(RangeError)
})
