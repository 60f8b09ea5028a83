import { join } from 'node:path'

import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { openRawTopic } from '#adapters/kafka/raw-topic.ts'
import { openSentLog } from '../../services/collect/already-sent.ts'
import { checkpointFile } from '../../services/collect/collector-checkpoint.ts'
import { LogCollector } from '../../services/collect/log-collector.ts'
import { runSource } from '../../services/collect/run-source.ts'
import { openKafkaLines } from '../../services/collect/sources/kafka-lines.ts'
import { aLogWorld, collectorOptions } from '../collect/a-log-door.ts'
import { aLine, lineFormat } from '../collect/a-line-format.ts'
import { temporaryDirectory } from '../collect/temporary-directory.ts'
import { NO_SERVERS, realServers } from '../support/servers/available.ts'
import { startKafka, type KafkaServer } from '../support/servers/kafka.ts'
import { freshPrefix, someKafkaSettings } from '../support/servers/kafka-world.ts'

const PARTITION_COUNT = 3
const COLLECTED_MAX_MS = 60_000
const kind = realServers()

describe.runIf(kind)(`a topic of raw lines on a real broker (${kind ?? NO_SERVERS})`, () => {
  let server: KafkaServer
  beforeAll(async () => {
    server = await startKafka()
  })
  afterAll(() => server.stop())

  test('is read once over restarts, and committed only once it is in the log', async () => {
    const topic = `${freshPrefix()}lines`
    const client = new Kafka({ brokers: server.brokers, logLevel: logLevel.NOTHING })
    const admin = client.admin()
    const producer = client.producer()
    await Promise.all([admin.connect(), producer.connect()])
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITION_COUNT }] })
    const produce = (from: number, to: number) =>
      producer.send({
        topic,
        messages: Array.from({ length: to - from }, (_, index) => ({
          value: aLine(from + index),
          partition: (from + index) % PARTITION_COUNT,
        })),
      })
    const committed = async (): Promise<number> => {
      const [found] = await admin.fetchOffsets({ groupId: 'lines', topics: [topic] })
      const offsets = found?.partitions.map(({ offset }) => Math.max(0, Number(offset))) ?? []
      return offsets.reduce((sum, offset) => sum + offset, 0)
    }
    const { world, intake, events, log, codec } = await aLogWorld()
    const place = checkpointFile(join(await temporaryDirectory(), 'lines.json'))
    const start = async () => {
      const collector = await LogCollector.open({
        ...collectorOptions(lineFormat, intake),
        checkpoint: place,
        sent: openSentLog(log, codec),
      })
      const how = { topic, group: 'lines', from: 'earliest', batchMaxCount: 50 } as const
      const opened = await openRawTopic(someKafkaSettings(server.brokers), how)
      const source = openKafkaLines(opened, topic, collector.mark)
      const stopping = new AbortController()
      const onRetry = (): void => undefined
      const context = { signal: stopping.signal, random: () => 0.1, onRetry }
      const running = runSource(source, collector, context).catch((error: unknown) => error)
      return async () => {
        stopping.abort()
        await source.close()
        return running
      }
    }
    const numbers = async (): Promise<string[]> =>
      (await events()).map(({ extra }) => extra['number'] ?? '').sort()
    const upTo = (count: number): string[] =>
      Array.from({ length: count }, (_, index) => String(index)).sort()
    const timeout = COLLECTED_MAX_MS

    await produce(0, 1_000)
    const stopFirst = await start()
    await expect.poll(numbers, { timeout }).toEqual(upTo(1_000))
    await expect.poll(committed, { timeout }).toBe(1_000)
    world.isDown = true
    await produce(1_000, 1_500)
    await stopFirst()
    expect(await committed()).toBe(1_000)
    world.isDown = false
    const stopSecond = await start()
    await expect.poll(numbers, { timeout }).toEqual(upTo(1_500))
    await expect.poll(committed, { timeout }).toBe(1_500)
    await stopSecond()
    const ids = (await events()).map(({ event_id }) => event_id)
    expect(new Set(ids).size).toBe(1_500)
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }, 300_000)
})
