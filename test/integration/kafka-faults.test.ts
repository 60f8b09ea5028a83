import { setTimeout as wait } from 'node:timers/promises'

import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { topicConfig } from '../../services/lib/adapters/kafka/topics.ts'
import type { Fault } from '../../services/lib/domain/fault.ts'
import type { Chunk, Log, OutgoingRecord, Subscription } from '../../services/lib/domain/log.ts'
import { topicSpec, TOPICS } from '../../services/lib/domain/topics.ts'
import { NO_SERVERS, realServers } from '../support/servers/available.ts'
import { startKafka, type KafkaServer } from '../support/servers/kafka.ts'
import { freshPrefix, openTestLog } from '../support/servers/kafka-world.ts'
import { freePorts, until } from '../support/servers/process.ts'

const LANE_COUNT = 2
const TOPIC = 'alerts.v1'
const SEND_COUNT = 400
const RECORDS_A_SEND = 50
const DOWN_MS = 3_000
/** Joining a group takes a second or two, and much longer on a busy machine. */
const JOINED_MAX_MS = 60_000
/** The client gives up after eight seconds, an attempt under way aside. */
const UNREACHED_MAX_MS = 20_000
const SEGMENT_MS = 100
const COMPACTED_MAX_MS = 240_000

const kind = realServers()

test('nobody at the address: LOG_UNAVAILABLE in one line, soon', async () => {
  const [port = 0] = await freePorts(1)
  const beforeMs = performance.now()
  await expect(openTestLog([`127.0.0.1:${port}`])).rejects.toMatchObject({
    code: 'LOG_UNAVAILABLE',
    message: `Kafka cannot be reached or used at 127.0.0.1:${port}`,
  })
  expect(performance.now() - beforeMs).toBeLessThan(UNREACHED_MAX_MS)
})

describe.runIf(kind)(`faults of a real broker (${kind ?? NO_SERVERS})`, () => {
  let server: KafkaServer
  beforeAll(async () => {
    server = await startKafka({ own: true })
  })
  afterAll(() => server.stop())

  async function aLog(topicPrefix = freshPrefix()): Promise<{ log: Log; topicPrefix: string }> {
    const log = await openTestLog(server.brokers, {
      topicPrefix,
      laneCount: LANE_COUNT,
      unavailableAfterMs: 120_000,
    })
    await log.createTopics()
    return { log, topicPrefix }
  }

  async function owned(log: Log): Promise<Subscription> {
    const subscription = await log.subscribe({ group: 'g', topics: [TOPIC], mode: 'lanes' })
    await until(() => subscription.ownership().lanes.length > 0, JOINED_MAX_MS, 'joining')
    return subscription
  }

  test('killed while one sends and one reads, back after 3 s: all there, in order', async () => {
    const { log } = await aLog()
    const sender = await log.openSender()
    const subscription = await owned(log)
    const seen: string[] = []
    const total = SEND_COUNT * RECORDS_A_SEND
    const reading = async (): Promise<void> => {
      let offset = 0
      while (seen.length < total) {
        const from = { topic: TOPIC, partition: 0, offset } as const
        for (const chunk of await subscription.read([from], 1_000, 500)) {
          seen.push(...chunk.records.map((record) => record.key))
          offset = chunk.nextOffset
        }
      }
    }
    const sending = async (): Promise<void> => {
      for (let round = 0; round < SEND_COUNT; round++) {
        const keys = Array.from({ length: RECORDS_A_SEND }, (_, index) =>
          String(round * RECORDS_A_SEND + index),
        )
        await sender.send(keys.map((key) => aRecord(key)))
      }
    }
    const crashing = async (): Promise<void> => {
      await until(() => seen.length > total / 4, JOINED_MAX_MS, 'the first quarter')
      await server.kill()
      await wait(DOWN_MS)
      await server.restart()
    }
    await Promise.all([reading(), sending(), crashing()])
    expect(seen).toEqual(Array.from({ length: total }, (_, index) => String(index)))
    // It may only now learn that the group forgot it, and has to join again.
    const isCommitted = (): Promise<boolean> =>
      subscription.commit([{ topic: TOPIC, partition: 0, offset: total }]).then(
        () => true,
        (error: Fault) => {
          if (error.code !== 'OWNERSHIP_LOST') throw error
          return false
        },
      )
    await until(isCommitted, JOINED_MAX_MS, 'being a member again')
    await log.close()
  }, 480_000)

  test('more copies than brokers are BAD_SETTINGS, and nothing is half made', async () => {
    const topicPrefix = freshPrefix()
    const differs = { topicPrefix, laneCount: LANE_COUNT }
    const log = await openTestLog(server.brokers, { ...differs, replicationFactor: 3 })
    await expect(log.createTopics()).rejects.toMatchObject({ code: 'BAD_SETTINGS' })
    await log.close()
    const right = await openTestLog(server.brokers, differs)
    expect((await right.createTopics()).length).toBe(TOPICS.length)
    await right.close()
  })

  test('records deleted before they were read are a fault, for a member', async () => {
    const { log, topicPrefix } = await aLog()
    const sender = await log.openSender()
    await sender.send(['a', 'b', 'c'].map((key) => aRecord(key)))
    const admin = new Kafka({ brokers: server.brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await until(
      () => admin.fetchTopicOffsets(topicPrefix + TOPIC).then(Boolean, () => false),
      JOINED_MAX_MS,
      'learning the leaders',
    )
    const partitions = [{ partition: 0, offset: '2' }]
    await admin.deleteTopicRecords({ topic: topicPrefix + TOPIC, partitions })
    await admin.disconnect()

    const subscription = await owned(log)
    const read = (offset: number): Promise<Chunk[]> =>
      subscription.read([{ topic: TOPIC, partition: 0, offset }], 10, 30_000)
    await expect(read(1)).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' })
    expect((await read(2)).flatMap((chunk) => chunk.records.map(({ key }) => key))).toEqual(['c'])
    const kept: string[] = []
    for await (const chunk of log.readToEnd({ topic: TOPIC, partition: 0, offset: 0 }))
      kept.push(...chunk.records.map(({ key }) => key))
    expect(kept).toEqual(['c'])
    await log.close()
  })

  test(
    'a changelog reads to its end also where compaction took what stood there',
    {
      timeout: 480_000,
    },
    async () => {
      const topicPrefix = freshPrefix()
      const topic = 'state.observe.v1'
      await createForFastCompaction(server.brokers, topicPrefix, topic)
      const { log } = await aLog(topicPrefix)
      // Each sender is a producer of its own, whose last batch compaction must leave behind, empty.
      for (const key of ['same', 'same', 'other', 'same', 'last']) {
        await sendAlone(log, key)
        await wait(SEGMENT_MS + 50)
      }
      const keptKeys = async (): Promise<{ keys: string[]; end: number }> => {
        const keys: string[] = []
        let end = 0
        for await (const chunk of log.readToEnd({ topic, partition: 0, offset: 0 })) {
          keys.push(...chunk.records.map(({ key }) => key))
          end = chunk.nextOffset
        }
        return { keys, end }
      }
      const isCompacted = async (): Promise<boolean> => (await keptKeys()).keys.length === 3
      await until(isCompacted, COMPACTED_MAX_MS, 'compacting')
      expect((await keptKeys()).end).toBe(5)
      expect((await keptKeys()).keys.sort()).toEqual(['last', 'other', 'same'])
      await log.close()
    },
  )
})

const aRecord = (key: string, differs: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  topic: TOPIC,
  partition: 0,
  key,
  value: Buffer.from('x'),
  headers: {},
  ...differs,
})

async function sendAlone(log: Log, key: string): Promise<void> {
  const sender = await log.openSender()
  await sender.send([aRecord(key, { topic: 'state.observe.v1' })])
  await sender.close()
}

/** A broker takes later changes over in its own time: these hold from the first record on. */
async function createForFastCompaction(
  brokers: string[],
  topicPrefix: string,
  topic: 'state.observe.v1',
): Promise<void> {
  const config = topicConfig(topicSpec(topic), {
    topicPrefix,
    laneCount: LANE_COUNT,
    replicationFactor: 1,
  })
  const quick: Record<string, string> = {
    'min.compaction.lag.ms': '0',
    'min.cleanable.dirty.ratio': '0.001',
    'segment.ms': String(SEGMENT_MS),
  }
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const configEntries = [
    ...config.configEntries.filter(({ name }) => quick[name] === undefined),
    ...Object.entries(quick).map(([name, value]) => ({ name, value })),
  ]
  await admin.createTopics({ topics: [{ ...config, configEntries }], waitForLeaders: false })
  await admin.disconnect()
}
