import { expect, test } from 'vitest'

import { PROFILE_NAMES, readCorpus } from './corpus.ts'
import {
  bestThreshold,
  gradeSeries,
  normalised,
  rowScores,
  scaledSigmoid,
  type GradedSeries,
} from './scorer.ts'

const STANDARD = { tpWeight: 1, fnWeight: 1, fpWeight: 0.11 }
/** What the published result was scored with, for every profile. */
const PUBLISHED_THRESHOLD = 1
const CLOSE = 1e-6

/** 40 rows, of which 6 are on probation; rows 20 to 29 are a window. */
const graded = (windows: [number, number][] = [[20, 29]]): GradedSeries =>
  gradeSeries({ name: 'written', timesMs: Float64Array.from({ length: 40 }, (_, i) => i), windows })

/** Scores of 40 rows: 0 but where said. */
const scoresWith = (at: Record<number, number>): Float64Array =>
  Float64Array.from({ length: 40 }, (_, row) => at[row] ?? 0)

const sumOf = (at: Record<number, number>, threshold = 1): number =>
  rowScores(graded(), scoresWith(at), threshold, STANDARD).reduce((sum, row) => sum + row, 0)

test.for([
  { why: 'the left edge of a window', position: -1, value: 0.98661 },
  { why: 'the right edge', position: 0, value: 0 },
  { why: 'a width past it', position: 1, value: -0.98661 },
  { why: 'just before three widths', position: 2.9999, value: -0.99999939 },
  { why: 'three widths past it', position: 3, value: -1 },
])('the scaled sigmoid at $why', ({ position, value }) => {
  expect(scaledSigmoid(position)).toBeCloseTo(value, 5)
})

test.for([
  { why: 'nothing reported costs the window', at: {}, sum: -1 },
  { why: 'the first row of the window gains all', at: { 20: 1 }, sum: 1 },
  { why: 'a score just below the threshold is no report', at: { 20: 0.999 }, sum: -1 },
  { why: 'the earliest of several counts, once', at: { 20: 1, 25: 1, 29: 1 }, sum: 1 },
  { why: 'a false alarm before any window', at: { 20: 1, 10: 1 }, sum: 1 - 0.11 },
  { why: 'the probationary period is free', at: { 20: 1, 5: 1 }, sum: 1 },
  { why: 'and ends with the sixth row', at: { 20: 1, 6: 1 }, sum: 1 - 0.11 },
  {
    why: 'the last row of the window gains little',
    at: { 29: 1 },
    sum: scaledSigmoid(-0.1) / scaledSigmoid(-1),
  },
  {
    why: 'just past the window costs little',
    at: { 20: 1, 30: 1 },
    sum: 1 + 0.11 * scaledSigmoid(1 / 9),
  },
])('a series: $why', ({ at, sum }) => expect(sumOf(at)).toBeCloseTo(sum, 12))

test('a gain or a loss stands in the first row of its window', () => {
  const missed = rowScores(graded(), scoresWith({}), 1, STANDARD)
  const found = rowScores(graded(), scoresWith({ 24: 1 }), 1, STANDARD)
  expect([...missed.entries()].filter(([, row]) => row !== 0)).toEqual([[20, -1]])
  expect([...found.entries()].filter(([, row]) => row !== 0).map(([row]) => row)).toEqual([20])
})

test('past two windows the nearer one decides what a false alarm costs', () => {
  const two = graded([
    [10, 14],
    [20, 29],
  ])
  expect(two.weight[16]).toBeCloseTo(scaledSigmoid(2 / 4), 12)
  expect(two.weight[31]).toBeCloseTo(scaledSigmoid(2 / 9), 12)
})

test.for([
  { why: 'the window, not the lower false alarms', at: { 20: 0.9, 10: 0.8 }, threshold: 0.9 },
  { why: 'a false alarm is worth a window', at: { 20: 0.7, 10: 0.8 }, threshold: 0.7 },
  { why: 'nothing, where nothing pays', at: { 10: 0.8, 11: 0.8 }, threshold: Infinity },
])('the best threshold takes in $why', ({ at, threshold }) => {
  const scores = scoresWith(at)
  const best = bestThreshold([{ series: graded(), scores }], STANDARD)
  expect(best.threshold).toBe(threshold)
  const rows = rowScores(graded(), scores, best.threshold, STANDARD)
  expect(best.score).toBeCloseTo(
    rows.reduce((sum, row) => sum + row, 0),
    12,
  )
})

test('one threshold holds for all series', () => {
  const easy = { series: graded(), scores: scoresWith({ 20: 0.9 }) }
  const hard = { series: { ...graded(), name: 'other' }, scores: scoresWith({ 20: 0.2, 8: 0.3 }) }
  expect(bestThreshold([easy, hard], STANDARD)).toEqual({ threshold: 0.2, score: 2 - 0.11 })
})

test.for([
  { why: 'nothing reported', score: -4, value: 0 },
  { why: 'all found at once', score: 4, value: 100 },
  { why: 'worse than nothing', score: -6, value: -25 },
])('normalised: $why', ({ score, value }) => {
  expect(normalised(score, 4, STANDARD)).toBe(value)
})

const corpus = readCorpus()

test.skipIf(corpus === undefined)('the published result is reproduced, row by row', () => {
  let rowsCount = 0
  for (const series of corpus?.series ?? []) {
    for (const name of PROFILE_NAMES) {
      const { scores, rows: published } = series.windowedGaussian
      const profile = corpus?.profiles[name] ?? STANDARD
      const rows = rowScores(gradeSeries(series), scores, PUBLISHED_THRESHOLD, profile)
      const expected = published[name]
      expect(rows.length).toBe(expected.length)
      const farthest = rows.reduce(
        (most, row, at) => Math.max(most, Math.abs(row - expected[at]!)),
        0,
      )
      expect(farthest, `${series.name}, ${name}`).toBeLessThan(CLOSE)
      const difference = rows.reduce((sum, row, at) => sum + row - expected[at]!, 0)
      expect(Math.abs(difference), `${series.name}, ${name}`).toBeLessThan(CLOSE)
      rowsCount += rows.length
    }
  }
  expect(rowsCount).toBe(3 * 137_366)
})
