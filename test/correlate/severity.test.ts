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
    why: "egress of the followed call's id",
    alerts: [call(), egress({ call_id: 'c-1', occurred_at: START_US - SECOND_US })],
    severity: 'critical',
  },
  {
    why: 'egress a minute after the call',
    alerts: [call(), egress({ occurred_at: START_US + 60 * SECOND_US })],
    severity: 'critical',
  },
  {
    why: 'egress more than a minute after',
    alerts: [call(), egress({ occurred_at: START_US + 61 * SECOND_US })],
    severity: 'high',
  },
  {
    why: 'egress before the call',
    alerts: [call(), egress({ occurred_at: START_US - 1 })],
    severity: 'high',
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
