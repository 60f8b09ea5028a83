import { byTopic, ByteReader, ByteWriter } from './bytes.ts'
import type { WireRequest } from './cluster.ts'

const PRODUCE = { apiKey: 0, apiVersion: 7, apiName: 'Produce' } as const
const ACKNOWLEDGED_BY_ALL = -1

/** One batch for one partition. Topics carry their full names here. */
export type ProduceTarget = { topic: string; partition: number; batch: Buffer }

/** What became of one partition's batch. */
export type Produced = { topic: string; partition: number; errorCode: number }

/** Appends one batch to each of several partitions of one node. */
export function produceRequest(
  targets: readonly ProduceTarget[],
  timeoutMs: number,
): WireRequest<Produced[]> {
  const bytes = targets.reduce((sum, target) => sum + target.batch.length + 300, 64)
  const writer = new ByteWriter(bytes)
  writer.nullString().int16(ACKNOWLEDGED_BY_ALL).int32(timeoutMs)
  const topics = byTopic(targets)
  writer.int32(topics.size)
  for (const [topic, partitions] of topics) {
    writer.string(topic).int32(partitions.length)
    for (const { partition, batch } of partitions)
      writer.int32(partition).int32(batch.length).raw(batch)
  }
  return { ...PRODUCE, body: writer.written(), decode: decodeProduced }
}

function decodeProduced(payload: Buffer): Produced[] {
  const reader = new ByteReader(payload)
  return reader
    .array(() => {
      const topic = reader.string()
      return reader.array(() => {
        const partition = reader.int32()
        const errorCode = reader.int16()
        reader.offset += 24
        return { topic, partition, errorCode }
      })
    })
    .flat()
}
