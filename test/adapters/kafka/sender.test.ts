import { expect, test } from 'vitest'

import { KafkaSender } from '../../../services/lib/adapters/kafka/sender.ts'
import { withDefaults } from '../../../services/lib/adapters/kafka/settings.ts'
import type { OutgoingRecord } from '../../../services/lib/domain/log.ts'
import { someKafkaSettings } from '../../support/servers/kafka-world.ts'
import { FakeProduceCluster } from './fakes.ts'

const MESSAGE_TOO_LARGE = 10
const NOT_LEADER = 6
const NOT_ALLOWED = 29
const OUT_OF_ORDER = 45
const DUPLICATE = 46
const STORAGE_ERROR = 56
const UNKNOWN_PRODUCER = 59

const settings = withDefaults(
  someKafkaSettings([], { topicPrefix: 't.', unavailableAfterMs: 2_000, compression: 'none' }),
)

const records = (count: number, differs: Partial<OutgoingRecord> = {}): OutgoingRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    topic: 'alerts.v1',
    partition: 0,
    key: `k-${index}`,
    value: Buffer.from('value'),
    headers: {},
    ...differs,
  }))

function aSender(): { sender: KafkaSender; cluster: FakeProduceCluster } {
  const cluster = new FakeProduceCluster()
  return { sender: new KafkaSender(cluster, settings), cluster }
}

test('sequences go on from send to send, each partition with its own', async () => {
  const { sender, cluster } = aSender()
  await sender.send([...records(3), ...records(2, { partition: 1 })])
  await sender.send(records(4))
  const seen = cluster.appended.map(({ partition, sequence, recordCount }) => [
    partition,
    sequence,
    recordCount,
  ])
  expect(seen).toEqual([
    ['t.alerts.v1/0', 0, 3],
    ['t.alerts.v1/1', 0, 2],
    ['t.alerts.v1/0', 3, 4],
  ])
})

test('sends that overlap have a sequence each, also behind one that fails', async () => {
  const { sender, cluster } = aSender()
  cluster.codes.push(0, NOT_ALLOWED)
  const sends = [records(2), records(1), records(3)].map((some) => sender.send(some))
  const settled = await Promise.allSettled(sends)
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  const seen = cluster.appended.map(({ producerId, sequence, recordCount }) => [
    producerId,
    sequence,
    recordCount,
  ])
  expect(seen).toEqual([
    [101, 0, 2],
    [102, 0, 3],
  ])
})

test('a batch whose answer was lost goes again under the same sequence', async () => {
  const { sender, cluster } = aSender()
  cluster.lostAnswerCount = 1
  await sender.send(records(3))
  const marks = cluster.appended.map(({ producerId, sequence }) => [producerId, sequence])
  expect(marks).toEqual([
    [101, 0],
    [101, 0],
  ])
})

test('what the broker has already is as good as taken', async () => {
  const { sender, cluster } = aSender()
  cluster.codes.push(DUPLICATE)
  await sender.send(records(3))
  await sender.send(records(1))
  expect(cluster.appended.map(({ sequence }) => sequence)).toEqual([3])
})

test('a moved leader is asked again', async () => {
  const { sender, cluster } = aSender()
  cluster.codes.push(NOT_LEADER, NOT_LEADER)
  await sender.send(records(3))
  expect(cluster.requestCount).toBe(3)
  expect(cluster.appended).toMatchObject([{ producerId: 101, sequence: 0, recordCount: 3 }])
})

test.for([OUT_OF_ORDER, UNKNOWN_PRODUCER])(
  'a broker that lost the row (error %i) gets it as a new producer’s',
  async (code) => {
    const { sender, cluster } = aSender()
    await sender.send(records(2))
    cluster.codes.push(code)
    await sender.send(records(3))
    const marks = cluster.appended.map(({ producerId, sequence }) => [producerId, sequence])
    expect(marks).toEqual([
      [101, 0],
      [102, 0],
    ])
  },
)

test('after a failed send the next is another producer’s, never taken for a repeat', async () => {
  const { sender, cluster } = aSender()
  cluster.lostAnswerCount = 100
  await expect(sender.send(records(3))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  cluster.lostAnswerCount = 0
  await sender.send(records(3))
  expect(cluster.appended.at(-1)).toMatchObject({ producerId: 102, sequence: 0 })
})

test.for([
  { why: 'too large for the topic', code: MESSAGE_TOO_LARGE, fault: 'BAD_SETTINGS', requests: 1 },
  { why: 'not allowed', code: NOT_ALLOWED, fault: 'BAD_SETTINGS', requests: 1 },
])('no second try can help: $why', async ({ code, fault, requests }) => {
  const { sender, cluster } = aSender()
  cluster.codes.push(code)
  await expect(sender.send(records(1))).rejects.toMatchObject({ code: fault })
  expect(cluster.requestCount).toBe(requests)
})

test('a broker without room for long is LOG_FULL', async () => {
  const { sender, cluster } = aSender()
  cluster.codes.push(...Array<number>(50).fill(STORAGE_ERROR))
  await expect(sender.send(records(1))).rejects.toMatchObject({ code: 'LOG_FULL' })
})

test.for([
  { why: 'what fits is one batch', topic: 'alerts.v1', value: 9_000, batches: 1 },
  { why: 'what does not is cut, in order', topic: 'alerts.v1', value: 11_000, batches: 2 },
  { why: 'a checkpoint stays whole', topic: 'state.observe.v1', value: 300_000, batches: 1 },
  {
    why: 'until it is larger than any batch',
    topic: 'state.observe.v1',
    value: 350_000,
    batches: 2,
  },
] as const)('$why', async ({ topic, value, batches }) => {
  const { sender, cluster } = aSender()
  await sender.send(records(100, { topic, value: Buffer.alloc(value) }))
  expect(cluster.appended.length).toBe(batches)
  const counts = cluster.appended.map(({ recordCount }) => recordCount)
  expect(counts.reduce((sum, count) => sum + count)).toBe(100)
})

test('one request holds what a broker takes, the rest follows', async () => {
  const { sender, cluster } = aSender()
  const value = Buffer.alloc(900_000)
  const large = Array.from({ length: 50 }, (_, partition) =>
    records(1, { partition, value }),
  ).flat()
  await sender.send(large)
  expect(cluster.requestCount).toBe(2)
  expect(cluster.appended.length).toBe(50)
})
