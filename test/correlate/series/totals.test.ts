import { expect, test } from 'vitest'

import type { Activity } from '#domain/records/index.ts'
import { OpenBins } from '../../../services/correlate/series/open-bins.ts'
import { totalsOf, type Total } from '../../../services/correlate/series/totals.ts'
import { binActivity, binStartUs, traffic } from './an-activity.ts'

const totals = (activities: readonly Activity[]): Map<string, Total> => {
  const bins = new OpenBins()
  for (const activity of activities) bins.add(activity)
  const [closed] = bins.takeClosed(Infinity)
  return new Map(closed === undefined ? [] : totalsOf(closed).map((total) => [total.key, total]))
}

test('an agent, a server, a destination and a route have totals over sessions and layers', () => {
  const found = totals([
    binActivity(0, { session_id: 's-1', bin_calls: 3 }),
    binActivity(0, { session_id: 's-2', agent_id: 'other', bin_calls: 4 }),
    binActivity(0, { session_id: 's-1', layer: 'data', bin_rows: 50 }),
    traffic(0, 10, { session_id: 's-1' }),
    traffic(0, 20, { session_id: 's-3', server_id: 'files' }),
  ])
  expect([...found].map(([key, { value, session }]) => [key, value, session.id])).toEqual([
    ['acme/agent/bytes_out/assistant', 30, 's-3'],
    ['acme/agent/calls/assistant', 3, 's-1'],
    ['acme/agent/calls/other', 4, 's-2'],
    ['acme/agent/destinations/assistant', 1, 's-1'],
    ['acme/agent/rows/assistant', 50, 's-1'],
    ['acme/destination/bytes_out/files.test', 30, 's-3'],
    ['acme/destination/calls/files.test', 2, 's-1'],
    ['acme/route/bytes_out/assistant/files.test', 30, 's-3'],
    ['acme/server/bytes_out/files', 20, 's-3'],
    ['acme/server/bytes_out/mail', 10, 's-1'],
    ['acme/server/calls/mail', 7, 's-2'],
    ['acme/server/destinations/files', 1, 's-3'],
    ['acme/server/destinations/mail', 1, 's-1'],
    ['acme/server/rows/mail', 50, 's-1'],
  ])
})

test('of equal shares the first session by id is named', () => {
  const found = totals(
    ['s-2', 's-1'].map((session_id) => binActivity(0, { session_id, bin_calls: 1 })),
  )
  expect(found.get('acme/agent/calls/assistant')?.session.id).toBe('s-1')
})

test('a destination reached by several counts once', () => {
  const found = totals([traffic(0, 1, { session_id: 's-1' }), traffic(0, 1, { session_id: 's-2' })])
  expect(found.get('acme/agent/destinations/assistant')?.value).toBe(1)
})

test('an address without an agent has routes of its own', () => {
  const found = totals([traffic(0, 9, { agent_id: null, session_id: 'server:mail' })])
  expect(found.get('acme/route/bytes_out/server:mail/files.test')?.value).toBe(9)
  expect([...found.keys()].some((key) => key.startsWith('acme/agent/'))).toBe(false)
})

test('tenants and buckets of an address are kept apart', () => {
  const found = totals([
    binActivity(0, { bin_calls: 1 }),
    binActivity(0, { tenant_id: 'other', bin_calls: 1 }),
    binActivity(0, { session_id: 'server:mail', bucket: 1, bin_calls: 1 }),
    binActivity(0, { session_id: 'server:mail', bucket: 2, bin_calls: 1 }),
  ])
  expect(found.get('acme/server/calls/mail')?.value).toBe(3)
  expect(found.get('other/server/calls/mail')?.value).toBe(1)
})

test.for([
  { why: 'more events count', events: [1, 3], calls: 3 },
  { why: 'fewer are an older record', events: [3, 1], calls: 3 },
  { why: 'the same again changes nothing', events: [2, 2], calls: 2 },
])('two records of one contribution: $why', ({ events, calls }) => {
  const found = totals(
    events.map((bin_events) => binActivity(0, { bin_events, bin_calls: bin_events })),
  )
  expect(found.get('acme/agent/calls/assistant')?.value).toBe(calls)
})

test.for([
  { why: 'two seconds past its end it is over', sinceEndUs: 2_000_000, closedCount: 1 },
  { why: 'a microsecond before that it is open', sinceEndUs: 1_999_999, closedCount: 0 },
])('a bin: $why', ({ sinceEndUs, closedCount }) => {
  const bins = new OpenBins()
  bins.add(binActivity(0))
  expect(bins.takeClosed(binStartUs(1) + sinceEndUs).length).toBe(closedCount)
})

test('what comes for a bin that is over is counted late; for an open one it is not', () => {
  const bins = new OpenBins()
  bins.add(binActivity(1))
  bins.takeClosed(Infinity)
  bins.add(binActivity(1))
  bins.add(binActivity(0))
  expect(bins.counts).toEqual({ late: 2, dropped: 0 })
  bins.add(binActivity(2))
  expect(bins.counts.late).toBe(2)
})
