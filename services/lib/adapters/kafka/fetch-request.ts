import { BATCH, isControl, isTransactional, splitBatches, type RawBatch } from './batch-decode.ts'
import { byTopic, ByteReader, ByteWriter } from './bytes.ts'
import type { WireRequest } from './cluster.ts'

const FETCH = { apiKey: 1, apiVersion: 11, apiName: 'Fetch' } as const
const READ_COMMITTED = 1
const NO_SESSION_EPOCH = -1
const CONTROL_ABORT = 0
/** A marker's key is a version and its type, two bytes each. */
const MARKER_TYPE_AT = 2

/** One partition to fetch from. Topics carry their full names here. */
export type FetchTarget = { topic: string; partition: number; offset: number; maxBytes: number }

/** What came of one partition. */
export type Fetched = {
  topic: string
  partition: number
  errorCode: number
  /** First offset nobody may read yet. */
  readableEnd: number
  batches: RawBatch[]
}

/** Reads from several partitions of one node; waits up to `maxWaitMs` while all are empty. */
export function fetchRequest(
  targets: readonly FetchTarget[],
  maxWaitMs: number,
  maxBytes: number,
): WireRequest<Fetched[]> {
  const writer = new ByteWriter(64 + targets.length * 64)
  writer.int32(-1).int32(maxWaitMs).int32(1).int32(maxBytes).int8(READ_COMMITTED)
  writer.int32(0).int32(NO_SESSION_EPOCH)
  const topics = byTopic(targets)
  writer.int32(topics.size)
  for (const [topic, partitions] of topics) {
    writer.string(topic).int32(partitions.length)
    for (const target of partitions)
      writer.int32(target.partition).int32(-1).int64(target.offset).int64(-1).int32(target.maxBytes)
  }
  writer.int32(0).string('')
  return { ...FETCH, body: writer.written(), decode: decodeFetched }
}

/** Reads a Fetch response; records of aborted transactions are left out, their offsets kept. */
function decodeFetched(payload: Buffer): Fetched[] {
  const reader = new ByteReader(payload)
  reader.int32()
  const errorCode = reader.int16()
  reader.int32()
  return reader
    .array(() => {
      const topic = reader.string()
      return reader.array(() => readPartition(reader, topic, errorCode))
    })
    .flat()
}

function readPartition(reader: ByteReader, topic: string, sessionError: number): Fetched {
  const partition = reader.int32()
  const errorCode = reader.int16() || sessionError
  reader.int64()
  const readableEnd = reader.int64()
  reader.int64()
  const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }))
  reader.int32()
  const batches = splitBatches(reader.bytes())
  if (aborted.length > 0) emptyAborted(batches, aborted)
  return { topic, partition, errorCode, readableEnd, batches }
}

/** Marks the batches of aborted transactions. */
function emptyAborted(
  batches: RawBatch[],
  aborted: readonly { producerId: number; firstOffset: number }[],
): void {
  const pending = [...aborted].sort((left, right) => left.firstOffset - right.firstOffset)
  const open = new Set<number>()
  for (const batch of batches) {
    while (pending[0] !== undefined && pending[0].firstOffset <= batch.lastOffset)
      open.add(pending.shift()?.producerId ?? -1)
    if (isControl(batch)) {
      if (isAbortMarker(batch)) open.delete(batch.producerId)
    } else if (isTransactional(batch) && open.has(batch.producerId)) {
      batch.isAborted = true
    }
  }
}

function isAbortMarker(batch: RawBatch): boolean {
  const reader = new ByteReader(batch.bytes, BATCH.records)
  reader.varint()
  reader.offset++
  reader.skipVarlong()
  reader.varint()
  const keyLength = reader.varint()
  if (keyLength < MARKER_TYPE_AT + 2) return false
  reader.offset += MARKER_TYPE_AT
  return reader.int16() === CONTROL_ABORT
}
