import { expect, test } from 'vitest'

import { incidentId } from '#domain/ids.ts'
import { keyOf } from '#domain/lane.ts'
import type { Activity, Alert, Case, Incident } from '#domain/records/index.ts'
import type { Core, StageOutput } from '#domain/stage.ts'
import { MINUTE_US, SECOND_US } from '#domain/time.ts'
import { createCorrelateCore } from '../../services/correlate/correlate.ts'
import { aCase, anActivity, anAlert, START_US } from '../support/records.ts'
import { traffic } from './series/an-activity.ts'

const HORIZON_US = 10 * MINUTE_US
const newCore = (): Core =>
  createCorrelateCore({
    horizonUs: HORIZON_US,
    sessionsMaxCount: 100,
    sequences: [],
    packVersion: 'pack-1',
  })

type Step =
  | { alert: Alert }
  | { activity: Activity }
  | { closed: Case }
  | { told: Incident }
  | { watermarkUs: number }

function feed(core: Core, steps: readonly Step[]): Incident[] {
  const outputs: StageOutput[] = []
  const emit = (output: StageOutput): void => void outputs.push(output)
  for (const step of steps) {
    if ('watermarkUs' in step) core.onWatermark(step.watermarkUs, emit)
    else if ('alert' in step) {
      const key = keyOf(step.alert.tenant_id, step.alert.session_id)
      core.onRecord({ topic: 'alerts.v1', schema: 'alerts.v1', key, value: step.alert }, emit)
    } else if ('told' in step)
      core.onRecord(
        { topic: 'incidents.v1', schema: 'incidents.v1', key: '', value: step.told },
        emit,
      )
    else if ('activity' in step)
      core.onRecord(
        { topic: 'activity.v1', schema: 'activity.v1', key: '', value: step.activity },
        emit,
      )
    else core.onRecord({ topic: 'cases.v1', schema: 'cases.v1', key: '', value: step.closed }, emit)
  }
  return outputs.map((output) => output.value as Incident)
}

/** The last told of each incident, by session. */
function final(incidents: readonly Incident[]): Map<string, Incident> {
  return new Map(incidents.map((incident) => [incident.session_ids.join(), incident]))
}

const closedCase = (incident_id: string, closed_at: number): Case =>
  aCase({ incident_id, closed_at, status: 'closed' })

test('an alert is told at once, provisional; settled once it lies behind by the horizon', () => {
  const told = feed(newCore(), [
    { alert: anAlert() },
    { watermarkUs: START_US + HORIZON_US },
    { watermarkUs: START_US + HORIZON_US + 1 },
  ])
  expect(told.map(({ revision, settled }) => ({ revision, settled }))).toEqual([
    { revision: 1, settled: false },
    { revision: 2, settled: true },
  ])
})

test('an alert after that unsettles it until the watermark has passed anew', () => {
  const later = anAlert({ alert_id: 'later', occurred_at: START_US + HORIZON_US + 5 })
  const told = feed(newCore(), [
    { alert: anAlert() },
    { watermarkUs: START_US + HORIZON_US + 1 },
    { alert: later },
    { watermarkUs: Infinity },
  ])
  expect(told.map((incident) => incident.settled)).toEqual([false, true, false, true])
  expect(told.at(-1)?.alert_ids).toEqual(['alert-1', 'later'])
})

const alertsOf = (...ids: string[]): Step[] =>
  ids.map((alert_id, index) => ({
    alert: anAlert({ alert_id, occurred_at: START_US + index * SECOND_US }),
  }))

test('after a crash what is told is newer than what was told before it, and no step back', () => {
  const before = feed(newCore(), [...alertsOf('a', 'b'), { watermarkUs: Infinity }])
  const echo = before.map((told) => ({ told }))
  const after = feed(newCore(), [...echo, ...alertsOf('a', 'b', 'c'), { watermarkUs: Infinity }])
  expect(after.map(({ revision, alert_ids, settled }) => [revision, alert_ids, settled])).toEqual([
    [4, ['a', 'b'], false],
    [5, ['a', 'b', 'c'], false],
    [6, ['a', 'b', 'c'], true],
  ])
})

test('what was told before a crash outlives the next one', () => {
  const [first, second] = [newCore(), newCore()]
  const [told] = feed(newCore(), alertsOf('a')).slice(-1)
  if (told === undefined) throw new Error('nothing was told')
  feed(first, [{ told: { ...told, revision: 7 } }])
  for (const { key, body } of first.takeChanges())
    second.restore(key, JSON.parse(JSON.stringify(body)))
  expect(feed(second, alertsOf('a')).map(({ revision }) => revision)).toEqual([8])
})

test('a state of an earlier version hears its own words too', () => {
  const [first, second] = [newCore(), newCore()]
  const told = feed(first, alertsOf('a'))
  for (const { key, body } of first.takeChanges()) {
    const { told_before: _, ...earlier } = body as Record<string, unknown>
    second.restore(key, earlier)
  }
  feed(
    second,
    told.map((incident) => ({ told: { ...incident, revision: 4 } })),
  )
  expect(feed(second, alertsOf('a', 'b')).map(({ revision }) => revision)).toEqual([5])
})

test('its own words say nothing new to the one who told them', () => {
  const core = newCore()
  const told = feed(core, alertsOf('a', 'b'))
  feed(
    core,
    told.map((incident) => ({ told: incident })),
  )
  expect(feed(core, [{ watermarkUs: Infinity }]).map(({ revision }) => revision)).toEqual([3])
})

test.for([
  { why: 'low opens nothing', level: 'low', count: 0 },
  { why: 'medium opens one', level: 'medium', count: 1 },
] as const)('$why', ({ level, count }) => {
  const told = feed(newCore(), [{ alert: anAlert({ level }) }, { watermarkUs: Infinity }])
  expect(final(told).size).toBe(count)
})

test('the same alert twice is one', () => {
  const told = feed(newCore(), [{ alert: anAlert() }, { alert: anAlert() }])
  expect(told).toHaveLength(1)
})

const flow = (occurred_at: number): Alert =>
  anAlert({
    alert_id: 'flow',
    session_id: 'server:mail',
    layer: 'network',
    occurred_at,
    claims: ['egress'],
  })

test.for([
  { why: 'within the slack of the activity: joins', flowUs: START_US + 5 * SECOND_US, joins: true },
  {
    why: 'after the slack: an incident of its own',
    flowUs: START_US + 5 * SECOND_US + 1,
    joins: false,
  },
])("a server's alert $why", ({ flowUs, joins }) => {
  const told = feed(newCore(), [
    { activity: anActivity() },
    { alert: flow(flowUs) },
    { alert: anAlert() },
    { watermarkUs: Infinity },
  ])
  const bySession = final(told)
  expect(bySession.get('s-1')?.alert_ids.includes('flow')).toBe(joins)
  expect(bySession.has('server:mail')).toBe(!joins)
  expect(bySession.get('s-1')?.attributions).toEqual(joins ? { flow: 1 } : {})
})

test("a server's alert waits for the horizon before it opens an incident of its own", () => {
  const core = newCore()
  expect(feed(core, [{ alert: flow(START_US) }, { watermarkUs: START_US + HORIZON_US }])).toEqual(
    [],
  )
  const told = feed(core, [{ watermarkUs: START_US + HORIZON_US + 1 }])
  expect([...final(told).keys()]).toEqual(['server:mail'])
})

test('two sessions on the server at the time share the doubt', () => {
  const told = feed(newCore(), [
    { activity: anActivity() },
    { activity: anActivity({ session_id: 's-2' }) },
    { alert: anAlert() },
    { alert: flow(START_US) },
    { watermarkUs: Infinity },
  ])
  expect(final(told).get('s-1')?.attributions).toEqual({ flow: 0.5 })
})

test('order of arrival does not show in the final form', () => {
  const steps: Step[] = [
    { activity: anActivity() },
    { alert: anAlert() },
    { alert: anAlert({ alert_id: 'second', occurred_at: START_US + SECOND_US }) },
    { alert: flow(START_US + SECOND_US) },
  ]
  const settle: Step[] = [{ watermarkUs: Infinity }]
  const forms = [steps, steps.toReversed(), [...steps.slice(2), ...steps.slice(0, 2)]].map(
    (order) => {
      const { revision: _revision, ...form } = final(feed(newCore(), [...order, ...settle])).get(
        's-1',
      ) ?? {
        revision: 0,
      }
      return form
    },
  )
  expect(forms[1]).toEqual(forms[0])
  expect(forms[2]).toEqual(forms[0])
})

test('a closed case: the next alert opens the next generation, linked to the first', () => {
  const first = incidentId('acme', 's-1', 0)
  const told = feed(newCore(), [
    { alert: anAlert() },
    { closed: closedCase(first, START_US + MINUTE_US) },
    { alert: anAlert({ alert_id: 'next', occurred_at: START_US + 2 * MINUTE_US }) },
  ])
  expect(told.at(-1)?.incident_id).toBe(incidentId('acme', 's-1', 1))
  expect(told.at(-1)?.related_incident_ids).toEqual([first])
})

test('an open case takes in every later alert', () => {
  const told = feed(newCore(), [
    { alert: anAlert() },
    { alert: anAlert({ alert_id: 'next', occurred_at: START_US + 2 * MINUTE_US }) },
  ])
  expect(told.at(-1)?.generation).toBe(0)
})

test('restored from its changes it goes on as it was', () => {
  const before: Step[] = [
    { activity: anActivity() },
    { alert: anAlert() },
    { alert: flow(START_US) },
  ]
  const after: Step[] = [{ alert: anAlert({ alert_id: 'second' }) }, { watermarkUs: Infinity }]
  const straight = feed(newCore(), [...before, ...after])
  const first = newCore()
  feed(first, before)
  const second = newCore()
  for (const { key, body } of first.takeChanges())
    if (body !== undefined) second.restore(key, JSON.parse(JSON.stringify(body)))
  expect(final(feed(second, after))).toEqual(final(straight))
})

/** Traffic of a session of its own in each five minutes; in the last, 48 times as much. */
const trafficWithSpike = (): Activity[] =>
  Array.from({ length: 61 }, (_, bin) =>
    traffic(bin, (bin === 60 ? 48 : 1) * 1_048_576, { session_id: `s-${bin}` }),
  )

test('a spike of traffic is told, and alone is a moderate incident of its session', () => {
  const outputs: StageOutput[] = []
  const core = newCore()
  const emit = (output: StageOutput): void => void outputs.push(output)
  for (const value of trafficWithSpike())
    core.onRecord({ topic: 'activity.v1', schema: 'activity.v1', key: '', value }, emit)
  core.onWatermark(Infinity, emit)
  const alerts = outputs.flatMap((output) => (output.schema === 'alerts.v1' ? [output] : []))
  const incidents = outputs.flatMap(({ schema, value }) =>
    schema === 'incidents.v1' ? [value] : [],
  )
  expect(alerts.map(({ key, value }) => [key, value.rule_name])).toEqual([
    ['acme/s-60', 'bytes-out-spike'],
  ])
  expect(incidents.at(-1)).toMatchObject({
    severity: 'moderate',
    session_ids: ['s-60'],
    destinations: ['files.test'],
    settled: true,
  })
  const toldCount = outputs.length
  for (const { value, key } of alerts)
    core.onRecord({ topic: 'alerts.v1', schema: 'alerts.v1', key, value }, emit)
  expect(outputs.length).toBe(toldCount)
})

test('series come back from the state', () => {
  const [core, back] = [newCore(), newCore()]
  const activities = trafficWithSpike()
  feed(core, [
    ...activities.slice(0, 60).map((activity) => ({ activity })),
    { watermarkUs: START_US + 290 * MINUTE_US },
  ])
  for (const { key, body } of core.takeChanges()) {
    if (body !== undefined) back.restore(key, JSON.parse(JSON.stringify(body)))
  }
  const told = feed(back, [
    ...activities.slice(60).map((activity) => ({ activity })),
    { watermarkUs: Infinity },
  ])
  expect(told.at(-1)?.session_ids).toEqual(['s-60'])
})
