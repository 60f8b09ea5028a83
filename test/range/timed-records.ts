import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'

import kafkajs, { type Kafka as KafkaClient } from 'kafkajs'

import { openCodec } from '#adapters/avro/codec.ts'
import { loadSchemas } from '#adapters/avro/schemas.ts'
import { confluentSchemaIds } from '#adapters/registry/confluent.ts'
import { fileSchemaIds } from '#adapters/registry/files.ts'
import type { Codec } from '#domain/codec.ts'
import type { Records } from '#domain/records/index.ts'

const TOPICS = [
  'events.application.v1',
  'events.data.v1',
  'events.model.v1',
  'events.network.v1',
  'alerts.v1',
  'incidents.v1',
  'cases.v1',
  'actions.v1',
  'enforcement.v1',
  'rejects.v1',
] as const
type Topic = (typeof TOPICS)[number]

/** A decoded record, with when the log took it in epoch milliseconds. */
export type TimedRecord = {
  [T in Topic]: { topic: T; offset: number; loggedAtMs: number; value: Records[T] }
}[Topic]

const FIRST_WITHIN_MS = 60_000
const QUIET_MS = 5_000

type Raw = { topic: Topic; offset: number; loggedAtMs: number; value: Buffer }

/** Reads the records of an embedded log whose owner has ended. */
export async function embeddedRecords(path: string): Promise<TimedRecord[]> {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const select = database.prepare(
      `SELECT p.topic, r.id % (1 << 40) AS offset, r.value, r.appended_ms
       FROM partitions p JOIN records r ON r.id BETWEEN p.id << 40 AND ((p.id + 1) << 40) - 1
       WHERE r.value IS NOT NULL AND p.topic = ? ORDER BY r.id`,
    )
    const raw = TOPICS.flatMap((topic) =>
      select.all(topic).map((row): Raw => {
        const loggedAtMs = Number(row['appended_ms'])
        const value = Buffer.from(row['value'] as Uint8Array)
        return { topic, offset: Number(row['offset']), loggedAtMs, value }
      }),
    )
    const ids = fileSchemaIds([...loadSchemas().values()])
    return await decoded(raw, await openCodec(loadSchemas(), ids, 'tocsin.'))
  } finally {
    database.close()
  }
}

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs
// The client leaves this codec to whoever needs it.
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: (encoder: { buffer: Buffer }) => Promise.resolve(zstdCompressSync(encoder.buffer)),
  decompress: (buffer: Buffer) => Promise.resolve(zstdDecompressSync(buffer)),
})

/** Reads the records of a real broker, as another client of it sees them. */
export async function kafkaRecords(
  brokers: readonly string[],
  registry: string,
  prefix: string,
): Promise<TimedRecord[]> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const left = new Map<string, number>()
  for (const topic of TOPICS)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(prefix + topic))
      if (high !== low) left.set(`${topic}/${partition}`, Number(high))
  await admin.disconnect()
  const raw = await readUntil(kafka, prefix, left)
  const ids = confluentSchemaIds({ url: registry })
  return decoded(raw, await openCodec(loadSchemas(), ids, prefix))
}

async function readUntil(
  kafka: KafkaClient,
  prefix: string,
  ends: Map<string, number>,
): Promise<Raw[]> {
  const raw: Raw[] = []
  const consumer = kafka.consumer({ groupId: `${prefix}range` })
  await consumer.connect()
  await consumer.subscribe({ topics: TOPICS.map((topic) => prefix + topic), fromBeginning: true })
  const done = Promise.withResolvers<void>()
  // A partition whose last records were compacted away comes to no end: quiet is an end too.
  let quiet = setTimeout(done.resolve, FIRST_WITHIN_MS)
  consumer.on(consumer.events.CRASH, ({ payload }) => done.reject(payload.error))
  await consumer.run({
    eachBatchAutoResolve: true,
    eachBatch: ({ batch }) => {
      clearTimeout(quiet)
      quiet = setTimeout(done.resolve, QUIET_MS)
      const topic = batch.topic.slice(prefix.length) as Topic
      for (const { offset, timestamp, value } of batch.messages)
        if (value !== null)
          raw.push({ topic, offset: Number(offset), loggedAtMs: Number(timestamp), value })
      const place = `${topic}/${batch.partition}`
      if (Number(batch.lastOffset()) + 1 >= (ends.get(place) ?? Infinity)) ends.delete(place)
      if (ends.size === 0) done.resolve()
      return Promise.resolve()
    },
  })
  await done.promise
  clearTimeout(quiet)
  await consumer.disconnect()
  return raw
}

async function decoded(raw: readonly Raw[], codec: Codec): Promise<TimedRecord[]> {
  const records: TimedRecord[] = []
  for (const { topic, value, ...rest } of raw) {
    await codec.prepare(topic, [value])
    const found = codec.decode(topic, value)
    if (!found.ok) throw new Error(`a record of ${topic} cannot be decoded: ${found.reason}`)
    records.push({ topic, ...rest, value: found.value } as TimedRecord)
  }
  return records
}
