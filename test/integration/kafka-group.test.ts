import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { Log, Position, Subscription } from '../../services/lib/domain/log.ts'
import { NO_SERVERS, realServers } from '../support/servers/available.ts'
import { startKafka, type KafkaServer } from '../support/servers/kafka.ts'
import { freshPrefix, openTestLog } from '../support/servers/kafka-world.ts'
import { until } from '../support/servers/process.ts'

const LANE_COUNT = 8
const TOPICS = ['events.application.v1', 'alerts.v1', 'rules.v1'] as const
const SETTLED_MAX_MS = 60_000
/** The session of 6 s, and a round that does not wait for the dead member a whole minute. */
const TAKEN_OVER_MAX_MS = 30_000
const ALL_LANES = [0, 1, 2, 3, 4, 5, 6, 7]

const kind = realServers()

describe.runIf(kind)(`groups on a real broker (${kind ?? NO_SERVERS})`, () => {
  let server: KafkaServer
  let topicPrefix: string
  beforeAll(async () => {
    server = await startKafka()
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    topicPrefix = freshPrefix()
    const log = await openLog()
    await log.createTopics()
    await log.close()
  })

  const openLog = (): Promise<Log> =>
    openTestLog(server.brokers, { topicPrefix, laneCount: LANE_COUNT })

  /** Members of one group, each with a log of its own, as processes have. */
  async function members(
    count: number,
    mode: 'lanes' | 'single',
  ): Promise<{ log: Log; subscription: Subscription }[]> {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const log = await openLog()
        const subscription = await log.subscribe({ group: 'g', topics: TOPICS, mode })
        return { log, subscription }
      }),
    )
  }

  const lanesOf = (subscriptions: readonly Subscription[]): number[][] =>
    subscriptions.map((subscription) => [...subscription.ownership().lanes])

  async function settled(subscriptions: readonly Subscription[]): Promise<number[][]> {
    const isSettled = (): boolean => {
      const generations = new Set(subscriptions.map((each) => each.ownership().generation))
      const lanes = lanesOf(subscriptions).flat()
      return generations.size === 1 && lanes.length === LANE_COUNT
    }
    await until(isSettled, SETTLED_MAX_MS, 'dividing the lanes')
    return lanesOf(subscriptions)
  }

  test.for([
    { count: 2, sizes: [4, 4] },
    { count: 3, sizes: [2, 3, 3] },
  ])('$count members share the lanes; each lane has one owner', async ({ count, sizes }) => {
    const group = await members(count, 'lanes')
    const lanes = await settled(group.map(({ subscription }) => subscription))
    expect(inOrder(lanes.map((own) => own.length))).toEqual(sizes)
    expect(inOrder(lanes.flat())).toEqual(ALL_LANES)
    await Promise.all(group.map(({ log }) => log.close()))
  })

  test('a member that leaves gives its lanes to the others, who keep theirs', async () => {
    const group = await members(3, 'lanes')
    const [first, second, third] = group
    if (first === undefined || second === undefined || third === undefined) throw new Error()
    const stay = [first.subscription, second.subscription]
    const before = await settled(group.map(({ subscription }) => subscription))
    const { generation } = first.subscription.ownership()
    await third.log.close()
    await first.subscription.ownershipChanged(generation, SETTLED_MAX_MS)
    const after = await settled(stay)
    expect(first.subscription.ownership().generation).toBeGreaterThan(generation)
    for (const [index, lanes] of after.entries())
      expect(lanes).toEqual(expect.arrayContaining(before[index] ?? []))
    await Promise.all([first.log.close(), second.log.close()])
  })

  test('a member that is killed loses its lanes when its session ends', async () => {
    const script = new URL('../support/servers/member.ts', import.meta.url).pathname
    const parameters = [script, server.brokers.join(','), topicPrefix, String(LANE_COUNT)]
    const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    const log = await openLog()
    const topics = ['alerts.v1'] as const
    const subscription = await log.subscribe({ group: 'g', topics, mode: 'lanes' })
    const lanes = (): number => subscription.ownership().lanes.length
    await until(() => lanes() === LANE_COUNT / 2, SETTLED_MAX_MS, 'sharing the lanes')
    const { generation } = subscription.ownership()
    child.kill('SIGKILL')
    await until(() => lanes() === LANE_COUNT, TAKEN_OVER_MAX_MS, 'taking over')
    expect(subscription.ownership().generation).toBeGreaterThan(generation)
    await log.close()
  })

  test('single: one has every lane, the other stands by and takes over', async () => {
    const group = await members(2, 'single')
    const lanes = await settled(group.map(({ subscription }) => subscription))
    expect(inOrder(lanes.map((own) => own.length))).toEqual([0, LANE_COUNT])
    const active = group.find(({ subscription }) => subscription.ownership().lanes.length > 0)
    const standby = group.find((member) => member !== active)
    await active?.log.close()
    expect(await settled(standby === undefined ? [] : [standby.subscription])).toEqual([ALL_LANES])
    await standby?.log.close()
  })

  test('who lost a lane can neither read nor commit it; its offsets go along', async () => {
    const [first] = await members(1, 'lanes')
    if (first === undefined) throw new Error()
    await settled([first.subscription])
    const at = (partition: number, offset: number): Position => ({
      topic: 'alerts.v1',
      partition,
      offset,
    })
    const sender = await first.log.openSender()
    await sender.send(
      ALL_LANES.map((partition) => ({
        topic: 'alerts.v1' as const,
        partition,
        key: String(partition),
        value: null,
        headers: {},
      })),
    )
    await first.subscription.commit(ALL_LANES.map((lane) => at(lane, 1)))
    const [second] = await members(1, 'lanes')
    if (second === undefined) throw new Error()
    const [, moved = []] = await settled([first.subscription, second.subscription])
    const [lane = -1] = moved

    expect(await first.subscription.read([at(lane, 0)], 10, 100)).toEqual([])
    await expect(first.subscription.commit([at(lane, 7)])).rejects.toMatchObject({
      code: 'OWNERSHIP_LOST',
    })
    expect(await second.subscription.committed([at(lane, 0)])).toEqual([at(lane, 1)])
    const [chunk] = await second.subscription.read([at(lane, 0)], 10, 30_000)
    expect(chunk?.records.map((record) => record.key)).toEqual([String(lane)])
    await Promise.all([first.log.close(), second.log.close()])
  })

  test('other partitions than configured are BAD_SETTINGS, not half a stream', async () => {
    const opening = openTestLog(server.brokers, { topicPrefix, laneCount: LANE_COUNT + 1 })
    const log = await opening
    await expect(log.openSender()).rejects.toMatchObject({ code: 'BAD_SETTINGS' })
    await log.close()
  })
})

function inOrder(numbers: readonly number[]): number[] {
  return [...numbers].sort((left, right) => left - right)
}
