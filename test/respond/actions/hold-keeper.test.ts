import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { keyOf, partitionOf } from '#domain/lane.ts'
import type { Log } from '#domain/log.ts'
import type { Records } from '#domain/records/index.ts'
import type { TopicName } from '#domain/topics.ts'
import { DAY_US, HOUR_US } from '#domain/time.ts'
import { openEmbeddedLog } from '#adapters/embedded/log.ts'
import { HoldKeeper } from '../../../services/respond/actions/hold-keeper.ts'
import { readHeld } from '../../../services/respond/evidence/held-records.ts'
import { anAlert, anEvent, anIncident, START_US } from '../../support/records.ts'
import { aDirectory } from '../../support/replays.ts'
import { aStageWorld } from '../../support/stage-world.ts'
import { anAction } from './an-action.ts'

const DAY_MS = 86_400_000
const root = aDirectory()
const hold = anAction({ kind: 'preserve', phase: 'applied', expires_at: null })
let nowMs = START_US / 1000
let opened = 0
let world: Awaited<ReturnType<typeof aStageWorld>>
let keeper: HoldKeeper

beforeEach(async () => {
  nowMs = START_US / 1000
  opened += 1
  world = await aStageWorld({ log: aLog() })
  keeper = aKeeper()
})
afterEach(() => world.log.close())

/** A log that lets go what is past its retention when it is opened. */
const aLog = (): Log =>
  openEmbeddedLog({ path: join(root, `${opened}.sqlite`), laneCount: 4, nowMs: () => nowMs })
const aKeeper = (): HoldKeeper =>
  new HoldKeeper({ log: world.log, codec: world.codec, nowMs: () => nowMs })

type Sent = 'events.application.v1' | 'actions.v1' | 'incidents.v1' | 'alerts.v1'
async function send<Topic extends Sent>(topic: Topic, ...records: Records[Topic][]): Promise<void> {
  const sender = await world.log.openSender()
  for (const record of records) {
    const about = 'session_id' in record ? (record.session_id ?? '') : record.incident_id
    const key = keyOf(record.tenant_id, about)
    const partition = partitionOf(key, world.laneCount)
    const value = world.codec.encode(topic, record)
    await sender.send([{ topic, partition, key, value, headers: {} }])
  }
  await sender.close()
}

async function heldTopics(incidentId = 'incident-1'): Promise<TopicName[]> {
  const of = { tenantId: 'acme', incidentId }
  const found: TopicName[] = []
  for await (const { topic } of readHeld(world, of, () => false)) found.push(topic)
  return found.sort()
}

const event = (event_id: string, differs: object = {}) => anEvent({ event_id, ...differs })

test('what is not under hold is not held', async () => {
  await send('events.application.v1', event('e-1'))
  await send('incidents.v1', anIncident())
  expect(await keeper.pass()).toBe(0)
})

test('a hold keeps the session, its alerts and the events these name, once', async () => {
  await send(
    'events.application.v1',
    event('e-1'),
    event('vector', { session_id: 's-7' }),
    event('origin', { session_id: 's-8' }),
    event('other', { session_id: 's-9' }),
    event('long-before', { occurred_at: START_US - 2 * HOUR_US }),
    event('long-after', { occurred_at: START_US + 3 * DAY_US }),
    event('theirs', { tenant_id: 'rival' }),
  )
  await send('alerts.v1', anAlert({ alert_id: 'a-1', origin_event_ids: ['origin'] }))
  await send('incidents.v1', anIncident({ alert_ids: ['a-1'], injection_event_ids: ['vector'] }))
  await send('actions.v1', hold)
  await keeper.pass()
  expect(await heldTopics()).toEqual([
    'actions.v1',
    'alerts.v1',
    'events.application.v1',
    'events.application.v1',
    'events.application.v1',
    'incidents.v1',
  ])
  expect(await keeper.pass()).toBe(0)
  expect(await aKeeper().pass()).toBe(0)
})

test('what comes later is held with the next pass', async () => {
  await send('incidents.v1', anIncident())
  await send('actions.v1', hold)
  await keeper.pass()
  await send('events.application.v1', event('e-2'))
  expect(await keeper.pass()).toBe(1)
  const grown = anIncident({ revision: 2, session_ids: ['s-1', 's-2'] })
  await send('events.application.v1', event('e-3', { session_id: 's-2' }))
  await send('incidents.v1', grown)
  expect(await keeper.pass()).toBe(2)
})

test('what is held is there when the log has let it go', async () => {
  await send('events.application.v1', event('e-1'))
  await send('incidents.v1', anIncident())
  await send('actions.v1', hold)
  await keeper.pass()
  nowMs += 100 * DAY_MS
  await world.log.close()
  world = await aStageWorld({ log: aLog(), codec: world.codec })
  const lane = partitionOf(keyOf('acme', 's-1'), world.laneCount)
  const kept = world.log.readToEnd({ topic: 'events.application.v1', partition: lane, offset: 0 })
  const left: number[] = []
  for await (const { records } of kept) left.push(...records.map(({ offset }) => offset))
  expect(left).toEqual([])
  expect(await heldTopics()).toEqual(['actions.v1', 'events.application.v1', 'incidents.v1'])
})

test.for([
  { why: 'has ended', action: { ...hold, expires_at: START_US } },
  { why: 'was taken back', action: { ...hold, phase: 'undone' as const } },
])('a hold that $why holds nothing more', async ({ action }) => {
  await send('events.application.v1', event('e-1'))
  await send('incidents.v1', anIncident())
  await send('actions.v1', action)
  expect(await keeper.pass()).toBe(0)
})
