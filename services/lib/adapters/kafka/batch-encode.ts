import { crc32c } from '@node-rs/crc32'

import { CHECKSUM_HEADER } from '#domain/headers.ts'
import type { OutgoingRecord } from '#domain/log.ts'
import { BATCH, checksumOf } from './batch-decode.ts'
import { ByteWriter, varintBytes, writeInt64 } from './bytes.ts'
import { deflate } from './compression.ts'

const SEQUENCE_MASK = 0x7fffffff
const CHECKSUM_NAME_BYTES = Buffer.byteLength(CHECKSUM_HEADER)
const CHECKSUM_BYTES = 8
/** Most a record takes beside key, value and headers: seven numbers and the attributes. */
const RECORD_OVERHEAD_MAX_BYTES = 40
/** Of one UTF-16 unit. */
const UTF8_MAX_BYTES = 3

/** Who writes a batch and where in its row of records: how the broker knows a repeat. */
export type ProducerMark = { producerId: number; producerEpoch: number; baseSequence: number }

/** At most how many bytes a record takes in a batch before compression; cheap, so not exact. */
export function recordMaxBytes({ key, value, headers }: OutgoingRecord): number {
  let textLength = key.length + CHECKSUM_NAME_BYTES + CHECKSUM_BYTES
  for (const name in headers) textLength += 4 + name.length + (headers[name]?.length ?? 0)
  return RECORD_OVERHEAD_MAX_BYTES + textLength * UTF8_MAX_BYTES + (value?.length ?? 0)
}

/** Encodes records into one batch (magic 2), its checksum and producer still open: `sealBatch`. */
export function encodeBatch(
  records: readonly OutgoingRecord[],
  compression: 'zstd' | 'gzip' | 'none',
  nowMs: number,
  scratch: ByteWriter,
): Buffer {
  scratch.reset()
  for (const [index, record] of records.entries()) writeRecord(scratch, record, index)
  const { codec, body } = deflate(scratch.written(), compression)
  const batch = Buffer.allocUnsafe(BATCH.records + body.length)
  writeInt64(batch, 0, 0)
  batch.writeInt32BE(batch.length - BATCH.length - 4, BATCH.length)
  batch.writeInt32BE(-1, BATCH.length + 4)
  batch.writeInt8(2, BATCH.magic)
  batch.writeInt16BE(codec, BATCH.attributes)
  batch.writeInt32BE(records.length - 1, BATCH.lastOffsetDelta)
  writeInt64(batch, nowMs, BATCH.timestamps)
  writeInt64(batch, nowMs, BATCH.timestamps + 8)
  batch.writeInt32BE(records.length, BATCH.recordCount)
  batch.set(body, BATCH.records)
  return batch
}

/** Names a batch's producer and writes its checksum; may be done again with another producer. */
export function sealBatch(batch: Buffer, mark: ProducerMark): Buffer {
  writeInt64(batch, mark.producerId, BATCH.producerId)
  batch.writeInt16BE(mark.producerEpoch, BATCH.producerEpoch)
  batch.writeInt32BE(mark.baseSequence, BATCH.baseSequence)
  batch.writeUInt32BE(crc32c(batch.subarray(BATCH.attributes)), BATCH.crc)
  return batch
}

/** The sequence after `count` more records; it wraps as the broker's does. */
export function nextSequence(sequence: number, count: number): number {
  return (sequence + count) & SEQUENCE_MASK
}

function writeRecord(writer: ByteWriter, record: OutgoingRecord, index: number): void {
  const { key, value, headers } = record
  const names = Object.keys(headers)
  const keyBytes = Buffer.byteLength(key)
  const valueBytes = value === null ? -1 : value.length
  const headerCount = names.length + (value === null ? 0 : 1)
  let size = 2 + varintBytes(index) + sizeOf(keyBytes) + sizeOf(valueBytes)
  size += varintBytes(headerCount)
  for (const name of names)
    size += sizeOf(Buffer.byteLength(name)) + sizeOf(Buffer.byteLength(headers[name] ?? ''))
  if (value !== null) size += sizeOf(CHECKSUM_NAME_BYTES) + sizeOf(CHECKSUM_BYTES)
  writer.varint(size).int8(0).int8(0).varint(index)
  writer.varint(keyBytes).text(key)
  writer.varint(valueBytes)
  if (value !== null) writer.raw(value)
  writer.varint(headerCount)
  for (const name of names) writeHeader(writer, name, headers[name] ?? '')
  if (value !== null) writeHeader(writer, CHECKSUM_HEADER, checksumOf(value))
}

function writeHeader(writer: ByteWriter, name: string, text: string): void {
  writer.varint(Buffer.byteLength(name)).text(name).varint(Buffer.byteLength(text)).text(text)
}

function sizeOf(bytes: number): number {
  return varintBytes(bytes) + Math.max(bytes, 0)
}
