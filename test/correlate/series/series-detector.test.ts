import fc from 'fast-check'
import { median, medianAbsoluteDeviation } from 'simple-statistics'
import { expect, test } from 'vitest'

import { HOUR_US } from '#domain/time.ts'
import { RecentHighest } from '../../../services/correlate/series/recent-highest.ts'
import { Season } from '../../../services/correlate/series/season.ts'
import {
  SeriesDetector,
  WARM_MIN_COUNT,
  type Reading,
} from '../../../services/correlate/series/series-detector.ts'
import { START_US } from '../../support/records.ts'

const STEP_US = HOUR_US / 12
const WEEK_US = 7 * 24 * HOUR_US

const newDetector = (): SeriesDetector => new SeriesDetector({ refractoryCount: 12, spreadMin: 1 })

const read = (detector: SeriesDetector, values: readonly number[], from = 0): Reading[] =>
  values.map((value, index) => detector.read(START_US + (from + index) * STEP_US, value))

/** 100, 101, … 104, 100, … */
const dull = (count: number): number[] => Array.from({ length: count }, (_, i) => 100 + (i % 5))

test.for([
  { why: 'one value short of warm', count: WARM_MIN_COUNT - 1, isJudged: false },
  { why: 'warm', count: WARM_MIN_COUNT, isJudged: true },
])('a detector $why judges: $isJudged', ({ count, isJudged }) => {
  const [reading] = read(newDetector(), [...dull(count), 9_000]).slice(-1)
  expect(reading?.score === 0).toBe(!isJudged)
  expect(reading?.robustZ === 0).toBe(!isJudged)
})

test.for([
  { why: 'far above', value: 9_000, sign: 1 },
  { why: 'far below', value: -9_000, sign: -1 },
])('what lies $why stands out, on its side', ({ value, sign }) => {
  const readings = read(newDetector(), [...dull(400), value])
  const last = readings.at(-1)
  expect(Math.sign(last?.robustZ ?? 0)).toBe(sign)
  expect(last?.score).toBeGreaterThan(Math.max(...readings.slice(100, -1).map((one) => one.score)))
  expect(last?.upperTailShare).toBeCloseTo((sign > 0 ? 0.5 : 400.5) / 401, 12)
})

test('the score is made of rank and distance as the formula says', () => {
  const season = new Season()
  const before = dull(300)
  const residuals = before.map((value, index) => {
    const atUs = START_US + index * STEP_US
    const residual = Math.fround(value - (index === 0 ? value : season.levelAt(atUs)))
    season.learn(atUs, value)
    return residual
  })
  const level = season.levelAt(START_US + 300 * STEP_US)
  const spread = Math.max(medianAbsoluteDeviation(residuals), 0.05 * level, 1) / 0.6745
  const z = (130 - level - median(residuals)) / spread
  const tail = 2 * (1 - 300.5 / 301)
  const reading = read(newDetector(), [...before, 130]).at(-1)
  expect(reading?.expected).toBeCloseTo(level, 5)
  expect(reading?.robustZ).toBeCloseTo(z, 5)
  expect(reading?.score).toBeCloseTo(-Math.log10(tail) + 2 * Math.log10(1 + z), 5)
})

test('a value further out than twenty deviations teaches no more than these', () => {
  const levels = [1e4, 1e9].map((value) => {
    const detector = newDetector()
    read(detector, [...dull(300), value])
    return detector.read(START_US + 300 * STEP_US, 100).expected
  })
  expect(levels[0]).toBe(levels[1])
})

test('an hour of the week has its own level once it was seen often', () => {
  const season = new Season()
  for (let week = 0; week < 30; week++)
    for (let hour = 0; hour < 168; hour++)
      for (let part = 0; part < 12; part++)
        season.learn(
          START_US + week * WEEK_US + hour * HOUR_US + part * STEP_US,
          hour === 3 ? 90 : 10,
        )
  const nextUs = START_US + 30 * WEEK_US
  expect(season.levelAt(nextUs + 3 * HOUR_US)).toBeGreaterThan(60)
  expect(season.levelAt(nextUs + 27 * HOUR_US)).toBeLessThan(20)
  expect(season.levelAt(nextUs + 4 * HOUR_US - 1)).toBeGreaterThan(60)
  expect(season.levelAt(nextUs + 4 * HOUR_US)).toBeLessThan(20)
})

test.for([
  { why: 'the same again is told once', scores: [5, 5, 5], told: [5, 0, 0] },
  { why: 'what grows is told again', scores: [5, 6], told: [5, 6] },
  { why: 'within three', scores: [5, 1, 1, 5], told: [5, 0, 0, 0] },
  { why: 'after three', scores: [5, 1, 1, 1, 5], told: [5, 0, 0, 0, 5] },
])('refractory: $why', ({ scores, told }) => {
  const recent = new RecentHighest(3)
  expect(scores.map((score) => recent.take(score))).toEqual(told)
})

test('refractory: as if all the last were compared, also after it was put back', () => {
  const spans = fc.integer({ min: 1, max: 20 })
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 200 }), spans, (scores, spanCount) => {
      let recent = new RecentHighest(spanCount)
      for (const [index, score] of scores.entries()) {
        const last = scores.slice(Math.max(0, index - spanCount), index)
        expect(recent.take(score)).toBe(last.every((one) => score > one) ? score : 0)
        const back = new RecentHighest(spanCount)
        back.restore(JSON.parse(JSON.stringify(recent.body())))
        recent = back
      }
    }),
  )
})

test('a detector that was kept and put back reads on the same', () => {
  const values = fc.array(fc.double({ noNaN: true, min: 0, max: 1e9 }), { maxLength: 300 })
  fc.assert(
    fc.property(values, values, (before, after) => {
      const detector = newDetector()
      read(detector, before)
      const back = newDetector()
      back.restore(JSON.parse(JSON.stringify(detector.body())))
      expect(read(back, after, before.length)).toEqual(read(detector, after, before.length))
    }),
    { numRuns: 30 },
  )
})

test('its memory has a bound', () => {
  const detector = newDetector()
  read(detector, dull(5_000))
  const { season, recent, residuals } = detector.body()
  expect(Buffer.from(residuals, 'base64').byteLength).toBe(4 * 2_015)
  expect(season.means.length + season.counts.length).toBe(2 * 193)
  expect(recent.places.length).toBeLessThanOrEqual(13)
})
