import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { keyOf } from '#domain/lane.ts'
import { activityBinAt } from '#domain/activity-bin.ts'
import type { Activity, ApplicationEvent, Baseline } from '#domain/records/index.ts'
import type { Core, Emit, StageInput } from '#domain/stage.ts'
import { HOUR_US, SECOND_US } from '#domain/time.ts'
import { readSettings } from '#runtime/config.ts'
import {
  aMatch,
  anActivity,
  anAlert,
  anEvent,
  anObservation,
  aSession,
  START_US,
} from '../support/records.ts'

export const LANE_COUNT = 4
const CALL_RULE_ID = '00000000-0000-4000-8000-000000000003'
/** Rules that count calls: what they claim at once, and what only the watermark decides. */
const RULES = writeRules({
  'a-call.yml': `
title: A call
name: a-call
id: ${CALL_RULE_ID}
logsource: { product: tocsin, service: observation }
detection: { call: { action: tool_call }, condition: call }
description: Counts only
level: informational
tocsin: { claims: [anomaly], summary: A call }`,
  'three-calls.yml': correlation('three-calls', 4, 'type: event_count', '{ gte: 3 }', 'session_id'),
  'few-calls.yml': correlation('few-calls', 5, 'type: event_count', '{ lte: 2 }', 'session_id'),
  'many-sessions.yml': correlation(
    'many-sessions',
    6,
    'type: value_count',
    '{ gte: 4, field: session_id }',
    'agent_id',
  ),
})
export const SETTINGS = readSettings({
  TOCSIN_PARTITIONS: String(LANE_COUNT),
  TOCSIN_RULES_DIR: RULES,
})
const EPOCH_US = SETTINGS.epochUs

function correlation(
  name: string,
  digit: number,
  type: string,
  condition: string,
  by: string,
): string {
  return `
title: ${name}
name: ${name}
id: 00000000-0000-4000-8000-00000000000${digit}
correlation:
  ${type}
  rules: [a-call]
  group-by: [${by}]
  timespan: 15m
  condition: ${condition}
level: ${by === 'session_id' ? 'low' : 'medium'}`
}

function writeRules(files: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-toy-rules-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A small generator with a seed, so that a failing schedule can be run again (mulberry32). */
export function randomOf(seed: number): () => number {
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
export function workload(seed: number): ApplicationEvent[] {
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
  events.push(...burst())
  return events.sort((one, other) => one.occurred_at - other.occurred_at)
}

/** Forty calls of one session within four minutes, after everybody else's. */
function burst(): ApplicationEvent[] {
  const startUs = START_US + 9 * HOUR_US
  return Array.from({ length: 40 }, (_, index) =>
    anEvent({
      event_id: `burst-${index}`,
      session_id: 's-burst',
      agent_id: 'a-0',
      occurred_at: startUs + 6 * index * SECOND_US,
    }),
  )
}

const ACTIVITY_PREFIX = 'activity/'

/**
 * Each event as one observation and one activity; a session summary when the watermark passes its
 * end.
 */
export function toyObserve(): Core {
  const ended = new Map<string, ApplicationEvent>()
  const activities = new Map<string, Activity>()
  const changed = new Set<string>()
  return {
    onRecord: (input: StageInput, emit: Emit) => {
      if (input.schema !== 'events.application.v1') return 'taken'
      const { event_id, session_id, agent_id, occurred_at, action } = input.value
      const value = anObservation({ event_id, session_id, agent_id, occurred_at, action })
      emit({ topic: 'observations.v1', schema: 'observations.v1', key: input.key, value })
      const activity = activityOf(activities.get(ACTIVITY_PREFIX + input.key), input.value)
      activities.set(ACTIVITY_PREFIX + input.key, activity)
      changed.add(ACTIVITY_PREFIX + input.key)
      const serverKey = keyOf('acme', activity.server_id)
      emit({ topic: 'activity.v1', schema: 'activity.v1', key: serverKey, value: activity })
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
      const changes = [...changed].map((key) => ({
        key,
        body: ended.get(key) ?? activities.get(key),
      }))
      changed.clear()
      return changes
    },
    restore: (key, body) => {
      if (key.startsWith(ACTIVITY_PREFIX)) activities.set(key, body as Activity)
      else ended.set(key, body as ApplicationEvent)
    },
  }
}

function activityOf(known: Activity | undefined, event: ApplicationEvent): Activity {
  const { session_id, agent_id, event_id, occurred_at, action } = event
  const binAt = activityBinAt(occurred_at)
  const before = known?.bin_at === binAt ? known : undefined
  return anActivity({
    session_id,
    agent_id,
    first_at: known?.first_at ?? occurred_at,
    last_at: occurred_at,
    bin_at: binAt,
    bin_events: (before?.bin_events ?? 0) + 1,
    bin_event_id: event_id,
    bin_calls: (before?.bin_calls ?? 0) + (action === 'tool_call' ? 1 : 0),
  })
}

/** An alert depends on the event and on its agent's baseline of two epochs before. */
export function toyDetect(): Core {
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
      const { layer } = input.value
      const fed = { session_id, agent_id: agent_id ?? '' }
      const match = aMatch({ rule_id: CALL_RULE_ID, layer, event_id, occurred_at, ...fed })
      const counted = { ...match, match_id: event_id, group_by: fed }
      emit({ topic: 'matches.v1', schema: 'matches.v1', key: input.key, value: counted })
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
