import { expect, test } from 'vitest'

import { attributionLines } from '../../../services/cli/incident-attribution.ts'
import type { FoundIncident } from '../../../services/cli/incident-view.ts'
import { anAlertRow, anIncidentRow, aTimelineRow } from './rows.ts'

const query = aTimelineRow({ session_id: 'server:db', session_basis: 'server', event_id: 'query' })
const aboutQuery = anAlertRow({ alert_id: 'about-query', event_ids: ['query'] })

const found = (differs: Partial<FoundIncident>): FoundIncident => ({
  incident: anIncidentRow(),
  timeline: [query],
  alerts: [aboutQuery],
  words: [],
  ...differs,
})
const joined = (basis: string, confidence: number): FoundIncident['incident'] =>
  anIncidentRow({
    attributions: { 'about-query': confidence },
    attribution_bases: { 'about-query': basis },
  })

test.for<{ why: string; differs: Partial<FoundIncident>; lines: string[] }>([
  { why: 'nothing was seen', differs: { timeline: [] }, lines: [] },
  {
    why: 'the records name the session themselves, told once a layer',
    differs: {
      timeline: [
        aTimelineRow({ layer: 'network' }),
        aTimelineRow({ layer: 'application', session_basis: 'inferred' }),
        aTimelineRow({ layer: 'network' }),
      ],
    },
    lines: ['- application: 1 record by who acted and when', '- network: 2 records by session id'],
  },
  {
    why: 'a trace joined it',
    differs: { incident: joined('trace', 1) },
    lines: ['- data: 1 record of server:db by the trace it shares with the session: no other fits'],
  },
  {
    why: 'time alone joined it, and another session was there too',
    differs: { incident: joined('overlap', 0.5) },
    lines: [
      '- data: 1 record of server:db by who was active on the server then: one of 2 that fit',
    ],
  },
  {
    why: 'a server’s name that would steer the terminal',
    differs: { timeline: [{ ...query, session_id: 'server:\u001b[2J' }], alerts: [] },
    lines: ['- data: 1 record of server:·[2J'],
  },
])('$why', ({ differs, lines }) => expect(attributionLines(found(differs))).toEqual(lines))
