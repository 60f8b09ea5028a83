import { expect, test } from 'vitest'

import { progressRecord } from '#domain/headers.ts'
import { keyOf, partitionOf } from '#domain/lane.ts'
import type { OutgoingRecord, Sender } from '#domain/log.ts'
import type { Alert, ApplicationEvent, Incident } from '#domain/records/index.ts'
import { MINUTE_US } from '#domain/time.ts'
import { EVENT_TOPICS } from '#domain/topics.ts'
import type { StageDefinition, StageWorld } from '#runtime/stage-definition.ts'
import { Task } from '#runtime/task.ts'
import { correlateStage } from '../../services/correlate/main.ts'
import { keepNewest } from '../../services/cli/results.ts'
import { learnStage } from '../../services/learn/main.ts'
import { aStageWorld } from '../support/stage-world.ts'
import { LANE_COUNT, randomOf, SETTINGS, toyDetect, toyObserve, workload } from './toy-stages.ts'

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
    outputs: ['alerts.v1', 'matches.v1'],
    createCore: toyDetect,
  },
  correlateStage(SETTINGS, {}),
  learnStage(SETTINGS, { TOCSIN_RESPOND: 'planned' }),
]

/**
 * A second collector that promises only so often, behind the events of the first: a burst of old
 * data.
 */
type SlowCollector = { promisesEveryUs: number }

async function publish(
  world: StageWorld,
  events: ApplicationEvent[],
  slow: SlowCollector | undefined,
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
  const alerts = new Map<string, Alert>()
  const incidents = new Map<string, Incident>()
  for (let partition = 0; partition < LANE_COUNT; partition++) {
    for await (const chunk of world.log.readToEnd({ topic: 'alerts.v1', partition, offset: 0 }))
      for (const record of chunk.records) {
        const decoded = world.codec.decode('alerts.v1', record.value)
        if (decoded.ok) keepPreferred(alerts, decoded.value)
      }
    for await (const chunk of world.log.readToEnd({ topic: 'incidents.v1', partition, offset: 0 }))
      for (const record of chunk.records) {
        const decoded = world.codec.decode('incidents.v1', record.value)
        if (!decoded.ok) continue
        keepNewest(incidents, decoded.value.incident_id, decoded.value)
      }
  }
  return {
    alerts: [...alerts.values()].map(toldOf).sort(),
    incidents: [...incidents.values()]
      .map(({ revision: _revision, ...rest }) => JSON.stringify(rest))
      .sort(),
    isStalled,
  }
}

/** Of two alerts with one id the higher revision counts. */
function keepPreferred(alerts: Map<string, Alert>, alert: Alert): void {
  const known = alerts.get(alert.alert_id)
  if (known === undefined || alert.revision > known.revision) alerts.set(alert.alert_id, alert)
}

function toldOf({ alert_id, baseline_epoch, kind, ...alert }: Alert): string {
  const { event_ids, occurred_at, session_id, summary } = alert
  const isOfSeveral = kind === 'sequence' || kind === 'statistic'
  const of = isOfSeveral ? ` ${event_ids.join(',')} ${occurred_at} ${session_id} ${summary}` : ''
  return `${alert_id} ${baseline_epoch}${of}`
}

/** Runs every task in random order, by random amounts; `killShare` of the runs end in a crash. */
async function runSchedule(
  events: ApplicationEvent[],
  seed: number,
  killShare: number,
  slow?: SlowCollector,
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
    expect(reference.alerts.filter((alert) => alert.includes('in five minutes'))).toHaveLength(1)
    expect(reference.alerts.filter((alert) => alert.includes(',')).length).toBeGreaterThan(10)
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
