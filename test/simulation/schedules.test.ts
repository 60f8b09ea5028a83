import { createHash } from 'node:crypto'

import { expect, test } from 'vitest'

import { EVENT_TOPICS } from '#domain/topics.ts'
import { keyOf, partitionOf } from '#domain/lane.ts'
import { progressRecord } from '#domain/headers.ts'
import type { ApplicationEvent, Baseline } from '#domain/records/index.ts'
import type { Core, Emit, StageInput } from '#domain/stage.ts'
import { MINUTE_US, SECOND_US } from '#domain/time.ts'
import type { OutgoingRecord, Sender } from '#domain/log.ts'
import { readSettings } from '#runtime/config.ts'
import type { StageDefinition, StageWorld } from '#runtime/stage-definition.ts'
import { Task } from '#runtime/task.ts'
import { correlateStage } from '../../services/correlate/main.ts'
import { learnStage } from '../../services/learn/main.ts'
import { aSession, anAlert, anEvent, anObservation, START_US } from '../support/records.ts'
import { aStageWorld } from '../support/stage-world.ts'

const LANE_COUNT = 4
const SETTINGS = readSettings({ TOCSIN_PARTITIONS: String(LANE_COUNT) })
const EPOCH_US = SETTINGS.epochUs

/** A small generator with a seed, so that a failing schedule can be run again (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function hashOf(...parts: unknown[]): number {
  return createHash('sha256').update(JSON.stringify(parts)).digest().readUInt32BE(0)
}

/** Sessions of five agents over nine hours, some with a call after their end. */
function workload(seed: number): ApplicationEvent[] {
  const random = randomOf(seed)
  const events: ApplicationEvent[] = []
  for (let session = 0; session < 60; session++) {
    let timeUs = START_US + Math.floor(random() * 9 * 3600) * SECOND_US
    const count = 2 + Math.floor(random() * 6)
    for (let index = 0; index < count; index++) {
      const action = index === count - 1 ? 'session_end' : 'tool_call'
      const ids = { event_id: `e-${session}-${index}`, session_id: `s-${session}` }
      events.push(anEvent({ ...ids, agent_id: `a-${session % 5}`, occurred_at: timeUs, action }))
      timeUs += Math.floor(random() * 200) * SECOND_US
    }
  }
  return events.sort((one, other) => one.occurred_at - other.occurred_at)
}

/** Each event as one observation; a session summary when the watermark passes its end. */
function toyObserve(): Core {
  const ended = new Map<string, ApplicationEvent>()
  const changed = new Set<string>()
  return {
    onRecord: (input: StageInput, emit: Emit) => {
      if (input.schema !== 'events.application.v1') return 'taken'
      const { event_id, session_id, agent_id, occurred_at, action } = input.value
      const value = anObservation({ event_id, session_id, agent_id, occurred_at, action })
      emit({ topic: 'observations.v1', schema: 'observations.v1', key: input.key, value })
      if (action === 'session_end') {
        ended.set(input.key, input.value)
        changed.add(input.key)
      }
      return 'taken'
    },
    onWatermark: (watermarkUs, emit) => {
      for (const key of [...ended.keys()].sort()) {
        const event = ended.get(key)
        if (event === undefined) continue
        if (event.occurred_at > watermarkUs) continue
        const { session_id, occurred_at: ended_at } = event
        const agent_id = event.agent_id ?? ''
        const value = aSession({ session_id, agent_id, ended_at })
        emit({ topic: 'sessions.v1', schema: 'sessions.v1', key: keyOf('acme', agent_id), value })
        ended.delete(key)
        changed.add(key)
      }
    },
    takeChanges: () => {
      const changes = [...changed].map((key) => ({ key, body: ended.get(key) }))
      changed.clear()
      return changes
    },
    restore: (key, body) => void ended.set(key, body as ApplicationEvent),
  }
}

/** An alert depends on the event and on its agent's baseline of two epochs before. */
function toyDetect(): Core {
  const baselines: Baseline[] = []
  let completeEpoch = -Infinity
  return {
    onBroadcast: (input) => {
      if (input.schema !== 'baselines.v1') return
      if (input.value.kind === 'marker') completeEpoch = Math.max(completeEpoch, input.value.epoch)
      else baselines.push(input.value)
    },
    onRecord: (input, emit) => {
      if (input.schema !== 'observations.v1') return 'taken'
      const { agent_id, event_id, session_id, occurred_at } = input.value
      const epoch = Math.floor(occurred_at / EPOCH_US) - 2
      if (epoch > completeEpoch) return 'held'
      const newest = baselines
        .filter((baseline) => baseline.agent_id === agent_id && baseline.epoch <= epoch)
        .reduce<Baseline | undefined>(
          (best, next) => (best === undefined || next.epoch > best.epoch ? next : best),
          undefined,
        )
      const samples = newest?.samples_count ?? 0
      if (hashOf(event_id, samples) % 7 !== 0) return 'taken'
      const value = anAlert({
        alert_id: `${event_id}:${samples}`,
        session_id,
        occurred_at,
        baseline_epoch: newest?.epoch ?? null,
      })
      emit({ topic: 'alerts.v1', schema: 'alerts.v1', key: input.key, value })
      return 'taken'
    },
    onWatermark: () => undefined,
    takeChanges: () => [],
    restore: () => undefined,
  }
}

const DEFINITIONS: StageDefinition[] = [
  {
    service: 'observe',
    writer: 'observe',
    mode: 'lanes',
    inputs: EVENT_TOPICS.map((topic) => ({ topic, waitsFor: 'collectors' as const })),
    broadcasts: [],
    outputs: ['observations.v1', 'sessions.v1', 'activity.v1'],
    alignmentMaxUs: SETTINGS.alignmentMaxUs,
    createCore: toyObserve,
  },
  {
    service: 'detect',
    writer: 'detect:all',
    mode: 'lanes',
    inputs: [{ topic: 'observations.v1', waitsFor: [{ name: 'observe', mode: 'lanes' }] }],
    broadcasts: ['baselines.v1'],
    outputs: ['alerts.v1'],
    createCore: toyDetect,
  },
  correlateStage(SETTINGS, {}),
  learnStage(SETTINGS),
]

/** A second collector that promises only so often, behind the events of the first: a burst of old data. */
type SlowCollector = { promisesEveryUs: number } | undefined

async function publish(
  world: StageWorld,
  events: ApplicationEvent[],
  slow: SlowCollector,
): Promise<void> {
  const sender = await world.log.openSender()
  const records: OutgoingRecord[] = []
  const promise = (watermarkUs: number, writer = 'collect:test'): void => {
    for (const topic of EVENT_TOPICS)
      for (let lane = 0; lane < LANE_COUNT; lane++)
        records.push({
          topic,
          partition: lane,
          value: null,
          ...progressRecord({ writer, lane, watermarkUs, leaseMs: undefined }),
        })
  }
  let minute = -1
  let slowUs = events[0]?.occurred_at ?? 0
  if (slow !== undefined) promise(slowUs, 'collect:slow')
  for (const event of events) {
    const eventMinute = Math.floor(event.occurred_at / MINUTE_US)
    if (eventMinute > minute) promise(eventMinute * MINUTE_US)
    minute = eventMinute
    const key = keyOf(event.tenant_id, event.session_id)
    const value = world.codec.encode('events.application.v1', event)
    records.push({
      topic: 'events.application.v1',
      partition: partitionOf(key, LANE_COUNT),
      key,
      value,
      headers: {},
    })
    if (slow === undefined || event.occurred_at < slowUs + slow.promisesEveryUs) continue
    slowUs = event.occurred_at
    promise(slowUs, 'collect:slow')
  }
  promise(Infinity)
  if (slow !== undefined) promise(Infinity, 'collect:slow')
  await sender.send(records)
}

type Outcome = { alerts: string[]; incidents: string[]; isStalled: boolean }

async function outcomeOf(world: StageWorld, isStalled: boolean): Promise<Outcome> {
  const alerts = new Set<string>()
  const incidents = new Map<string, string>()
  for (let partition = 0; partition < LANE_COUNT; partition++) {
    for await (const chunk of world.log.readToEnd({ topic: 'alerts.v1', partition, offset: 0 }))
      for (const record of chunk.records) {
        const decoded = world.codec.decode('alerts.v1', record.value)
        if (decoded.ok) alerts.add(`${decoded.value.alert_id} ${decoded.value.baseline_epoch}`)
      }
    for await (const chunk of world.log.readToEnd({ topic: 'incidents.v1', partition, offset: 0 }))
      for (const record of chunk.records) {
        const decoded = world.codec.decode('incidents.v1', record.value)
        if (!decoded.ok) continue
        const { revision: _revision, ...rest } = decoded.value
        incidents.set(decoded.value.incident_id, JSON.stringify(rest))
      }
  }
  return { alerts: [...alerts].sort(), incidents: [...incidents.values()].sort(), isStalled }
}

/** Runs every task in random order, by random amounts; `killShare` of the runs end in a crash. */
async function runSchedule(
  events: ApplicationEvent[],
  seed: number,
  killShare: number,
  slow: SlowCollector = undefined,
): Promise<Outcome> {
  const random = randomOf(seed)
  const world = await aStageWorld({
    laneCount: LANE_COUNT,
    checkpointEveryMs: seed % 3 === 0 ? 0 : 3,
  })
  let clockMs = 0
  const limits = { batchMaxCount: 1 }
  const varying: StageWorld = Object.assign(Object.create(world) as StageWorld, {
    ...world,
    nowMs: () => clockMs,
  })
  Object.defineProperty(varying, 'batchMaxCount', { get: () => limits.batchMaxCount })
  await publish(world, events, slow)
  const makers = DEFINITIONS.flatMap((definition) =>
    definition.mode === 'single'
      ? [() => newTask(definition, varying, undefined)]
      : Array.from({ length: LANE_COUNT }, (_, lane) => () => newTask(definition, varying, lane)),
  )
  const tasks = await Promise.all(makers.map((make) => make()))
  let idleCount = 0
  while (idleCount < 400 && !tasks.every((one) => one.task.isFinished)) {
    clockMs += 1
    const index = Math.floor(random() * tasks.length)
    limits.batchMaxCount = 1 + Math.floor(random() * (random() < 0.3 ? 2_000 : 20))
    if (random() < killShare) {
      await tasks[index]?.stop()
      const made = await makers[index]?.()
      if (made !== undefined) tasks[index] = made
    }
    const takenCount = (await tasks[index]?.task.runOnce(0)) ?? 0
    idleCount = takenCount > 0 ? 0 : idleCount + 1
  }
  const isStalled = !tasks.every((one) => one.task.isFinished)
  const outcome = await outcomeOf(world, isStalled)
  await world.log.close()
  return outcome
}

async function newTask(definition: StageDefinition, world: StageWorld, lane: number | undefined) {
  const sender: Sender = await world.log.openSender()
  const topics = definition.inputs.map((input) => input.topic)
  const subscription = await world.log.subscribe({
    group: definition.writer,
    topics,
    mode: definition.mode,
  })
  const task = new Task({ definition, world, lane, sender, subscription, generation: 1 })
  await task.restore()
  const stops = await Promise.all(
    definition.broadcasts.map((topic) =>
      world.log.follow(topic, (chunk) => {
        for (const record of chunk.records) {
          const decoded = world.codec.decode('baselines.v1', record.value)
          if (decoded.ok)
            task.onBroadcast({
              topic: 'baselines.v1',
              schema: 'baselines.v1',
              key: record.key,
              value: decoded.value,
            })
        }
      }),
    ),
  )
  const stop = async (): Promise<void> => void (await Promise.all(stops.map((one) => one())))
  return { task, stop }
}

const SCHEDULES_COUNT = process.env['TOCSIN_SOAK'] === undefined ? 8 : 150

test.for([
  { why: 'tasks run in random order by random amounts', killShare: 0 },
  { why: 'tasks also crash and come back from their checkpoints', killShare: 0.02 },
])('$why: every schedule gives the same alerts and incidents', async ({ killShare }) => {
  for (let world = 0; world < 2; world++) {
    const events = workload(world)
    const reference = await runSchedule(events, 0, 0)
    expect(reference.isStalled).toBe(false)
    expect(reference.alerts.length).toBeGreaterThan(10)
    expect(new Set(reference.alerts.map((alert) => alert.split(' ')[1])).size).toBeGreaterThan(2)
    for (let seed = 1; seed <= SCHEDULES_COUNT; seed++)
      expect(await runSchedule(events, seed, killShare), `seed ${seed}`).toEqual(reference)
  }
})

test.for([
  { why: 'half an hour behind', promisesEveryUs: 30 * MINUTE_US },
  { why: 'three hours behind, further than an epoch', promisesEveryUs: 180 * MINUTE_US },
  { why: 'silent until the end', promisesEveryUs: 1_000 * MINUTE_US },
])('a second collector $why stalls nobody and changes nothing', async ({ promisesEveryUs }) => {
  const events = workload(1)
  const reference = await runSchedule(events, 0, 0)
  for (let seed = 1; seed <= 3; seed++) {
    const outcome = await runSchedule(events, seed, 0.02, { promisesEveryUs })
    expect(outcome, `seed ${seed}`).toEqual(reference)
  }
})
