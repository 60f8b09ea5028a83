import { crc32c } from '@node-rs/crc32'

import { CHECKSUM_HEADER } from '#domain/headers.ts'
import type { Headers, IncomingRecord } from '#domain/log.ts'
import { ByteReader, readInt64 } from './bytes.ts'
import { inflate } from './compression.ts'

/** Offsets of the fields in the header of a record batch (magic 2). */
export const BATCH = {
  length: 8,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  timestamps: 27,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const

const CODEC_MASK = 0x07
const TRANSACTIONAL = 0x10
const CONTROL = 0x20
const TOO_LONG = 'a length beyond the batch'

/** One record batch as it lies on the broker, its records still closed. */
export type RawBatch = {
  firstOffset: number
  lastOffset: number
  producerId: number
  /** Its transaction was aborted: the records count for nobody. */
  isAborted: boolean
  /** The batch's bytes from its first to its last. */
  bytes: Buffer
}

/** Cuts what a fetch brought into whole batches; a last one that was cut off is left out. */
export function splitBatches(fetched: Buffer): RawBatch[] {
  const batches: RawBatch[] = []
  let at = 0
  while (at + BATCH.records <= fetched.length) {
    const end = at + BATCH.magic - 4 + fetched.readInt32BE(at + BATCH.length)
    if (end > fetched.length || end < at + BATCH.records) break
    const firstOffset = readInt64(fetched, at)
    batches.push({
      firstOffset,
      lastOffset: firstOffset + fetched.readInt32BE(at + BATCH.lastOffsetDelta),
      producerId: readInt64(fetched, at + BATCH.producerId),
      isAborted: false,
      bytes: fetched.subarray(at, end),
    })
    at = end
  }
  return batches
}

/** Whether a batch is as it was written. */
export function isIntact({ bytes }: RawBatch): boolean {
  if (bytes[BATCH.magic] !== 2) return false
  return crc32c(bytes.subarray(BATCH.attributes)) === bytes.readUInt32BE(BATCH.crc)
}

/** Whether a batch belongs to a transaction. */
export function isTransactional({ bytes }: RawBatch): boolean {
  return (bytes.readInt16BE(BATCH.attributes) & TRANSACTIONAL) !== 0
}

/** Whether a batch is a transaction's marker; it holds no records for anyone. */
export function isControl({ bytes }: RawBatch): boolean {
  return (bytes.readInt16BE(BATCH.attributes) & CONTROL) !== 0
}

/**
 * The records of a batch from `fromOffset` on. One that cannot be opened gives one corrupt record
 * without key and value in its place; a record whose checksum differs is corrupt too.
 */
export function decodeBatch(batch: RawBatch, fromOffset: number): IncomingRecord[] {
  if (!isIntact(batch)) return [unreadable(batch, fromOffset)]
  if (isControl(batch) || batch.isAborted) return []
  const { bytes, firstOffset } = batch
  const codec = bytes.readInt16BE(BATCH.attributes) & CODEC_MASK
  const body = inflate(bytes.subarray(BATCH.records), codec)
  if (body === undefined) return [unreadable(batch, fromOffset)]
  try {
    const reader = new ByteReader(body)
    const records: IncomingRecord[] = []
    for (let left = bytes.readInt32BE(BATCH.recordCount); left > 0; left--) {
      const end = reader.varint() + reader.offset
      const record = readRecord(reader, firstOffset)
      if (record.offset >= fromOffset) records.push(record)
      reader.offset = end
    }
    return records
  } catch (error) {
    if (error instanceof RangeError) return [unreadable(batch, fromOffset)]
    throw error
  }
}

function readRecord(reader: ByteReader, firstOffset: number): IncomingRecord {
  reader.offset++
  reader.skipVarlong()
  const offset = firstOffset + reader.varint()
  const keyLength = reader.varint()
  const key = keyLength <= 0 ? '' : readText(reader, keyLength)
  const valueLength = reader.varint()
  const value = valueLength < 0 ? null : readBytes(reader, valueLength)
  const headers: Headers = {}
  let checksum: string | undefined
  for (let left = reader.varint(); left > 0; left--) {
    const name = readText(reader, reader.varint())
    const length = reader.varint()
    const text = length <= 0 ? '' : readText(reader, length)
    if (name === CHECKSUM_HEADER) checksum = text
    else headers[name] = text
  }
  const corrupt = checksum !== undefined && checksum !== checksumOf(value)
  return { offset, key, value, headers, corrupt }
}

/** CRC32C of a value as the checksum header has it. */
export function checksumOf(value: Uint8Array | null): string {
  return (value === null ? 0 : crc32c(value)).toString(16).padStart(8, '0')
}

function readText(reader: ByteReader, length: number): string {
  const start = reader.offset
  if (length < 0 || start + length > reader.buffer.length) throw new RangeError(TOO_LONG)
  reader.offset = start + length
  return reader.buffer.toString('utf8', start, reader.offset)
}

function readBytes(reader: ByteReader, length: number): Buffer {
  const start = reader.offset
  const end = start + length
  if (length < 0 || end > reader.buffer.length) throw new RangeError(TOO_LONG)
  reader.offset = end
  return reader.buffer.subarray(start, end)
}

function unreadable(batch: RawBatch, fromOffset: number): IncomingRecord {
  const offset = Math.max(batch.firstOffset, fromOffset)
  return { offset, key: '', value: null, headers: {}, corrupt: true }
}
