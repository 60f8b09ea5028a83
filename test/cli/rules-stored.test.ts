import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { EmbeddedEvidence } from '../../services/lib/adapters/clickhouse/embedded.ts'
import { modelOf, openStoredBaselines } from '../../services/cli/rules/stored-baselines.ts'
import { readStored, storedPages } from '../../services/cli/rules/stored-records.ts'
import { aBaseline } from '../detect/a-rule.ts'
import { insertRecords, openTestEvidence } from '../sql/evidence.ts'
import { anEvent, anObservation } from '../support/records.ts'

const START_US = Date.parse('2026-01-05T08:00:00Z') * 1000
const HOUR_US = 3_600_000_000
/** Two tenants, two sessions, and always two events at the same time. */
const EVENTS = Array.from({ length: 24 }, (_, number) =>
  anEvent({
    event_id: `event-${number}`,
    tenant_id: number % 3 === 0 ? 'acme' : 'other',
    session_id: `session-${number % 2}`,
    occurred_at: START_US + Math.floor(number / 2),
  }),
)
const WHOLE_EVENT = anEvent({
  event_id: 'whole',
  occurred_at: START_US - 1,
  tool_annotations: { openWorldHint: 'false' },
  token_scopes: ['read'],
  content_bytes: 5,
  content: 'line\n\ttab \\ \u0000',
  duration_ms: 1.5,
  is_error: false,
  extra: { note: '"text"' },
})
const WHOLE = anObservation({
  event_id: 'whole',
  observation_id: 'whole-observation',
  features: { 'text.bytes': 1.5 },
  argument_origins: { 'to.origin': 'tool_result' },
  objects_read: [{ object: 'customers', rows: 3, bytes: 40, sensitive_types: ['ssn'] }],
  origins: ['user'],
  labels: [],
})

let evidence: EmbeddedEvidence
beforeAll(async () => {
  evidence = await openTestEvidence()
  await insertRecords(evidence, 'events.application.v1', EVENTS)
  await insertRecords(evidence, 'events.application.v1', [WHOLE_EVENT])
  await insertRecords(evidence, 'observations.v1', [WHOLE])
})
afterAll(() => evidence.close())

async function pagesOf(pageRows: number, sinceUs = START_US): Promise<string[][]> {
  const pages: string[][] = []
  const topic = 'events.application.v1'
  for await (const page of storedPages(evidence, topic, sinceUs, START_US + 12, { pageRows })) {
    pages.push(page.map(({ record }) => record.event_id))
  }
  return pages
}

describe('pages', () => {
  test.for([
    { why: 'one record a page', pageRows: 1, pagesCount: 24 },
    { why: 'an uneven rest', pageRows: 7, pagesCount: 4 },
    { why: 'no rest', pageRows: 8, pagesCount: 3 },
    { why: 'one page for all', pageRows: 25, pagesCount: 1 },
  ])('$why: every event once', async ({ pageRows, pagesCount }) => {
    const pages = await pagesOf(pageRows)
    expect(pages).toHaveLength(pagesCount)
    expect(pages.flat().sort()).toEqual(EVENTS.map(({ event_id }) => event_id).sort())
  })

  test('the first time is within, the last is not', async () => {
    expect((await pagesOf(100, START_US + 11)).flat().sort()).toEqual(['event-22', 'event-23'])
    expect(await pagesOf(100, START_US + 12)).toEqual([])
  })
})

test('a record comes back as it was written', async () => {
  const found = await readStored(evidence, 'whole')
  expect(found.map(({ service, layer }) => [service, layer])).toEqual([
    ['event', 'application'],
    ['observation', WHOLE.layer],
  ])
  expect(found[0]?.record).toEqual(WHOLE_EVENT)
  expect(found[1]?.record).toEqual(WHOLE)
})

test('baselines: the newest of two epochs before, as spans go forward', async () => {
  const epoch = START_US / HOUR_US
  const baselines = [epoch - 30, epoch - 2, epoch - 1].map((one) =>
    aBaseline({ epoch: one, median: one, measure: 'tool_calls' }),
  )
  const marker = aBaseline({ epoch, kind: 'marker', measure: '~complete' })
  await insertRecords(evidence, 'baselines.v1', [...baselines, marker])
  const stored = openStoredBaselines(evidence, HOUR_US, modelOf({}))
  const expectedAt = (timeUs: number): number | string | null =>
    stored
      .subjectOf(
        anObservation({
          tenant_id: 'acme',
          agent_id: 'agent-1',
          occurred_at: timeUs,
          collected_at: timeUs,
        }),
      )
      .statistic({ measure: 'tool_calls', of: 'expected' })
  const before = START_US - HOUR_US
  await stored.readFor(before, START_US)
  expect(stored.count()).toBe(2)
  expect(expectedAt(START_US - 1)).toBe(epoch - 30)
  expect(expectedAt(START_US)).toBe(epoch - 2)
  await stored.readFor(START_US, START_US + 2 * HOUR_US)
  expect(stored.count()).toBe(3)
  expect(expectedAt(START_US + HOUR_US)).toBe(epoch - 1)
  expect(expectedAt(START_US + 2 * HOUR_US - 1)).toBe(epoch - 1)
})
