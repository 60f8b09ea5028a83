import { expect, test } from 'vitest'

import type { FinishedSession } from '#domain/records/index.ts'
import { SECOND_US } from '#domain/time.ts'
import { START_US } from '../support/records.ts'
import { anObserveCore, application, data, inputOf, network, type LayerEvent } from './events.ts'

const GAP_S = 60
const at = (seconds: number): { occurred_at: number; collected_at: number } => {
  const timeUs = START_US + seconds * SECOND_US
  return { occurred_at: timeUs, collected_at: timeUs }
}

/** The sessions that are summed up when the watermark has come to each of these seconds. */
function summed(events: readonly LayerEvent[], ...seconds: number[]): FinishedSession[][] {
  const core = anObserveCore({ inactivityGapUs: GAP_S * SECOND_US })
  for (const event of events) core.onRecord(inputOf(event), () => undefined)
  return seconds.map((second) => {
    const found: FinishedSession[] = []
    core.onWatermark(START_US + second * SECOND_US, (output) => {
      if (output.schema === 'sessions.v1') found.push(output.value)
    })
    return found
  })
}

const end = (seconds: number): LayerEvent => application({ action: 'session_end', ...at(seconds) })

test.for([
  { why: 'its word', events: [application(at(0)), end(10)], ends: 10, basis: 'explicit' },
  { why: 'silence', events: [application(at(0)), data(at(5))], ends: 65, basis: 'inactivity' },
])('a session ends by $why, once the watermark is past that', ({ events, ends, basis }) => {
  const [before, after, again] = summed(events, ends, ends + 0.000001, Infinity)
  expect(before).toEqual([])
  expect(after).toMatchObject([
    { ended_at: at(ends).occurred_at, end_basis: basis, events: 2, part: 0 },
  ])
  expect(again).toEqual([])
})

test('what comes after its word does not count, whenever it is read', () => {
  const events = [data(at(11)), application(at(0)), end(10), application(at(12)), data(at(500))]
  expect(summed(events, Infinity)).toMatchObject([[{ events: 2, measures: { rows_read: 0 } }]])
})

test('at the same moment layers count in their order', () => {
  const events = [data(at(10)), network(at(10)), application(at(0)), end(10)]
  expect(summed(events, Infinity)).toMatchObject([[{ events: 2 }]])
})

test('a session that wakes up is another part', () => {
  const found = summed([application(at(0)), application(at(61)), application(at(121))], Infinity)
  expect(found[0]).toMatchObject([
    { part: 0, events: 1, started_at: at(0).occurred_at, ended_at: at(60).occurred_at },
    { part: 1, events: 2, started_at: at(61).occurred_at, ended_at: at(181).occurred_at },
  ])
})

test('the gap itself is still the same session', () => {
  expect(summed([application(at(0)), application(at(60))], Infinity)).toMatchObject([
    [{ events: 2 }],
  ])
})

test('an end by itself is no session', () => {
  expect(summed([end(0)], Infinity)).toEqual([[]])
})

test.for([
  {
    why: 'late events',
    events: [application(at(0)), application({ late: true, ...at(1) })],
    events_count: [1],
  },
  { why: 'no agent', events: [application({ agent_id: null, ...at(0) })], events_count: [] },
  {
    why: 'addresses',
    events: [network({ session_id: 'server:mail', ...at(0) })],
    events_count: [],
  },
])('not summed up: $why', ({ events, events_count }) => {
  expect(
    summed(events, Infinity)
      .flat()
      .map((one) => one.events),
  ).toEqual(events_count)
})

test('the agent is whoever is named first', () => {
  const events = [
    data({ agent_id: null, ...at(0) }),
    application({ agent_id: 'second', ...at(2) }),
    application({ agent_id: 'first', user_id: 'ann', ...at(1) }),
  ]
  expect(summed(events, Infinity)).toMatchObject([[{ agent_id: 'first' }]])
})

test('sums, peaks and names', () => {
  const events = [
    application({ tool_name: 'b', ...at(0) }),
    application({ tool_name: 'a', is_error: true, ...at(1) }),
    data({ rows: 5, object_names: ['t'], ...at(2) }),
    data({ rows: 3, object_names: ['s'], ...at(3) }),
    network({ bytes_out: 7, destination_host: 'x.example', ...at(4) }),
  ]
  const [[session] = []] = summed(events, Infinity)
  expect(session?.measures).toMatchObject({
    tool_calls: 2,
    errors: 1,
    distinct_tools: 2,
    rows_read: 8,
    rows: 5,
    bytes_out: 7,
    completions: 0,
  })
  expect(session?.sets).toMatchObject({
    tool_name: ['a', 'b'],
    object: ['s', 't'],
    destination: ['x.example'],
  })
  expect(session?.server_ids).toEqual(['mail'])
})

test('sessions come in the order they ended, then by tenant and name', () => {
  const start = (tenant_id: string, session_id: string, seconds: number): LayerEvent =>
    application({ tenant_id, session_id, ...at(seconds) })
  const events = [
    start('b', 's-1', 0),
    start('a', 's-2', 0),
    start('a', 's-1', 0),
    start('a', 's-0', 5),
  ]
  const [found = []] = summed(events, Infinity)
  expect(found.map((one) => `${one.tenant_id}/${one.session_id}`)).toEqual([
    'a/s-1',
    'a/s-2',
    'b/s-1',
    'a/s-0',
  ])
})

test('more events than are held back until the watermark still count once each', () => {
  const events = Array.from({ length: 2_000 }, (_, index) => application(at(index / 1_000)))
  const [early, all] = summed([...events, end(3)], 3, Infinity)
  expect(early).toEqual([])
  expect(all).toMatchObject([
    { events: 2_001, measures: { tool_calls: 2_000 }, end_basis: 'explicit' },
  ])
})
