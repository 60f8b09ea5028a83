import { expect, test } from 'vitest'

import type { Alert } from '#domain/records/index.ts'
import { composeIncident } from '../../services/correlate/compose.ts'
import { knownAlert } from '../../services/correlate/known-alert.ts'
import { anAlert } from '../support/records.ts'

const composed = (alerts: readonly Alert[]): ReturnType<typeof composeIncident> =>
  composeIncident({
    tenantId: 'acme',
    sessionId: 's-1',
    generation: 0,
    alerts: alerts.map(knownAlert),
    attributions: {},
    relatedIncidentIds: [],
  })
const summaryOf = (alerts: readonly Alert[]): string | undefined => composed(alerts)?.summary

const FOLLOWED = anAlert({
  event_ids: ['call'],
  claims: ['instruction_followed', 'data_left'],
  instruction_event_ids: ['mail'],
  entities: ['destination:drop.example'],
  facts: {
    ...anAlert().facts,
    objects: [{ object: 'wages', rows: 3, bytes: 90, sensitive_types: [] }],
  },
})

test.for([
  {
    why: 'an anomaly',
    alerts: [anAlert()],
    summary: 'no instruction from outside seen; 1 alert on application',
  },
  {
    why: 'seen, not followed',
    alerts: [anAlert({ claims: ['injection_seen'] })],
    summary: '1 text from outside gave orders; no call followed; 1 alert on application',
  },
  {
    why: 'nobody asked, nobody from outside either',
    alerts: [anAlert({ claims: ['unrequested', 'persisted'] })],
    summary:
      '1 call that nobody asked for; no instruction from outside seen;' +
      ' something was left behind that works on; 1 alert on application',
  },
  {
    why: 'followed, with harm, what was touched and where it went',
    alerts: [FOLLOWED],
    summary:
      '1 text from outside gave orders; 1 call followed;' +
      ' what was read in private left; touched wages (3 rows); went to drop.example;' +
      ' 1 alert on application',
  },
])('$why', ({ alerts, summary }) => expect(summaryOf(alerts)).toBe(summary))

test('names from events are cut, made printable, and the rest of many is counted', () => {
  const hosts = ['\u001b[2Ja.example', 'b.example', 'c.example', 'd'.repeat(100)]
  const summary = summaryOf([anAlert({ entities: hosts.map((host) => `destination:${host}`) })])
  expect(summary).toContain('went to ?[2Ja.example, b.example, c.example and 1 more;')
})

test.for([
  {
    why: 'a harm weighs more than a level',
    alerts: [
      anAlert({ alert_id: 'a', title: 'loud', level: 'critical' }),
      { ...FOLLOWED, alert_id: 'b', title: 'harm', level: 'high' as const },
    ],
    title: 'harm',
  },
  {
    why: 'without a claim the level counts',
    alerts: [
      anAlert({ alert_id: 'a', title: 'quiet', level: 'low' }),
      anAlert({ alert_id: 'b', title: 'loud', level: 'high' }),
    ],
    title: 'loud',
  },
  {
    why: 'of equals the earliest',
    alerts: [anAlert({ alert_id: 'a', title: 'first' }), anAlert({ alert_id: 'b', title: 'next' })],
    title: 'first',
  },
])('the title: $why', ({ alerts, title }) => expect(composed(alerts)?.title).toBe(title))
