import fc from 'fast-check'
import { expect, test } from 'vitest'

import { keyOf } from '#domain/lane.ts'
import type { Activity, Alert, Incident } from '#domain/records/index.ts'
import type { Core, StageOutput } from '#domain/stage.ts'
import { MINUTE_US, SECOND_US } from '#domain/time.ts'
import { createCorrelateCore } from '../../services/correlate/correlate.ts'
import { anActivity, anAlert, START_US } from '../support/records.ts'

const HORIZON_US = 10 * MINUTE_US
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CONNECTION = '127.0.0.1:49576'

type Step = Alert | Activity

const isAlert = (step: Step): step is Alert => 'alert_id' in step

/** What is told in the end of each session's or address's incident. */
function outcome(steps: readonly Step[], restartAfter = -1): Map<string, Incident> {
  let core = newCore()
  const state = new Map<string, unknown>()
  const outputs: StageOutput[] = []
  const emit = (output: StageOutput): void => void outputs.push(output)
  steps.forEach((step, index) => {
    if (isAlert(step)) {
      const key = keyOf(step.tenant_id, step.session_id)
      core.onRecord({ topic: 'alerts.v1', schema: 'alerts.v1', key, value: step }, emit)
    } else
      core.onRecord({ topic: 'activity.v1', schema: 'activity.v1', key: '', value: step }, emit)
    for (const { key, body } of core.takeChanges())
      if (body === undefined) state.delete(key)
      else state.set(key, JSON.parse(JSON.stringify(body)))
    if (index === restartAfter) core = restored(state)
  })
  core.onWatermark(Infinity, emit)
  const incidents = outputs.map(({ value }) => value as Incident)
  return new Map(incidents.map((incident) => [incident.session_ids.join(), incident]))
}

function newCore(): Core {
  return createCorrelateCore({
    horizonUs: HORIZON_US,
    sessionsMaxCount: 100,
    sequences: [],
    packVersion: 'pack-1',
  })
}

function restored(state: ReadonlyMap<string, unknown>): Core {
  const core = newCore()
  for (const [key, body] of state) core.restore(key, body)
  return core
}

const seen = (differs: Partial<Activity> = {}): Activity =>
  anActivity({ server_id: 'mail', session_id: 's-1', first_at: START_US, ...differs })

/** An alert that the session itself has, so that there is an incident to join. */
const own = (sessionId: string): Alert =>
  anAlert({ alert_id: `own-${sessionId}`, session_id: sessionId, server_id: 'mail' })

/** An alert about a record that names only a server. */
const atServer = (differs: Partial<Alert> = {}): Alert =>
  anAlert({
    alert_id: 'at-server',
    session_id: 'server:db',
    server_id: 'db',
    layer: 'data',
    event_ids: ['query-1'],
    occurred_at: START_US + SECOND_US,
    ...differs,
  })

const cases: {
  why: string
  steps: Step[]
  session: string
  basis?: string
  confidence?: number
}[] = [
  {
    why: 'its trace is a session’s: exact, and enough to open its incident',
    steps: [seen({ trace_ids: [TRACE] }), atServer({ trace_id: TRACE })],
    session: 's-1',
    basis: 'trace',
    confidence: 1,
  },
  {
    why: 'its connection is one that a server opened, on which one session was active',
    steps: [
      own('s-1'),
      seen(),
      seen({ session_id: 'server:mail', layer: 'network', connections: [CONNECTION] }),
      atServer({ connection: CONNECTION }),
    ],
    session: 's-1',
    basis: 'connection',
    confidence: 1,
  },
  {
    why: 'two sessions were active on the server that opened its connection',
    steps: [
      own('s-1'),
      seen(),
      seen({ session_id: 's-2' }),
      seen({ session_id: 'server:mail', layer: 'network', connections: [CONNECTION] }),
      atServer({ connection: CONNECTION }),
    ],
    session: 's-1',
    basis: 'connection',
    confidence: 0.5,
  },
  {
    why: 'a session was active on its server then',
    steps: [own('s-1'), seen({ server_id: 'db' }), atServer()],
    session: 's-1',
    basis: 'overlap',
    confidence: 1,
  },
  {
    why: 'one session alone was active there, and has no incident of its own yet',
    steps: [seen({ server_id: 'db' }), atServer()],
    session: 's-1',
    basis: 'overlap',
    confidence: 1,
  },
  {
    why: 'two sessions without incidents were active there: nobody can say whose',
    steps: [seen({ server_id: 'db' }), seen({ server_id: 'db', session_id: 's-2' }), atServer()],
    session: 'server:db',
  },
  {
    why: 'nobody was there: it stays the server’s',
    steps: [own('s-1'), seen({ server_id: 'mail' }), atServer({ trace_id: 'another' })],
    session: 'server:db',
  },
  {
    why: 'the trace says another session than the time does',
    steps: [
      own('s-1'),
      own('s-2'),
      seen({ server_id: 'db' }),
      seen({ session_id: 's-2', trace_ids: [TRACE] }),
      atServer({ trace_id: TRACE }),
    ],
    session: 's-2',
    basis: 'trace',
    confidence: 1,
  },
]

test.for(cases)('$why', ({ steps, session, basis, confidence }) => {
  const incident = outcome(steps).get(session)
  expect(incident?.alert_ids).toContain('at-server')
  expect(incident?.attribution_bases).toEqual(basis ? { 'at-server': basis } : {})
  expect(incident?.attributions).toEqual(basis ? { 'at-server': confidence } : {})
})

test.for(cases)('in any order, killed anywhere, the same in the end: $why', ({ steps }) => {
  const expected = withoutRevisions(outcome(steps))
  const orders = fc.shuffledSubarray(steps, { minLength: steps.length })
  fc.assert(
    fc.property(orders, fc.integer({ min: 0, max: steps.length }), (order, restartAfter) => {
      expect(withoutRevisions(outcome(order, restartAfter))).toEqual(expected)
    }),
    { numRuns: 60, seed: 1 },
  )
})

test('an alert that turns out to be another session’s is given up', () => {
  const told = outcome([
    own('s-1'),
    own('s-2'),
    seen({ server_id: 'db' }),
    atServer({ trace_id: TRACE }),
    seen({ session_id: 's-2', trace_ids: [TRACE] }),
  ])
  expect(told.get('s-1')?.alert_ids).toEqual(['own-s-1'])
  expect(told.get('s-2')?.alert_ids).toEqual(['at-server', 'own-s-2'])
})

test('a trace of one tenant says nothing about another’s', () => {
  const told = outcome([
    seen({ trace_ids: [TRACE] }),
    atServer({ tenant_id: 'other', trace_id: TRACE }),
  ])
  expect([...told.keys()]).toEqual(['server:db'])
})

function withoutRevisions(told: Map<string, Incident>): unknown {
  const sessions = [...told.keys()].sort()
  return sessions.map((session) => ({ ...told.get(session), revision: 0 }))
}
