import { createHash } from 'node:crypto'

import { expect, test } from 'vitest'

import type { Activity } from '#domain/records/index.ts'
import { SECOND_US } from '#domain/time.ts'
import { START_US } from '../support/records.ts'
import {
  anObserveCore,
  application,
  data,
  inputOf,
  model,
  network,
  type LayerEvent,
} from './events.ts'

const at = (seconds: number): { occurred_at: number; collected_at: number } => {
  const timeUs = START_US + seconds * SECOND_US
  return { occurred_at: timeUs, collected_at: timeUs }
}

const activitiesOf = (events: LayerEvent[], watermarkUs?: number): Activity[] => {
  const core = anObserveCore()
  const found: Activity[] = []
  const take = (output: { schema: string; value: unknown }): void => {
    if (output.schema === 'activity.v1') found.push(output.value as Activity)
  }
  for (const event of events) core.onRecord(inputOf(event), take)
  if (watermarkUs !== undefined) core.onWatermark(watermarkUs, take)
  return found
}

test.for([
  { why: 'the first at once', seconds: [0], counts: [1] },
  { why: 'the second with the watermark', seconds: [0, 0.5], counts: [1] },
  { why: 'a full second later at once', seconds: [0, 1], counts: [1, 2] },
  { why: 'what lay between first', seconds: [0, 0.5, 1.2], counts: [1, 2] },
  {
    why: 'a hundred of them in a second',
    seconds: Array.from({ length: 100 }, (_, i) => i / 100),
    counts: [1],
  },
])('activity, one report a second: $why', ({ seconds, counts }) => {
  const found = activitiesOf(seconds.map((second) => application(at(second))))
  expect(found.map((one) => one.permitted_count)).toEqual(counts)
})

test.for([
  { why: 'the second is not over', seconds: 1, counts: [1] },
  { why: 'the second is over', seconds: 1.000001, counts: [1, 2] },
])('activity with the watermark: $why', ({ seconds, counts }) => {
  const events = [application(at(0)), application(at(0.5))]
  const found = activitiesOf(events, at(seconds).occurred_at)
  expect(found.map((one) => one.permitted_count)).toEqual(counts)
})

test('activity tells calls, refusals, flows and queries apart, by layer', () => {
  const found = activitiesOf([
    application({ decision: 'denied' }),
    data(),
    network({ action: 'blocked' }),
    model(),
    application({ server_id: null }),
  ])
  expect(found.map((one) => [one.layer, one.permitted_count, one.refused_count])).toEqual([
    ['application', 0, 1],
    ['data', 0, 0],
    ['network', 0, 1],
  ])
  expect(found.map((one) => [one.query_count, one.flow_count])).toEqual([
    [0, 0],
    [1, 0],
    [0, 1],
  ])
})

test('an acknowledged restriction and the first call under it are reported at once', () => {
  const found = activitiesOf([
    application(at(0)),
    application({
      action: 'permission_decision',
      decision: 'restriction_in_force',
      extra: { enforcement_id: '"e-1"' },
      ...at(0.1),
    }),
    application(at(0.2)),
    application(at(0.3)),
  ])
  expect(found.map((one) => [one.enforcement_ids, one.permitted_count])).toEqual([
    [[], 1],
    [['e-1'], 1],
    [['e-1'], 2],
  ])
})

const MINUTE = 60

const binsOf = (found: readonly Activity[]) =>
  found.map(({ bin_at, bin_events, bin_calls }) => [
    ((bin_at ?? 0) - START_US) / SECOND_US / MINUTE,
    bin_events,
    bin_calls,
  ])

test.for([
  {
    why: 'within five minutes they add up',
    seconds: [0, 299],
    bins: [
      [0, 1, 1],
      [0, 2, 2],
    ],
  },
  {
    why: 'the sixth minute begins anew',
    seconds: [0, 300],
    bins: [
      [0, 1, 1],
      [5, 1, 1],
    ],
  },
  {
    why: 'what is not reported yet goes when new ones begin',
    seconds: [299.2, 299.5, 300],
    bins: [
      [0, 1, 1],
      [0, 2, 2],
    ],
  },
  {
    why: 'out of order counts in its own five minutes, at once',
    seconds: [299, 301, 298],
    bins: [
      [0, 1, 1],
      [5, 1, 1],
      [0, 2, 2],
    ],
  },
  {
    why: 'out of order before anything older',
    seconds: [301, 298, 297],
    bins: [
      [5, 1, 1],
      [0, 1, 1],
      [0, 2, 2],
    ],
  },
])('activity by five minutes: $why', ({ seconds, bins }) => {
  expect(binsOf(activitiesOf(seconds.map((second) => application(at(second)))))).toEqual(bins)
})

test('the five minutes of an event out of order do not hide what is not reported yet', () => {
  const events = [301, 301.5, 298].map((second) => application(at(second)))
  expect(binsOf(activitiesOf(events, Infinity))).toEqual([
    [5, 1, 1],
    [0, 1, 1],
    [5, 2, 2],
  ])
})

test('rows read, bytes and where they went, within five minutes', () => {
  const to = (destination_host: string, bytes_out: number, second: number) =>
    network({ destination_host, bytes_out, bytes_in: 1, ...at(second) })
  const [rows] = activitiesOf([data({ action: 'select', rows: 7 })])
  const [written] = activitiesOf([data({ action: 'update', rows: 7 })])
  const traffic = activitiesOf([to('b.test', 5, 0), to('a.test', 6, 2), to('b.test', 7, 4)]).at(-1)
  expect([rows?.bin_rows, written?.bin_rows]).toEqual([7, 0])
  expect([traffic?.bin_bytes_out, traffic?.bin_bytes_in]).toEqual([18, 3])
  expect(traffic?.bin_destinations).toEqual([
    { destination: 'b.test', flows: 2, bytes_out: 12, bytes_in: 2 },
    { destination: 'a.test', flows: 1, bytes_out: 6, bytes_in: 1 },
  ])
})

test.for([
  { why: 'sixteen have room', count: 16, dropped: 0 },
  { why: 'the seventeenth does not', count: 17, dropped: 1 },
])('destinations within five minutes: $why', ({ count, dropped }) => {
  const found = activitiesOf(
    Array.from({ length: count }, (_, i) => network({ destination_host: `h${i}`, ...at(2 * i) })),
  ).at(-1)
  expect(found?.bin_destinations.length).toBe(16)
  expect(found?.bin_destinations_dropped).toBe(dropped)
})

test.for([
  { why: 'a session has none', key: 'acme/s-1', bucket: 0 },
  { why: 'an address is spread over sixteen', key: 'acme/server:mail/7', bucket: 7 },
])('the bucket of activity: $why', ({ key, bucket }) => {
  const buckets: number[] = []
  anObserveCore().onRecord({ ...inputOf(application()), key }, (output) => {
    if (output.schema === 'activity.v1') buckets.push(output.value.bucket)
  })
  expect(buckets).toEqual([bucket])
})

test('activity tells what was permitted since the record before, each kind once', () => {
  const call = (seconds: number, differs: object = {}) =>
    application({ ...at(seconds), tool_name: 'send_mail', token_id: 't-1', ...differs })
  const found = activitiesOf(
    [
      call(0),
      call(0.2),
      call(0.4, { tool_definition_hash: 'd-1' }),
      call(0.5, { tool_name: 'read_inbox', extra: { roles: '["clerk"]' } }),
      call(0.6, { decision: 'refused' }),
    ],
    at(2).occurred_at,
  )
  const kinds = found.map(({ permitted }) =>
    permitted.map((one) => [one.tool_name, one.tool_definition_hash, one.changes, one.last_at]),
  )
  expect(kinds).toEqual([
    [['send_mail', null, true, at(0).occurred_at]],
    [
      ['send_mail', null, true, at(0.2).occurred_at],
      ['send_mail', 'd-1', true, at(0.4).occurred_at],
      ['read_inbox', null, false, at(0.5).occurred_at],
    ],
  ])
  expect(found.map(({ roles }) => roles)).toEqual([[], ['clerk']])
  expect(found[0]?.permitted[0]?.token_id).toBe('t-1')
})

test('activity counts permitted calls of more kinds than it names', () => {
  const calls = Array.from({ length: 20 }, (_, index) =>
    application({ ...at(index / 100), tool_name: `tool_${index}` }),
  )
  const [, second] = activitiesOf(calls, at(2).occurred_at)
  expect(second?.permitted).toHaveLength(16)
  expect(second?.permitted_dropped).toBe(3)
})

test.for([
  { why: 'whole', differs: {}, told: 1 },
  { why: 'cut on its way', differs: { content_truncated: true }, told: 0 },
  { why: 'empty', differs: { content: '' }, told: 0 },
])('activity names a text that came in by its hash where it is $why', ({ differs, told }) => {
  const event = application({ ...at(0), action: 'tool_result', content: 'a note', ...differs })
  const sha256 = createHash('sha256').update('a note').digest('hex')
  expect(activitiesOf([event])[0]?.content_hashes).toEqual(told === 1 ? [sha256] : [])
})
