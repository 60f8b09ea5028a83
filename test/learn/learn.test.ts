import { median, medianAbsoluteDeviation, quantile } from 'simple-statistics'
import { describe, expect, test } from 'vitest'

import { keyOf } from '#domain/lane.ts'
import type { Baseline, Case, FinishedSession, Incident } from '#domain/records/index.ts'
import type { Core, StageOutput } from '#domain/stage.ts'
import { createLearnCore } from '../../services/learn/learn.ts'
import { aCase, aSession, anIncident, START_US } from '../support/records.ts'

const EPOCH_US = 3_600_000_000
const HORIZON_US = 600_000_000
const FIRST_EPOCH = START_US / EPOCH_US

type Step =
  | { session: FinishedSession }
  | { incident: Incident }
  | { judged: Case }
  | { watermarkUs: number }

function feed(core: Core, steps: readonly Step[]): Baseline[] {
  const outputs: StageOutput[] = []
  const emit = (output: StageOutput): void => void outputs.push(output)
  for (const step of steps) {
    if ('watermarkUs' in step) core.onWatermark(step.watermarkUs, emit)
    else if ('session' in step) {
      const key = keyOf('acme', step.session.agent_id)
      core.onRecord({ topic: 'sessions.v1', schema: 'sessions.v1', key, value: step.session }, emit)
    } else if ('judged' in step)
      core.onRecord({ topic: 'cases.v1', schema: 'cases.v1', key: '', value: step.judged }, emit)
    else
      core.onRecord(
        { topic: 'incidents.v1', schema: 'incidents.v1', key: '', value: step.incident },
        emit,
      )
  }
  return outputs.map((output) => output.value as Baseline)
}

const newCore = (): Core => createLearnCore({ epochUs: EPOCH_US, horizonUs: HORIZON_US })
const calls = (session_id: string, tool_calls: number, afterUs = 0): Step => ({
  session: aSession({ session_id, ended_at: START_US + afterUs, measures: { tool_calls } }),
})
const numbers = (baselines: readonly Baseline[]): Baseline[] =>
  baselines.filter((baseline) => baseline.kind === 'number')
const END_US = START_US + EPOCH_US

test('an epoch is sealed when the watermark is past its end by the horizon, not before', () => {
  const core = newCore()
  feed(core, [{ watermarkUs: START_US }, calls('s-1', 3)])
  expect(feed(core, [{ watermarkUs: END_US + HORIZON_US - 1 }])).toEqual([])
  const sealed = feed(core, [{ watermarkUs: END_US + HORIZON_US }])
  expect(sealed.map(({ kind, epoch }) => ({ kind, epoch }))).toEqual([
    { kind: 'number', epoch: FIRST_EPOCH },
    { kind: 'marker', epoch: FIRST_EPOCH },
  ])
})

test('the seal is what simple-statistics says of the samples', () => {
  const values = [3, 4, 9, 2, 30, 7, 7, 5]
  const steps = values.map((value, index) => calls(`s-${index}`, value))
  const [sealed] = numbers(feed(newCore(), [...steps, { watermarkUs: END_US + HORIZON_US }]))
  expect(sealed).toMatchObject({
    samples_count: values.length,
    median: median(values),
    mad: medianAbsoluteDeviation(values),
  })
  expect(sealed?.quantiles[90]).toBe(quantile(values, 0.9))
  expect(sealed?.quantiles).toHaveLength(101)
})

test.for([
  { why: 'opened before the point of sealing', openedUs: END_US + HORIZON_US, learned: 1 },
  { why: 'opened after it', openedUs: END_US + HORIZON_US + 1, learned: 2 },
])('a session whose incident $why', ({ openedUs, learned }) => {
  const incident = anIncident({ session_ids: ['s-2'], opened_at: openedUs })
  const steps: Step[] = [calls('s-1', 3), calls('s-2', 30), { incident }]
  const [sealed] = numbers(feed(newCore(), [...steps, { watermarkUs: END_US + HORIZON_US }]))
  expect(sealed?.samples_count).toBe(learned)
})

test('a session learned earlier is taken out when its incident opens', () => {
  const core = newCore()
  feed(core, [calls('s-1', 3), calls('s-2', 30), { watermarkUs: END_US + HORIZON_US }])
  const incident = anIncident({ session_ids: ['s-2'], opened_at: END_US + HORIZON_US + 1 })
  const later = feed(core, [{ incident }, { watermarkUs: END_US + EPOCH_US + HORIZON_US }])
  expect(numbers(later)).toMatchObject([{ epoch: FIRST_EPOCH + 1, samples_count: 1, median: 3 }])
})

describe('a case closed as a false positive', () => {
  const incident = anIncident({ session_ids: ['s-2'], opened_at: START_US })
  const closedAt = (closed_at: number, status: Case['status'] = 'false_positive'): Step => ({
    judged: aCase({ session_ids: ['s-2'], status, closed_at }),
  })
  const learnedBy = (...steps: Step[]): unknown[] =>
    numbers(feed(newCore(), [calls('s-1', 3), calls('s-2', 30), ...steps])).map(
      ({ epoch, samples_count }) => [epoch - FIRST_EPOCH, samples_count],
    )
  const sealed = (epochs: number): Step => ({
    watermarkUs: START_US + epochs * EPOCH_US + HORIZON_US,
  })

  test.for([
    { why: 'before the point of sealing', closed: closedAt(END_US + HORIZON_US), counts: [[0, 2]] },
    { why: 'after it', closed: closedAt(END_US + HORIZON_US + 1), counts: [[0, 1]] },
    { why: 'as a true one', closed: closedAt(END_US, 'closed'), counts: [[0, 1]] },
  ])('$why', ({ closed, counts }) => {
    expect(learnedBy({ incident }, closed, sealed(1))).toEqual(counts)
    expect(learnedBy(closed, { incident }, sealed(1))).toEqual(counts)
  })

  test('a session left out comes back with the next epoch', () => {
    const closed = closedAt(END_US + HORIZON_US + 1)
    expect(learnedBy({ incident }, sealed(1), closed, sealed(2))).toEqual([
      [0, 1],
      [1, 2],
    ])
  })

  test('a session that was taken out comes back, also after a restart', () => {
    const later = anIncident({ session_ids: ['s-2'], opened_at: END_US + HORIZON_US + 1 })
    const first = newCore()
    feed(first, [calls('s-1', 3), calls('s-2', 30), sealed(1), { incident: later }, sealed(2)])
    const second = newCore()
    for (const { key, body } of first.takeChanges())
      second.restore(key, JSON.parse(JSON.stringify(body)))
    const told = feed(second, [closedAt(START_US + 2 * EPOCH_US), sealed(3)])
    expect(numbers(told)).toMatchObject([{ epoch: FIRST_EPOCH + 2, samples_count: 2 }])
  })

  test('another incident of the session still keeps it out', () => {
    const other = anIncident({ incident_id: 'incident-2', session_ids: ['s-2'] })
    const closed = closedAt(START_US)
    expect(learnedBy({ incident }, { incident: other }, closed, sealed(1))).toEqual([[0, 1]])
  })
})

test('an incident of another tenant takes nothing out', () => {
  const incident = anIncident({ tenant_id: 'other', session_ids: ['s-1'] })
  const [sealed] = numbers(
    feed(newCore(), [calls('s-1', 3), { incident }, { watermarkUs: Infinity }]),
  )
  expect(sealed?.samples_count).toBe(1)
})

test('an epoch that changed nothing has its marker alone', () => {
  const core = newCore()
  feed(core, [calls('s-1', 3), { watermarkUs: END_US + HORIZON_US }])
  const next = feed(core, [{ watermarkUs: END_US + EPOCH_US + HORIZON_US }])
  expect(next.map((baseline) => baseline.kind)).toEqual(['marker'])
})

test('promises seen late or early: the same baselines', () => {
  const steps = [calls('s-1', 3), calls('s-2', 5, EPOCH_US), calls('s-3', 8, 3 * EPOCH_US)]
  const endUs = START_US + 5 * EPOCH_US
  const often = feed(newCore(), [
    { watermarkUs: START_US },
    ...steps.flatMap((step, index) => [step, { watermarkUs: START_US + index * EPOCH_US }]),
    { watermarkUs: endUs },
    { watermarkUs: Infinity },
  ])
  const once = feed(newCore(), [...steps, { watermarkUs: Infinity }])
  const shape = (list: Baseline[]): unknown =>
    numbers(list).map(({ epoch, median: m }) => [epoch, m])
  expect(shape(once)).toEqual(shape(often))
})

test('when a name was last seen', () => {
  const seen = (session_id: string, tool: string, afterUs: number): Step => ({
    session: aSession({ session_id, ended_at: START_US + afterUs, sets: { tool_name: [tool] } }),
  })
  const steps = [seen('s-1', 'read', 0), seen('s-2', 'read', 5), seen('s-3', 'send', 7)]
  const sealed = feed(newCore(), [...steps, { watermarkUs: Infinity }])
  const set = sealed.find((baseline) => baseline.kind === 'set')
  expect(set?.last_seen).toEqual({ read: START_US + 5, send: START_US + 7 })
  expect(set?.samples_count).toBe(3)
})

test('restored from its changes it seals the same', () => {
  const before: Step[] = [{ watermarkUs: START_US }, calls('s-1', 3), calls('s-2', 5)]
  const after: Step[] = [calls('s-3', 8), { watermarkUs: END_US + HORIZON_US }]
  const first = newCore()
  feed(first, before)
  const second = newCore()
  for (const { key, body } of first.takeChanges())
    second.restore(key, JSON.parse(JSON.stringify(body)))
  const straight = newCore()
  feed(straight, before)
  expect(feed(second, after)).toEqual(feed(straight, after))
})

const ofServer = (session_id: string, agent_id: string, afterUs = 0): Step => ({
  session: aSession({ session_id, agent_id, ended_at: START_US + afterUs, server_ids: ['mail'] }),
})

/** Twenty sessions of two agents, enough to stand for their peers. */
const TWENTY = Array.from({ length: 20 }, (_, index) =>
  ofServer(`s-${index}`, index < 5 ? 'one' : 'two', index),
)
const countsOf = (baselines: readonly Baseline[]): [string, number][] =>
  numbers(baselines).map(({ agent_id, samples_count }) => [agent_id, samples_count])

test('agents that work through one server are sealed together too', () => {
  const sealed = feed(newCore(), [...TWENTY, { watermarkUs: Infinity }])
  expect(countsOf(sealed)).toEqual([
    ['one', 5],
    ['two', 15],
    ['~peers/mail', 20],
  ])
})

test('peers too few to judge anybody are not sealed', () => {
  const sealed = feed(newCore(), [...TWENTY.slice(1), { watermarkUs: Infinity }])
  expect(countsOf(sealed)).toEqual([
    ['one', 4],
    ['two', 15],
  ])
})

test('an id that is reserved for peers is nobody’s', () => {
  const steps = [ofServer('s-99', '~peers/mail'), ...TWENTY]
  const sealed = feed(newCore(), [...steps, { watermarkUs: Infinity }])
  expect(countsOf(sealed).at(-1)).toEqual(['~peers/mail', 20])
})

test('what only a session under attack had done is unknown again, for its peers too', () => {
  const core = newCore()
  const sets = { destination: ['evil.example'] }
  const odd = aSession({ session_id: 's-99', agent_id: 'one', server_ids: ['mail'], sets })
  const known = feed(core, [
    ...TWENTY,
    { session: odd },
    { watermarkUs: END_US + HORIZON_US },
  ]).filter(({ kind }) => kind === 'set')
  expect(known.map(({ agent_id }) => agent_id)).toEqual(['one', '~peers/mail'])
  const incident = anIncident({ session_ids: ['s-99'], opened_at: END_US + HORIZON_US + 1 })
  const later = feed(core, [{ incident }, { watermarkUs: END_US + EPOCH_US + HORIZON_US }])
  const unknown = later.filter(({ kind }) => kind === 'set')
  expect(
    unknown.map(({ agent_id, samples_count, last_seen }) => [agent_id, samples_count, last_seen]),
  ).toEqual([
    ['one', 0, {}],
    ['~peers/mail', 0, {}],
  ])
})

test('an agent that was silent for two weeks is forgotten, its state with it', () => {
  const core = newCore()
  feed(core, [ofServer('s-1', 'one'), { watermarkUs: END_US + HORIZON_US }])
  const kept = core.takeChanges().filter(({ key }) => key.startsWith('acme/one'))
  expect(kept.map(({ body }) => body !== undefined)).toEqual([true, true])
  feed(core, [{ watermarkUs: START_US + 14 * 24 * EPOCH_US + HORIZON_US }])
  expect(core.takeChanges().map(({ key }) => key)).toEqual(['~epoch'])
  feed(core, [{ watermarkUs: START_US + (14 * 24 + 1) * EPOCH_US + HORIZON_US }])
  const gone = core.takeChanges().filter(({ key }) => key.startsWith('acme/one'))
  expect(gone).toEqual(kept.map(({ key }) => ({ key, body: undefined })))
})

test('restored between epochs, in any order, it seals the same; only what changed is kept', () => {
  const before = [
    ofServer('s-1', 'one'),
    ofServer('s-2', 'two'),
    { watermarkUs: END_US + HORIZON_US },
  ]
  const after = [ofServer('s-3', 'one', EPOCH_US), { watermarkUs: Infinity }]
  const first = newCore()
  feed(first, before)
  const changes = first.takeChanges()
  const second = newCore()
  for (const { key, body } of changes.toReversed())
    second.restore(key, JSON.parse(JSON.stringify(body)))
  expect(feed(second, after)).toEqual(feed(first, after))
  const changed = first.takeChanges().map(({ key }) => key)
  expect(changed.some((key) => key.startsWith('acme/two'))).toBe(false)
})
