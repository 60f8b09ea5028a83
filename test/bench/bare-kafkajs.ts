import { Kafka, logLevel } from 'kafkajs'

import { EVENT_TOPICS } from '#domain/topics.ts'

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
  await consumer.connect()
  await consumer.subscribe({
    topics: EVENT_TOPICS.map((topic) => topicPrefix + topic),
    fromBeginning: true,
  })
  let count = 0
  const { promise: isDone, resolve } = Promise.withResolvers<void>()
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
