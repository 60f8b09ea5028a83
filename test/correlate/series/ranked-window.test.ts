import fc from 'fast-check'
import { median, medianAbsoluteDeviation, quantileRankSorted } from 'simple-statistics'
import { expect, test } from 'vitest'

import { RankedWindow } from '../../../services/correlate/series/ranked-window.ts'

const VALUES = fc.array(
  fc.oneof(fc.integer({ min: -3, max: 3 }), fc.float({ noNaN: true, min: -1e6, max: 1e6 })),
  { minLength: 1, maxLength: 200 },
)

const windowOf = (values: readonly number[], maxCount: number): RankedWindow => {
  const window = new RankedWindow(maxCount)
  for (const value of values) window.add(value, window.countBelow(Math.fround(value)))
  return window
}

test('median, deviation and rank are those of the newest values, whatever they are', () => {
  fc.assert(
    fc.property(VALUES, fc.integer({ min: 1, max: 90 }), fc.nat(), (values, maxCount, pick) => {
      const window = windowOf(values, maxCount)
      const kept = values.slice(-maxCount).map((value) => Math.fround(value) + 0)
      const sorted = [...kept].sort((one, other) => one - other)
      expect([...window.values()]).toEqual(kept)
      expect(window.median()).toBeCloseTo(median(kept), 6)
      expect(window.deviation(window.median())).toBeCloseTo(medianAbsoluteDeviation(kept), 6)
      const value = kept[pick % kept.length] ?? 0
      const below = window.countBelow(value)
      const rank = below + (window.countEqual(value, below) + 1) / 2
      expect(rank / kept.length).toBeCloseTo(quantileRankSorted(sorted, value), 12)
    }),
  )
})

test('a value that is not there has a place and no equals', () => {
  const window = windowOf([1, 3, 5], 9)
  expect([0, 2, 4, 6].map((value) => window.countBelow(value))).toEqual([0, 1, 2, 3])
  expect(window.countEqual(4, 2)).toBe(0)
})

test('what was kept and put back goes on the same', () => {
  fc.assert(
    fc.property(VALUES, VALUES, fc.integer({ min: 1, max: 90 }), (before, after, maxCount) => {
      const window = windowOf(before, maxCount)
      const back = new RankedWindow(maxCount)
      back.restore(window.values())
      for (const value of after) {
        for (const one of [window, back]) one.add(value, one.countBelow(Math.fround(value)))
        expect(back.values()).toEqual(window.values())
        expect(back.median()).toBe(window.median())
      }
    }),
  )
})
