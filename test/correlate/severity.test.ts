import { expect, test } from 'vitest'

import type { Alert } from '#domain/records/index.ts'
import { knownAlert } from '../../services/correlate/known-alert.ts'
import { judge } from '../../services/correlate/severity.ts'
import { anAlert, START_US } from '../support/records.ts'

const call = (differs: Partial<Alert> = {}): Alert =>
  anAlert({
    alert_id: 'followed',
    event_ids: ['call'],
    call_id: 'c-1',
    claims: ['instruction_followed'],
    instruction_event_ids: ['mail'],
    origin_event_ids: ['mail', 'rows'],
    ...differs,
  })
const carrying = (): Alert => call({ claims: ['instruction_followed', 'private_data_carried'] })
const egress = (differs: Partial<Alert> = {}): Alert =>
  anAlert({
    alert_id: 'egress',
    layer: 'network',
    event_ids: ['flow'],
    claims: ['egress'],
    ...differs,
  })
const SECOND_US = 1_000_000

test.for([
  { why: 'an anomaly alone', alerts: [anAlert()], severity: 'moderate' },
  {
    why: 'an injection seen and not followed',
    alerts: [anAlert({ claims: ['injection_seen'] })],
    severity: 'moderate',
  },
  { why: 'an injection followed by a call', alerts: [call()], severity: 'high' },
  {
    why: 'the call changed production',
    alerts: [call({ claims: ['instruction_followed', 'production_changed'] })],
    severity: 'critical',
  },
  {
    why: 'the call left something that persists',
    alerts: [call({ claims: ['instruction_followed', 'persisted'] })],
    severity: 'critical',
  },
  {
    why: 'production changed with no request behind it',
    alerts: [anAlert({ claims: ['unrequested', 'production_changed'] })],
    severity: 'critical',
  },
  {
    why: 'unrequested, and no harm seen',
    alerts: [anAlert({ claims: ['unrequested'] })],
    severity: 'moderate',
  },
  {
    why: 'a change that somebody requested',
    alerts: [anAlert({ claims: ['production_changed'] })],
    severity: 'moderate',
  },
  {
    why: 'egress of the id of a followed call that carries what was read',
    alerts: [carrying(), egress({ call_id: 'c-1', occurred_at: START_US - SECOND_US })],
    severity: 'critical',
  },
  {
    why: 'egress of a followed call that carries nothing read in private',
    alerts: [call(), egress({ call_id: 'c-1' })],
    severity: 'high',
  },
  {
    why: 'the one call carries, the other reaches out',
    alerts: [
      carrying(),
      call({ alert_id: 'other', event_ids: ['other'], call_id: 'c-2' }),
      egress({ call_id: 'c-2' }),
    ],
    severity: 'high',
  },
  {
    why: 'a call that carries what was read, and no egress',
    alerts: [carrying()],
    severity: 'high',
  },
  {
    why: 'egress a minute after the call',
    alerts: [carrying(), egress({ occurred_at: START_US + 60 * SECOND_US })],
    severity: 'critical',
  },
  {
    why: 'egress more than a minute after',
    alerts: [carrying(), egress({ occurred_at: START_US + 61 * SECOND_US })],
    severity: 'high',
  },
  {
    why: 'egress of another server meanwhile',
    alerts: [carrying(), egress({ server_id: 'calendar', occurred_at: START_US + SECOND_US })],
    severity: 'high',
  },
  {
    why: 'an answer, of no server, reaches out',
    alerts: [carrying(), egress({ server_id: null, occurred_at: START_US + SECOND_US })],
    severity: 'critical',
  },
  {
    why: 'egress before the call',
    alerts: [carrying(), egress({ occurred_at: START_US - 1 })],
    severity: 'high',
  },
  {
    why: 'a secret sent out with no request behind it',
    alerts: [anAlert({ claims: ['unrequested', 'data_left'] })],
    severity: 'critical',
  },
  { why: 'egress without a followed call', alerts: [egress()], severity: 'moderate' },
  {
    why: "another system's finding never decides alone",
    alerts: [anAlert({ kind: 'external', claims: ['instruction_followed', 'production_changed'] })],
    severity: 'moderate',
  },
  {
    why: 'a critical level is no severity',
    alerts: [anAlert({ level: 'critical' })],
    severity: 'moderate',
  },
] as const)('$why: $severity', ({ alerts, severity }) => {
  const verdict = judge(alerts.map(knownAlert))
  expect(verdict.severity).toBe(severity)
  expect(verdict.reasons.length).toBeGreaterThan(0)
})

test('the vector is where the values came from, and what was seen without being followed', () => {
  const seen = anAlert({ alert_id: 'seen', event_ids: ['page'], claims: ['injection_seen'] })
  const verdict = judge([call(), seen].map(knownAlert))
  expect(verdict.injectionEventIds).toEqual(['mail', 'page'])
  expect(verdict.attackerEventIds).toEqual(['call'])
})

test('a harmful call that nobody requested names the text it may have followed', () => {
  const claims = ['unrequested', 'production_changed']
  const harmful = call({ alert_id: 'unrequested', claims, instruction_event_ids: ['note'] })
  const { injectionEventIds, followedEventIds } = judge([knownAlert(harmful)])
  expect(injectionEventIds).toEqual(['note'])
  expect(followedEventIds).toEqual([])
})

test("what was seen and not followed is named as the vector, and no call is anybody else's", () => {
  const seen = anAlert({ event_ids: ['page'], claims: ['injection_seen'] })
  const verdict = judge([seen, egress()].map(knownAlert))
  expect(verdict).toMatchObject({ injectionEventIds: ['page'], attackerEventIds: [], harms: [] })
})

test('egress without a value read in private says so, and is no data that left', () => {
  const { reasons, harms } = judge([call(), egress({ call_id: 'c-1' })].map(knownAlert))
  expect(reasons.map((reason) => reason.split(':')[0])).toEqual(['egress', 'instruction_followed'])
  expect(harms).toEqual([])
})
