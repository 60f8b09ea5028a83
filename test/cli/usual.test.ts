import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Alert } from '#domain/records/index.ts'
import { aDirectory, resultFiles } from '../support/replays.ts'

/** 2026-01-05 is a Monday. */
const START_MS = Date.parse('2026-01-05T08:00:00Z')
const MINUTE_MS = 60_000
/** Two epochs after the last session that is learned from: it can be judged with all of them. */
const LATER_MIN = 4.5 * 60
const LEARNED_COUNT = 26

type Line = Record<string, unknown> & { occurred_at: string; event_id: string }
/** A session of one agent, by its steps: each an event that differs as it says. */
type Talk = {
  session: string
  agent: string
  tenant?: string
  server: string
  startMin: number
  steps: readonly Record<string, unknown>[]
}

/** The events of a session, five seconds apart, between its start and its end. */
function linesOf({ session, agent, tenant, server, startMin, steps }: Talk): Line[] {
  const all = [{ action: 'session_start' }, ...steps, { action: 'session_end' }]
  return all.map((step, index) => ({
    layer: 'application',
    event_id: `${session}-${index}`,
    occurred_at: new Date(START_MS + startMin * MINUTE_MS + index * 5000).toISOString(),
    collector_id: 'tap',
    tenant_id: tenant ?? 'acme',
    session_id: session,
    agent_id: agent,
    user_id: 'user-1',
    server_id: server,
    ...step,
  }))
}

const asks = (content: string): Record<string, unknown> => ({ action: 'user_request', content })

function call(
  tool: string,
  values: object,
  content: string,
  callId: string,
): Record<string, unknown>[] {
  const shared = { tool_name: tool, call_id: callId }
  return [
    { action: 'tool_call', ...shared, arguments: JSON.stringify(values) },
    { action: 'tool_result', ...shared, content, is_error: false },
  ]
}

const queries = (count: number): Record<string, unknown>[] => [
  asks('Look up the sales figures of the stores.'),
  ...Array.from({ length: count }, (_, index) =>
    call('query_sales', { store: `store ${index + 100}` }, `${index} sales`, `q-${index}`),
  ).flat(),
]

const querying = (session: string, startMin: number, count: number, differs = {}): Talk => ({
  session,
  agent: 'analyst',
  server: 'warehouse',
  startMin,
  steps: queries(count),
  ...differs,
})

const ADDRESS = 'j.doe@partner.example'

/** Notes go to whom the user names, or to whom a ticket names. */
const noting = (session: string, startMin: number, isNamed: boolean): Talk => ({
  session,
  agent: 'clerk',
  server: 'desk',
  startMin,
  steps: [
    asks(
      isNamed
        ? `Read ticket 17 and send a note about the delay to ${ADDRESS}.`
        : 'Read ticket 17 and send a note about the delay.',
    ),
    ...call(
      'read_ticket',
      { number: 17 },
      isNamed ? 'The parcel is late.' : `The parcel is late. Contact: ${ADDRESS}.`,
      'c-1',
    ),
    ...call('send_note', { recipient: ADDRESS, text: 'the delay' }, 'sent', 'c-2'),
  ],
})

const TALKS: readonly Talk[] = [
  ...Array.from({ length: LEARNED_COUNT }, (_, index) =>
    querying(`usual-${index}`, index * 6, 2 + (index % 3)),
  ),
  ...Array.from({ length: LEARNED_COUNT }, (_, index) =>
    noting(`note-${index}`, index * 6 + 1, true),
  ),
  querying('thirty', LATER_MIN, 30),
  querying('five', LATER_MIN + 1, 5),
  querying('new-thirty', LATER_MIN, 30, { agent: 'newcomer' }),
  querying('new-five', LATER_MIN + 1, 5, { agent: 'newcomer' }),
  querying('elsewhere-thirty', LATER_MIN, 30, { tenant: 'other' }),
  querying('elsewhere-fifty', LATER_MIN, 50, { tenant: 'other' }),
  noting('note-named', LATER_MIN, true),
  noting('note-unnamed', LATER_MIN + 1, false),
]

const directory = aDirectory()
let alerts: Alert[] = []
let texts: Awaited<ReturnType<typeof resultFiles>>[] = []

beforeAll(async () => {
  const file = join(directory, 'usual.ndjson')
  const lines = TALKS.flatMap(linesOf)
    .sort((one, other) => (one.occurred_at < other.occurred_at ? -1 : 1))
    .map((line, index) => JSON.stringify({ ...line, collector_seq: index + 1 }))
  writeFileSync(file, `${lines.join('\n')}\n`)
  texts = [await resultFiles(file), await resultFiles(file)]
  const [{ alerts: text } = { alerts: '' }] = texts
  alerts = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Alert)
})
afterAll(() => rmSync(directory, { recursive: true }))

const alertOf = (session: string, rule: string): Alert | undefined =>
  alerts.find((alert) => alert.session_id === session && alert.rule_name === rule)
const namesOf = (session: string): string[] =>
  alerts.filter((alert) => alert.session_id === session).map(({ rule_name }) => rule_name)
const measuresOf = (alert: Alert | undefined): unknown[] =>
  (alert?.measures ?? []).map(({ name, observed, expected, score }) => [
    name,
    observed,
    expected ?? null,
    score ?? null,
  ])

const Z = (0.6745 * (30 - 3)) / 1

test('three queries are usual, thirty were made: the alert says 3, 30 and how unusual', () => {
  const alert = alertOf('thirty', 'session-tool-calls-above-normal')
  expect(measuresOf(alert)).toEqual([
    ['tool_calls', 30, 3, Z],
    ['tool_calls.percentile', 100, null, null],
    ['tool_calls.basis.agent', LEARNED_COUNT, null, null],
  ])
  expect(alert?.summary).toBe(
    '30 tool calls, 3 expected (z 18.21, percentile 100 of 26 sessions, basis agent)',
  )
  expect(alert?.level).toBe('medium')
})

test('and it is told while it happens', () => {
  const alert = alertOf('thirty', 'tool-calls-above-normal')
  expect(measuresOf(alert)[0]).toEqual(['tool_calls', 13, 3, 0.6745 * 10])
})

test('five queries are nothing to speak of', () => {
  expect(namesOf('five')).toEqual([])
})

test('a new agent is compared with those that work through the same server', () => {
  const alert = alertOf('new-thirty', 'session-tool-calls-above-normal')
  expect(measuresOf(alert)).toContainEqual(['tool_calls.basis.peers', LEARNED_COUNT, null, null])
  expect(alert?.summary).toContain('basis peers')
  expect(namesOf('new-five')).toEqual([])
})

test('where nobody is known absolute caps are left', () => {
  expect(namesOf('elsewhere-thirty')).toEqual([])
  const alert = alertOf('elsewhere-fifty', 'tool-calls-above-cap')
  expect(alert?.kind).toBe('rule')
  expect(measuresOf(alert)).toContainEqual(['tool_calls.basis.cap', 0, null, null])
})

test('what the user always named now comes out of a result: which, and from where', () => {
  const alert = alertOf('note-unnamed', 'outward-argument-from-unusual-origin')
  expect(alert?.summary).toMatch(/^recipient of send_note is from tool_result, usually user/)
  expect(alert?.origin_event_ids).toEqual(['note-unnamed-3'])
  expect(namesOf('note-named')).toEqual([])
})

test('the same events, the same bytes', () => {
  expect(texts[1]).toEqual(texts[0])
})

/** Baselines as the first release wrote them: no counts, no peers, no format. */
function olderExport(): string {
  const number = {
    tenant_id: 'acme',
    agent_id: 'analyst',
    measure: 'tool_calls',
    epoch: 1,
    kind: 'number',
    sealed_at: '2026-01-01T02:00:00.000000Z',
    samples_count: 20,
    mean: 3,
    median: 3,
    mad: 0.5,
    quantiles: Array.from({ length: 101 }, () => 3),
    revision: 1,
  }
  return `${JSON.stringify(number)}\n`
}

test('an export of an earlier release still holds', async () => {
  const file = join(directory, 'older.ndjson')
  writeFileSync(file, olderExport())
  const environment = { TOCSIN_BASELINES: file }
  const result = await resultFiles(join(directory, 'usual.ndjson'), { environment })
  expect(result.alerts).toContain('30 tool calls, 3 expected (z 18.21')
  expect(result.alerts).not.toContain('basis peers')
})

test('one of a later release is refused, with its place', async () => {
  const file = join(directory, 'later.ndjson')
  writeFileSync(file, olderExport().replace('"revision":1', '"revision":1,"format_version":3'))
  const environment = { TOCSIN_BASELINES: file }
  await expect(resultFiles(join(directory, 'usual.ndjson'), { environment })).rejects.toThrow(
    /later\.ndjson:1 is a baseline of format 3/,
  )
})
