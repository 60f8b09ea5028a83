import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Activity, Alert } from '#domain/records/index.ts'
import { SeriesWatch } from '../../../services/correlate/series/series-watch.ts'
import { randomOf } from '../../simulation/toy-stages.ts'
import { binActivity, binStartUs, traffic } from './an-activity.ts'

const MEBIBYTE = 1_048_576
const WARM_COUNT = 60

const watched = (activities: readonly Activity[], watch = new SeriesWatch('pack-1')): Alert[] => {
  for (const activity of activities) watch.onActivity(activity)
  return watch.onWatermark(Infinity)
}

/** A session of its own in each five minutes, each sending about as much. */
const quietTraffic = (count: number): Activity[] =>
  Array.from({ length: count }, (_, bin) =>
    traffic(bin, MEBIBYTE + (bin % 7) * 1_000, { session_id: `s-${bin}` }),
  )

test('a spike says who, how much, where to, and what is usual then', () => {
  const spike = traffic(WARM_COUNT, 48 * MEBIBYTE, { session_id: 's-x' })
  const alerts = watched([...quietTraffic(WARM_COUNT), spike])
  expect(alerts.map(({ rule_name, session_id }) => [rule_name, session_id])).toEqual([
    ['bytes-out-spike', 's-x'],
  ])
  const [alert] = alerts
  expect(alert).toMatchObject({ kind: 'statistic', level: 'medium', claims: ['anomaly'] })
  const [did, usual] = alert?.summary.split('; ') ?? []
  expect(did).toBe('Agent assistant sent 48.0 MiB in five minutes to files.test')
  expect(usual).toMatch(/^on Mondays at 13h UTC it is 1\.0 MiB \(z \d+(?:\.\d)?\)$/)
  expect(alert?.entities).toEqual(['agent:assistant', 'server:mail', 'destination:files.test'])
  expect(alert?.event_ids).toEqual([`event-${WARM_COUNT}`])
  const [measure] = alert?.measures ?? []
  expect(measure?.observed).toBe(48 * MEBIBYTE)
  expect(measure?.expected).toBeGreaterThan(0.9 * MEBIBYTE)
  expect(measure?.expected).toBeLessThan(1.1 * MEBIBYTE)
  expect(alert?.occurred_at).toBe(binStartUs(WARM_COUNT) + 1)
  expect(alert?.detected_at).toBe(binStartUs(WARM_COUNT + 1))
})

test.for([
  { why: 'one value short of warm', count: 49, alertsCount: 0 },
  { why: 'warm', count: 50, alertsCount: 1 },
])('a series $why gives $alertsCount alerts', ({ count, alertsCount }) => {
  expect(watched([...quietTraffic(count), traffic(count, 48 * MEBIBYTE)]).length).toBe(alertsCount)
})

test('a spike that goes on is told once, one that grows again', () => {
  const spikes = [48, 47, 90].map((size, i) => traffic(WARM_COUNT + i, size * MEBIBYTE))
  const alerts = watched([...quietTraffic(WARM_COUNT), ...spikes])
  expect(alerts.map(({ facts }) => facts.bytes_out / MEBIBYTE)).toEqual([48, 90])
})

test('who is known by the server alone has the address of the server', () => {
  const address = { session_id: 'server:mail', agent_id: null }
  const quiet = quietTraffic(WARM_COUNT).map((one) => ({ ...one, ...address }))
  const alerts = watched([...quiet, traffic(WARM_COUNT, 48 * MEBIBYTE, address)])
  expect(alerts.map(({ session_id, agent_id }) => [session_id, agent_id])).toEqual([
    ['server:mail', null],
  ])
  expect(alerts[0]?.summary).toMatch(/^Server mail sent 48\.0 MiB/)
})

test('calls of many sessions that are few each are the server’s spike', () => {
  const call = (bin: number, agent: number): Activity =>
    binActivity(bin, { session_id: `s-${bin}-${agent}`, agent_id: `a-${agent}`, bin_calls: 1 })
  const quiet = Array.from({ length: WARM_COUNT }, (_, bin) => call(bin, bin % 50))
  const crowd = Array.from({ length: 40 }, (_, agent) => call(WARM_COUNT, agent))
  const alerts = watched([...quiet, ...crowd])
  expect(alerts.map(({ rule_name, session_id }) => [rule_name, session_id])).toEqual([
    ['calls-spike', 'server:mail'],
  ])
  expect(alerts[0]?.summary).toMatch(/^Server mail made 40 calls in five minutes; on Mondays/)
})

test('text of others stays short and printable', () => {
  const destination = `${'x'.repeat(300)}\u001b[2J`
  const agent_id = 'a\u202e'.repeat(100)
  const to = (bin: number, bytes: number): Activity =>
    traffic(bin, bytes, {
      agent_id,
      bin_destinations: [{ destination, flows: 1, bytes_out: bytes, bytes_in: bytes }],
    })
  const quiet = Array.from({ length: WARM_COUNT }, (_, bin) => to(bin, MEBIBYTE))
  const [alert] = watched([...quiet, to(WARM_COUNT, 48 * MEBIBYTE)])
  expect(alert?.summary).toMatch(/^[\x20-\x7e]{1,200}$/)
  expect(Math.max(...(alert?.entities ?? []).map(({ length }) => length))).toBeLessThanOrEqual(200)
})

/** Two hundred bins of a few agents and servers, with some spikes; each told in two records. */
function randomActivities(seed: number): Activity[] {
  const random = randomOf(seed)
  return Array.from({ length: 200 }, (_, bin) => bin).flatMap((bin) =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, (_unused, index) => {
      const size = random() < 0.02 ? 40 : 1
      const about = { session_id: `s-${bin}-${index}`, agent_id: `a-${Math.floor(random() * 2)}` }
      const calls = Math.floor(size * (1 + random() * 3))
      const bytes = Math.floor(size * MEBIBYTE * (1 + random()))
      return [
        binActivity(bin, { ...about, bin_events: 1, bin_calls: 1 }),
        binActivity(bin, { ...about, bin_events: 2, bin_calls: calls }),
        traffic(bin, Math.floor(bytes / 2), { ...about, bin_events: 1 }),
        traffic(bin, bytes, { ...about, bin_events: 2 }),
      ]
    }).flat(),
  )
}

type Schedule = { seed: number; restartShare: number; repeatShare: number; seriesMaxCount: number }

/**
 * Gives the activities in random order, no later than their bin's end, with watermarks at random
 * and restarts from what was kept; what was taken after that is given again.
 */
function runSchedule(activities: readonly Activity[], schedule: Schedule): string[] {
  const { seed, restartShare, repeatShare, seriesMaxCount } = schedule
  const random = randomOf(seed)
  let watch = new SeriesWatch('pack-1', seriesMaxCount)
  const kept = new Map<string, string>()
  const alerts = new Map<string, string>()
  const lead = Math.floor(random() * 20)
  const due = activities
    .map((activity) => ({ activity, bin: binOf(activity) - random() * lead }))
    .sort((one, other) => one.bin - other.bin)
  let sinceKept: ((one: SeriesWatch) => Alert[])[] = []
  const run = (step: (one: SeriesWatch) => Alert[]): void => {
    for (const alert of step(watch)) alerts.set(alert.alert_id, JSON.stringify(alert))
    sinceKept.push(step)
  }
  for (const { activity, bin } of due) {
    if (random() < 0.3) run((one) => one.onWatermark(binStartUs(Math.floor(bin)) + 2_000_000))
    run((one) => (one.onActivity(activity), []))
    if (random() < repeatShare) run((one) => (one.onActivity(activity), []))
    if (random() < 0.1) {
      for (const { key, body } of watch.takeChanges()) {
        if (body === undefined) kept.delete(key)
        else kept.set(key, JSON.stringify(body))
      }
      sinceKept = []
    }
    if (random() >= restartShare) continue
    watch = new SeriesWatch('pack-1', seriesMaxCount)
    const keys = [...kept.keys()].sort(() => random() - 0.5)
    for (const key of keys) watch.restore(key, JSON.parse(kept.get(key)!))
    const again = sinceKept
    sinceKept = []
    for (const step of again) run(step)
  }
  run((one) => one.onWatermark(Infinity))
  return [...alerts.values()].sort()
}

const binOf = ({ bin_at }: Activity): number => ((bin_at ?? 0) - binStartUs(0)) / (5 * 60_000_000)

const SCHEDULES_COUNT = process.env['TOCSIN_SOAK'] === undefined ? 12 : 200

test.for([
  { why: 'room for all series', seriesMaxCount: 2_000 },
  { why: 'series that have to make room', seriesMaxCount: 2 },
])('any order, batches, repetitions and restarts give the same alerts: $why', (limits) => {
  const activities = randomActivities(7)
  const plain = { seed: 1, restartShare: 0, repeatShare: 0, ...limits }
  const reference = runSchedule(activities, plain)
  expect(reference.length).toBeGreaterThan(limits.seriesMaxCount === 2 ? 0 : 4)
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 2 ** 31 }), (seed) => {
      const schedule = { seed, restartShare: 0.02, repeatShare: 0.2, ...limits }
      expect(runSchedule(activities, schedule)).toEqual(reference)
    }),
    { numRuns: SCHEDULES_COUNT },
  )
})

test('beyond the limit the series that was silent longest makes room, counted', () => {
  const watch = new SeriesWatch('pack-1', 2)
  const calls = ['a-1', 'a-2', 'a-1', 'a-3'].map((agent_id, bin) =>
    binActivity(bin, { agent_id, bin_calls: 1 }),
  )
  watched(calls, watch)
  expect(watch.counts.evicted).toBe(1)
  const keys = watch.takeChanges().filter(({ body }) => body !== undefined)
  const agents = keys.map(({ key }) => key).filter((key) => key.includes('/agent/'))
  expect(agents).toEqual(['r/acme/agent/calls/a-1', 'r/acme/agent/calls/a-3'])
})

/** A watch put back from what another keeps, the last key first. */
const putBack = (watch: SeriesWatch, seriesMaxCount: number): SeriesWatch => {
  const back = new SeriesWatch('pack-1', seriesMaxCount)
  for (const { key, body } of watch.takeChanges().toReversed()) {
    if (body !== undefined) back.restore(key, JSON.parse(JSON.stringify(body)))
  }
  return back
}

test('put back, the series that was silent longest still makes room', () => {
  const watch = new SeriesWatch('pack-1', 3)
  const agents = ['a-1', 'a-3', 'a-2'].map((agent_id, bin) => ({ bin, agent_id, bin_calls: 1 }))
  watched(
    agents.map(({ bin, ...about }) => binActivity(bin, about)),
    watch,
  )
  const back = putBack(watch, 3)
  watched([binActivity(9, { agent_id: 'a-4', bin_calls: 1 })], back)
  const gone = back.takeChanges().filter(({ key, body }) => key.startsWith('r/') && !body)
  expect(gone.map(({ key }) => key)).toEqual(['r/acme/agent/calls/a-1'])
})

test('put back, a bin that was over is over', () => {
  const watch = new SeriesWatch('pack-1')
  watched([binActivity(5)], watch)
  const back = putBack(watch, 9)
  back.onActivity(binActivity(5))
  expect(back.counts.late).toBe(1)
  expect(watched([binActivity(6)], back)).toEqual([])
})
