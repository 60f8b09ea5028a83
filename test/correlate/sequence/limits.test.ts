import { expect, test } from 'vitest'
import { createSequenceEngine } from '../../../services/correlate/sequence/engine.ts'
import type { SequenceEngine } from '../../../services/correlate/sequence/engine.ts'
import { DEFAULT_LIMITS } from '../../../services/correlate/sequence/limits.ts'
import type { SequenceLimits } from '../../../services/correlate/sequence/limits.ts'
import { aMatch, at, correlationOf, SECOND_US } from './a-correlation.ts'

type Counted = Record<string, number>

function counted(
  block: string,
  limits: Partial<SequenceLimits>,
): { engine: SequenceEngine; counts: Counted } {
  const counts: Counted = {}
  const engine = createSequenceEngine(correlationOf(block), limits, (what, correlationId) => {
    const name = `${correlationId} ${what}`
    counts[name] = (counts[name] ?? 0) + 1
  })
  return { engine, counts }
}

const COUNT = 'type: event_count, rules: [a], timespan: 1h, condition: { gte: 2 }'

test('more groups than there is room for: the one quiet longest goes, and is counted', () => {
  const { engine, counts } = counted(COUNT, { groupsMaxCount: 2 })
  for (const [session_id, second] of [
    ['s-2', 2],
    ['s-1', 1],
    ['s-3', 3],
  ] as const) {
    engine.onMatch(aMatch('a', second, { session_id }))
  }
  expect(counts).toEqual({ 'it-holds groups_dropped': 1 })
  expect(engine.groupCount).toBe(2)
  expect(engine.onMatch(aMatch('a', 4, { session_id: 's-2' }))).toHaveLength(1)
  expect(engine.takeChanges().map(({ key, body }) => [key, body === undefined])).toContainEqual([
    'q/it-holds/acme/s-1',
    true,
  ])
})

test('more matches in all than there is room for', () => {
  const { engine, counts } = counted(COUNT, { matchesMaxCount: 3 })
  for (let second = 0; second < 6; second += 1) {
    engine.onMatch(aMatch('a', second, { session_id: `s-${second}` }))
  }
  expect(counts).toEqual({ 'it-holds groups_dropped': 3 })
  expect(engine.groupCount).toBe(3)
})

test('the watermark ends groups before any limit does', () => {
  const { engine, counts } = counted(COUNT, { groupsMaxCount: 2, horizonUs: 0 })
  for (let hour = 0; hour < 10; hour += 1) {
    engine.onWatermark(at(3_600 * hour))
    engine.onMatch(aMatch('a', 3_600 * hour, { session_id: `s-${hour}` }))
    expect(engine.groupCount).toBe(1)
  }
  expect(counts).toEqual({})
})

test('more matches than there is room for: the oldest goes, and the firing says so', () => {
  const { engine, counts } = counted(
    'type: value_sum, rules: [a], timespan: 1h, condition: { gt: 30, field: n }',
    { matchesPerGroupMaxCount: 3 },
  )
  const matches = [10, 10, 10, 10, 15].map((n, index) =>
    aMatch('a', index, { group_by: { n: `${n}` } }),
  )
  const firings = matches.flatMap((match) => engine.onMatch(match))
  expect(firings).toMatchObject([{ value: 35, droppedCount: 2 }])
  expect(counts).toEqual({ 'it-holds matches_dropped': 2 })
})

test.for([
  {
    why: 'the one that came first of many of another rule',
    block: 'type: temporal, rules: [a, b, c], timespan: 1h',
  },
  {
    why: 'the first of a run after many of the next',
    block: 'type: temporal_ordered, rules: [a, b, c], timespan: 1h',
  },
  {
    why: 'a rare value among many of another',
    block: 'type: value_count, rules: [a, b, c], timespan: 1h, condition: { gte: 3, field: n }',
  },
])('what a window still needs outlives a flood: $why', ({ block }) => {
  const { engine, counts } = counted(block, { matchesPerGroupMaxCount: 64, horizonUs: 0 })
  engine.onMatch(aMatch('a', 0, { group_by: { n: 'a' } }))
  for (let second = 1; second < 1_000; second += 1) {
    engine.onWatermark(at(second))
    engine.onMatch(aMatch('b', second, { group_by: { n: 'b' } }))
  }
  expect(counts).toEqual({})
  expect(engine.onMatch(aMatch('c', 1_000, { group_by: { n: 'c' } }))).toHaveLength(1)
  const [change] = engine.takeChanges()
  expect(JSON.stringify(change?.body).length).toBeLessThan(64 * 100)
})

test('a group keeps as many matches as its condition counts', () => {
  const { engine, counts } = counted(
    'type: event_count, rules: [a], timespan: 1h, condition: { gte: 100 }',
    { matchesPerGroupMaxCount: 10 },
  )
  const firings = Array.from({ length: 100 }, (_, second) => engine.onMatch(aMatch('a', second)))
  expect(firings.flat()).toMatchObject([{ value: 100, droppedCount: 0 }])
  expect(firings.flat()[0]?.eventIds).toHaveLength(DEFAULT_LIMITS.eventIdsMaxCount)
  expect(counts).toEqual({})
})

test('more firings told than there is room for', () => {
  const { engine, counts } = counted(COUNT.replace('gte: 2', 'gte: 1'), {
    claimsPerGroupMaxCount: 5,
  })
  for (let hour = 0; hour < 10; hour += 1) engine.onMatch(aMatch('a', 3_600 * hour))
  expect(counts['it-holds claims_dropped']).toBeGreaterThan(0)
  const bodies = engine.takeChanges().map(({ body }) => body as { claims: unknown[] })
  expect(bodies.map(({ claims }) => claims.length <= 6)).toEqual([true])
})

test('what cannot be looked at again at once waits for the watermark, and is counted', () => {
  const block = 'type: temporal_ordered, rules: [a, b], timespan: 1h'
  const { engine, counts } = counted(block, { rescanMaxCount: 10, horizonUs: 0 })
  for (let second = 10; second < 30; second += 1) engine.onMatch(aMatch('b', second))
  expect(engine.onMatch(aMatch('a', 5))).toEqual([])
  expect(counts).toEqual({ 'it-holds rescans_put_off': 1 })
  expect(engine.onWatermark(Infinity)).toMatchObject([{ eventIds: ['a-5', 'b-10'] }])
})

test.for([
  { why: 'a repeated match', match: aMatch('a', 1), what: 'repeated' },
  { why: 'no group-by field', match: aMatch('a', 2, { user_id: null }), what: 'ungrouped' },
  { why: 'no value', match: aMatch('a', 2, { user_id: 'u', group_by: {} }), what: 'without_value' },
  { why: 'beyond the horizon', match: aMatch('a', -6, { user_id: 'u' }), what: 'too_late' },
])('$why is counted', ({ match, what }) => {
  const { engine, counts } = counted(
    'group-by: user_id, type: value_sum, rules: [a], timespan: 1h, condition: { gt: 9, field: n }',
    { horizonUs: 5 * SECOND_US },
  )
  engine.onMatch(aMatch('a', 1, { user_id: 'u', group_by: { n: '1' } }))
  engine.onWatermark(at(0))
  const isFull = what === 'repeated' || what === 'too_late'
  engine.onMatch(isFull ? { ...match, user_id: 'u', group_by: { n: '1' } } : match)
  expect(counts).toEqual({ [`it-holds ${what}`]: 1 })
})

test('state of another version is dropped, not read', () => {
  const { engine } = counted(COUNT, {})
  engine.onMatch(aMatch('a', 1))
  const [change] = engine.takeChanges()
  const other = counted(COUNT.replace('1h', '2h'), {}).engine
  other.restore(change?.key ?? '', change?.body)
  expect(other.groupCount).toBe(0)
  expect(other.takeChanges()).toEqual([{ key: change?.key, body: undefined }])
})
