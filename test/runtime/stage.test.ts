import { expect, test } from 'vitest'

import { Fault } from '#domain/fault.ts'
import type { Log, Position, Subscription } from '#domain/log.ts'
import type { Core } from '#domain/stage.ts'
import type { StageDefinition, StageWorld } from '#runtime/stage-definition.ts'
import { startStage } from '#runtime/stage.ts'
import { anEvent, anIncident } from '../support/records.ts'
import { until } from '../support/servers/process.ts'
import { aStageWorld } from '../support/stage-world.ts'

const LANE_COUNT = 2
const TOPIC = 'events.application.v1'
const MAX_MS = 60_000

/** A core that says which of the cores of its lane hears a record. */
type Heard = { lane: number; core: number; eventId: string }

function countingStage(heard: Heard[], coreCounts = [0, 0]): StageDefinition {
  return {
    service: 'observe',
    writer: 'observe',
    mode: 'lanes',
    inputs: [{ topic: TOPIC, waitsFor: 'nobody' }],
    broadcasts: ['baselines.v1'],
    outputs: [],
    createCore: (lane = 0): Core => {
      const core = (coreCounts[lane] ?? 0) + 1
      coreCounts[lane] = core
      return {
        onRecord: (input) => {
          if (input.schema === TOPIC) heard.push({ lane, core, eventId: input.value.event_id })
          return 'taken'
        },
        onWatermark: () => undefined,
        takeChanges: () => [],
        restore: () => undefined,
      }
    },
  }
}

async function publish(world: StageWorld, lane: number, eventId: string): Promise<void> {
  const sender = await world.log.openSender()
  const value = world.codec.encode(TOPIC, anEvent({ event_id: eventId }))
  await sender.send([{ topic: TOPIC, partition: lane, key: 'k', value, headers: {} }])
}

/** The log, with some calls replaced. */
function withCalls(log: Log, calls: Partial<Log>): Log {
  const bound = (name: keyof Log): unknown => {
    const found = calls[name] ?? log[name]
    return typeof found === 'function' ? found.bind(log) : found
  }
  return new Proxy(log, { get: (_, name) => bound(name as keyof Log) })
}

const heardOf = (heard: readonly Heard[], eventId: string): Heard[] =>
  heard.filter((one) => one.eventId === eventId)

test('lanes that were lost leave no task behind that works beside its successor', async () => {
  const plain = await aStageWorld({ laneCount: LANE_COUNT })
  let isLost = false
  const subscribe = async (spec: Parameters<Log['subscribe']>[0]): Promise<Subscription> => {
    const inner = await plain.log.subscribe(spec)
    const commit = async (positions: readonly Position[]): Promise<void> => {
      if (!isLost || positions.some(({ partition }) => partition !== 0))
        return inner.commit(positions)
      isLost = false
      throw new Fault('OWNERSHIP_LOST', 'these lanes went to another member')
    }
    return withCommit(inner, commit)
  }
  const world = { ...plain, log: withCalls(plain.log, { subscribe }) }
  const heard: Heard[] = []
  const stopping = new AbortController()
  const coreCounts = [0, 0]
  const stage = startStage(countingStage(heard, coreCounts), world, stopping.signal)
  for (const lane of [0, 1]) await publish(world, lane, `before-${lane}`)
  await until(() => heard.length === LANE_COUNT, MAX_MS, 'reading')

  isLost = true
  await publish(world, 0, 'lost')
  await until(() => coreCounts.every((count) => count === 2), MAX_MS, 'taking the lanes again')
  await publish(world, 1, 'after')
  await publish(world, 0, 'end')
  const isRead = (): boolean => ['after', 'end'].every((id) => heardOf(heard, id).length > 0)
  await until(isRead, MAX_MS, 'reading what came after')
  stopping.abort()
  await stage.stopped
  expect(heardOf(heard, 'after')).toEqual([{ lane: 1, core: 2, eventId: 'after' }])
  expect(heardOf(heard, 'end')).toEqual([{ lane: 0, core: 2, eventId: 'end' }])
})

test('a log that is away while lanes are taken over is asked again', async () => {
  const plain = await aStageWorld({ laneCount: LANE_COUNT })
  const refusals = { restore: 2, follow: 2 }
  const away = (): Fault => new Fault('LOG_UNAVAILABLE', 'the log is away')
  const world = {
    ...plain,
    log: withCalls(plain.log, {
      readToEnd: (from, maxCount) => {
        if (refusals.restore-- > 0) throw away()
        return plain.log.readToEnd(from, maxCount)
      },
      follow: (topic, onChunk) =>
        refusals.follow-- > 0 ? Promise.reject(away()) : plain.log.follow(topic, onChunk),
    }),
  }
  const heard: Heard[] = []
  const stopping = new AbortController()
  const stage = startStage(countingStage(heard), world, stopping.signal)
  await publish(world, 1, 'one')
  await until(() => heard.length === 1, MAX_MS, 'reading')
  stopping.abort()
  await stage.stopped
  expect(refusals.restore).toBeLessThan(0)
  expect(refusals.follow).toBeLessThan(0)
})

test('what a stage wrote itself is read before anything else', async () => {
  const world = await aStageWorld({ laneCount: 1 })
  const sender = await world.log.openSender()
  const send = (topic: 'incidents.v1' | typeof TOPIC, value: Buffer): Promise<void> =>
    sender.send([{ topic, partition: 0, key: 'k', value, headers: {} }])
  for (let count = 0; count < 3; count += 1) {
    await send(TOPIC, world.codec.encode(TOPIC, anEvent()))
    await send('incidents.v1', world.codec.encode('incidents.v1', anIncident()))
  }
  const heard: string[] = []
  const definition: StageDefinition = {
    ...countingStage([]),
    inputs: [
      { topic: 'incidents.v1', waitsFor: 'itself' },
      { topic: TOPIC, waitsFor: 'nobody' },
    ],
    createCore: () => ({
      onRecord: ({ topic }) => (heard.push(topic), 'taken'),
      onWatermark: () => undefined,
      takeChanges: () => [],
      restore: () => undefined,
    }),
  }
  const stopping = new AbortController()
  const stage = startStage(definition, { ...world, batchMaxCount: 2 }, stopping.signal)
  await until(() => heard.length === 6, MAX_MS, 'reading')
  stopping.abort()
  await stage.stopped
  expect(heard).toEqual(['incidents.v1', 'incidents.v1', 'incidents.v1', TOPIC, TOPIC, TOPIC])
})

function withCommit(inner: Subscription, commit: Subscription['commit']): Subscription {
  return {
    ownership: () => inner.ownership(),
    ownershipChanged: (generation, maxWaitMs) => inner.ownershipChanged(generation, maxWaitMs),
    read: (from, limitCount, maxWaitMs) => inner.read(from, limitCount, maxWaitMs),
    committed: (partitions) => inner.committed(partitions),
    commit,
    close: () => inner.close(),
  }
}
