import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'

import kafkajs from 'kafkajs'

import { EVENT_TOPICS } from '#domain/topics.ts'

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs

/** kafkajs has no zstd of its own; without it its consumer crashes on our batches. */
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: ({ buffer }: { buffer: Buffer }) => Promise.resolve(zstdCompressSync(buffer)),
  decompress: (buffer: Buffer) => Promise.resolve(zstdDecompressSync(buffer)),
})

/**
 * Counts the records of the event topics with kafkajs alone: no decoding, no commit. Returns the
 * count.
 */
export async function countBare(
  brokers: readonly string[],
  topicPrefix: string,
  expectedCount: number,
): Promise<number> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: `${topicPrefix}bare-${process.pid}` })
  const { promise: isDone, resolve, reject } = Promise.withResolvers<void>()
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
  await consumer.connect()
  await consumer.subscribe({
    topics: EVENT_TOPICS.map((topic) => topicPrefix + topic),
    fromBeginning: true,
  })
  let count = 0
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      count += batch.messages.length
      if (count >= expectedCount) resolve()
      await Promise.resolve()
    },
  })
  await isDone
  await consumer.disconnect()
  return count
}
