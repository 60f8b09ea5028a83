import { afterAll, beforeAll, expect, test } from 'vitest'

import type { EmbeddedEvidence } from '../../services/lib/adapters/clickhouse/embedded.ts'
import { loadHolds } from '../../services/lib/adapters/clickhouse/holds.ts'
import { holdOnce, keepHolds } from '../../services/store/holds.ts'
import { anAction } from '../respond/actions/an-action.ts'
import { insertRecords, openTestEvidence } from '../sql/evidence.ts'
import { aDataEvent, aModelEvent, aNetworkEvent } from '../sql/events.ts'
import { eventually } from '../support/live.ts'
import { anAlert, anEvent, anIncident, anObservation } from '../support/records.ts'

const HELD = [
  'events_application',
  'events_data',
  'events_network',
  'events_model',
  'observations',
  'alerts',
  'actions',
]
const AGE_DAYS = 6
const RETENTION_DAYS = 5
let evidence: EmbeddedEvidence

/** What is inserted from now on was stored so long ago. */
async function storedAt(daysAgo: number): Promise<void> {
  for (const view of HELD)
    await evidence.command(
      `ALTER TABLE log_${view} MODIFY COLUMN _stored_at DateTime
       MATERIALIZED now() - INTERVAL ${daysAgo} DAY`,
    )
}

beforeAll(async () => {
  evidence = await openTestEvidence()
  await storedAt(AGE_DAYS)
  await insertRecords(evidence, 'events.application.v1', [
    anEvent({ event_id: 'held', session_id: 's-1' }),
    anEvent({ event_id: 'vector', session_id: 's-8' }),
    anEvent({ event_id: 'other', session_id: 's-9' }),
    anEvent({ event_id: 'theirs', session_id: 's-1', tenant_id: 'rival' }),
  ])
  await insertRecords(evidence, 'events.data.v1', [
    aDataEvent({ event_id: 'held', session_id: 's-1' }),
    aDataEvent({ event_id: 'other', session_id: 's-9' }),
  ])
  await insertRecords(evidence, 'events.network.v1', [
    aNetworkEvent({ event_id: 'held', session_id: 's-1' }),
    aNetworkEvent({ event_id: 'other', session_id: 's-9' }),
  ])
  await insertRecords(evidence, 'events.model.v1', [
    aModelEvent({ event_id: 'held', session_id: 's-1' }),
    aModelEvent({ event_id: 'other', session_id: 's-9' }),
  ])
  await insertRecords(evidence, 'observations.v1', [
    anObservation({ observation_id: 'o-1', event_id: 'held', session_id: 's-1' }),
    anObservation({ observation_id: 'o-9', event_id: 'other', session_id: 's-9' }),
  ])
  await insertRecords(evidence, 'alerts.v1', [
    anAlert({ alert_id: 'a-1', session_id: 's-1', event_ids: ['held'] }),
    anAlert({ alert_id: 'a-9', session_id: 's-9', event_ids: ['other'] }),
  ])
  const hold = anAction({ action_id: 'hold', kind: 'preserve', phase: 'applied', expires_at: null })
  await insertRecords(evidence, 'actions.v1', [
    hold,
    anAction({ action_id: 'lapsed', incident_id: 'i-9', kind: 'preserve', phase: 'expired' }),
  ])
  await insertRecords(evidence, 'incidents.v1', [
    anIncident({ session_ids: ['s-1'], injection_event_ids: ['vector'], alert_ids: ['a-1'] }),
    anIncident({ incident_id: 'i-9', session_ids: ['s-9'], alert_ids: ['a-9'] }),
  ])
  await storedAt(0)
})
afterAll(() => evidence.close())

const idsOf = async (view: string, id: string): Promise<string[]> => {
  const sql = `SELECT ${id} AS id FROM ${view} ORDER BY id`
  return (await evidence.query<{ id: string }>(sql)).map((row) => row.id)
}

test('what is held outlives its retention, what is not does not; twice is once', async () => {
  await holdOnce({ evidence, statements: loadHolds() })
  await holdOnce({ evidence, statements: loadHolds() })
  expect(await idsOf('events_application', 'event_id')).toHaveLength(4)
  for (const view of HELD) {
    const ttl = `_stored_at + INTERVAL ${RETENTION_DAYS} DAY`
    await evidence.command(`ALTER TABLE log_${view} MODIFY TTL ${ttl}`)
    await evidence.command(`OPTIMIZE TABLE log_${view} FINAL`)
  }
  expect(await idsOf('events_application', 'event_id')).toEqual(['held', 'vector'])
  for (const layer of ['data', 'network', 'model'])
    expect(await idsOf(`events_${layer}`, 'event_id')).toEqual(['held'])
  expect(await idsOf('observations', 'observation_id')).toEqual(['o-1'])
  expect(await idsOf('alerts', 'alert_id')).toEqual(['a-1'])
  expect(await idsOf('actions', 'action_id')).toEqual(['hold'])
})

test('an evidence store that is away is asked again the next time', async () => {
  const faults: string[] = []
  let count = 0
  const stopping = new AbortController()
  const away = {
    ...evidence,
    command: async (sql: string) => {
      count += 1
      return evidence.command(count === 1 ? 'SELECT no_such_function()' : sql)
    },
  }
  const onFault = ({ code }: { code: string }): void => void faults.push(code)
  const parts = { evidence: away, statements: ['SELECT 1'], everyMs: 1, onFault }
  const kept = keepHolds(parts, stopping.signal)
  await eventually(
    () => count,
    (asked) => asked >= 3,
  )
  stopping.abort()
  await kept
  expect(faults).toHaveLength(1)
})
