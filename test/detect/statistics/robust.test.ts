import { quantileRankSorted, quantileSorted } from 'simple-statistics'
import { expect, test } from 'vitest'
import {
  NEVER_SEEN_DAYS,
  expectedOf,
  noveltyDays,
  percentileOf,
  robustZ,
} from '../../../services/detect/statistics/robust.ts'
import { aBaseline } from '../a-rule.ts'

const DAY_US = 86_400_000_000

test.for([
  { why: 'the median itself', differs: {}, observed: 10, z: 0 },
  { why: 'one MAD above', differs: {}, observed: 12, z: 0.6745 },
  { why: 'one MAD below', differs: {}, observed: 8, z: -0.6745 },
  { why: 'a MAD of nothing counts as one', differs: { mad: 0 }, observed: 11, z: 0.6745 },
  { why: 'a MAD of half counts as one', differs: { mad: 0.5 }, observed: 11, z: 0.6745 },
  { why: 'five percent of a large median', differs: { median: 1000 }, observed: 1050, z: 0.6745 },
  {
    why: 'a share has a finer floor',
    differs: { measure: 'x_share', median: 0, mad: 0 },
    observed: 0.05,
    z: 0.6745,
  },
  { why: 'nineteen sessions are too few', differs: { samples_count: 19 }, observed: 99, z: null },
  { why: 'no median', differs: { median: null }, observed: 99, z: null },
])('robust z: $why', ({ differs, observed, z }) => {
  const found = robustZ(aBaseline(differs), observed)
  expect(found === null ? null : Number(found.toFixed(10))).toBe(z)
})

const TENS = Array.from({ length: 101 }, (_, percent) => percent * 10)
const FLAT = Array.from({ length: 101 }, (_, percent) => Math.min(percent, 50))

test.for([
  { why: 'below all', quantiles: TENS, observed: -1, percentile: 0 },
  { why: 'the least', quantiles: TENS, observed: 0, percentile: 0 },
  { why: 'between two', quantiles: TENS, observed: 425, percentile: 42.5 },
  { why: 'on one', quantiles: TENS, observed: 420, percentile: 42 },
  { why: 'the most', quantiles: TENS, observed: 1000, percentile: 100 },
  { why: 'above all', quantiles: TENS, observed: 1001, percentile: 100 },
  { why: 'what half of the sessions share', quantiles: FLAT, observed: 50, percentile: 100 },
  { why: 'just below what half share', quantiles: FLAT, observed: 49.5, percentile: 49.5 },
  { why: 'no quantiles', quantiles: [], observed: 5, percentile: null },
])('percentile: $why', ({ quantiles, observed, percentile }) => {
  expect(percentileOf(aBaseline({ quantiles }), observed)).toBe(percentile)
})

test('a percentile is the rank that simple-statistics gives, within one percent', () => {
  const samples = Array.from({ length: 997 }, (_, index) => (index * index * 7) % 1009).sort(
    (one, other) => one - other,
  )
  const quantiles = TENS.map((_, percent) => quantileSorted(samples, percent / 100))
  for (const observed of [0, 1, 77, 400, 911, 1008]) {
    const rank = quantileRankSorted(samples, observed) * 100
    const percentile = percentileOf(aBaseline({ quantiles }), observed)
    expect(Math.abs((percentile ?? Number.NaN) - rank)).toBeLessThanOrEqual(1)
  }
})

test('a percentile and an expectation need twenty sessions', () => {
  expect(percentileOf(aBaseline({ samples_count: 19 }), 5)).toBeNull()
  expect(expectedOf(aBaseline({ samples_count: 19 }))).toBeNull()
  expect(expectedOf(aBaseline())).toBe(10)
})

const seen = aBaseline({ kind: 'set', last_seen: { mail: 10 * DAY_US, wiki: 19 * DAY_US } })

test.for([
  { why: 'seen ten days ago', names: ['mail'], days: 10 },
  { why: 'the oldest of several', names: ['wiki', 'mail'], days: 10 },
  { why: 'never seen', names: ['mail', 'bank'], days: NEVER_SEEN_DAYS },
  { why: 'a name every object has', names: ['constructor'], days: NEVER_SEEN_DAYS },
  { why: 'no name', names: [], days: null },
])('novelty: $why', ({ names, days }) => {
  expect(noveltyDays(seen, names, 20 * DAY_US)).toBe(days)
})

test('a name that may have been cut is as old as the oldest kept', () => {
  expect(noveltyDays({ ...seen, evicted_count: 1 }, ['bank'], 20 * DAY_US)).toBe(10)
  const empty = { ...seen, last_seen: {}, evicted_count: 1 }
  expect(noveltyDays(empty, ['bank'], 20 * DAY_US)).toBe(0)
})

test('novelty is never negative, and needs twenty sessions', () => {
  expect(noveltyDays(seen, ['wiki'], 5 * DAY_US)).toBe(0)
  expect(noveltyDays({ ...seen, samples_count: 19 }, ['bank'], 20 * DAY_US)).toBeNull()
})
