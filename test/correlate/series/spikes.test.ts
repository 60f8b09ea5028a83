import { expect, test } from 'vitest'

import type { Reading } from '../../../services/correlate/series/series-detector.ts'
import { isSpike, isSpikeRule, SPIKES } from '../../../services/correlate/series/spikes.ts'
import { METRICS, type Metric } from '../../../services/correlate/series/totals.ts'

const MEBIBYTE = 1_048_576
const DULL: Reading = { expected: 0, robustZ: 9, upperTailShare: 0.001, score: 5 }

type Case = {
  why: string
  metric: Metric
  value: number
  bytesIn?: number
  reading?: Partial<Reading>
  isOne: boolean
}

const CASES: Case[] = [
  { why: 'a mebibyte', metric: 'bytes_out', value: MEBIBYTE, isOne: true },
  { why: 'a byte less', metric: 'bytes_out', value: MEBIBYTE - 1, isOne: false },
  { why: 'z 3.51', metric: 'bytes_out', value: MEBIBYTE, reading: { robustZ: 3.51 }, isOne: true },
  { why: 'z 3.5', metric: 'bytes_out', value: MEBIBYTE, reading: { robustZ: 3.5 }, isOne: false },
  {
    why: 'z 1, more than five times out',
    metric: 'bytes_out',
    value: 5 * MEBIBYTE + 1,
    bytesIn: MEBIBYTE,
    reading: { robustZ: 1 },
    isOne: true,
  },
  {
    why: 'z 1, five times out',
    metric: 'bytes_out',
    value: 5 * MEBIBYTE,
    bytesIn: MEBIBYTE,
    reading: { robustZ: 1 },
    isOne: false,
  },
  {
    why: 'among the highest two in a hundred',
    metric: 'calls',
    value: 20,
    reading: { upperTailShare: 0.02 },
    isOne: true,
  },
  {
    why: 'not among them',
    metric: 'calls',
    value: 20,
    reading: { upperTailShare: 0.021 },
    isOne: false,
  },
  { why: 'ten calls more', metric: 'calls', value: 15, reading: { expected: 5 }, isOne: true },
  { why: 'nine calls more', metric: 'calls', value: 14, reading: { expected: 5 }, isOne: false },
  { why: 'a thousand rows more', metric: 'rows', value: 1_000, isOne: true },
  { why: 'a row less', metric: 'rows', value: 999, isOne: false },
  { why: 'five destinations more', metric: 'destinations', value: 5, isOne: true },
  { why: 'four more', metric: 'destinations', value: 4, isOne: false },
  {
    why: 'the cap of calls, near to the usual',
    metric: 'calls',
    value: 250,
    reading: { expected: 245, robustZ: 0.5, upperTailShare: 0.05 },
    isOne: true,
  },
  {
    why: 'a call below the cap',
    metric: 'calls',
    value: 249,
    reading: { expected: 245, robustZ: 0.5, upperTailShare: 0.02 },
    isOne: false,
  },
  {
    why: 'above the cap as every day',
    metric: 'calls',
    value: 900,
    reading: { expected: 800, robustZ: 0.5, upperTailShare: 0.06 },
    isOne: false,
  },
  {
    why: 'told already, or cold',
    metric: 'calls',
    value: 900,
    reading: { score: 0 },
    isOne: false,
  },
  { why: 'far below', metric: 'calls', value: 900, reading: { robustZ: -9 }, isOne: false },
]

test.for(CASES)('$metric, $why: $isOne', ({ metric, value, bytesIn = value, reading, isOne }) => {
  expect(isSpike(metric, { value, bytesIn }, { ...DULL, ...reading })).toBe(isOne)
})

test('each metric has a rule of its own', () => {
  const names = METRICS.map((metric) => SPIKES[metric].ruleName)
  expect(new Set(names).size).toBe(METRICS.length)
  expect(METRICS.every((metric) => isSpikeRule(SPIKES[metric].ruleId))).toBe(true)
  expect(isSpikeRule('another')).toBe(false)
})
