import type { Layer } from '#domain/records/index.ts'
import type { Reading } from './series-detector.ts'
import type { Metric } from './totals.ts'

/** What a spike of one metric is called, and from when on it is one. */
export type Spike = {
  ruleId: string
  ruleName: string
  title: string
  layer: Layer
  atlas: readonly string[]
  owasp: readonly string[]
  /** The least there must be, and the least above what is usual. */
  valueMin: number
  excessMin: number
  /** From here on it is one where it is among the subject's highest, however near to the usual. */
  cap: number
}

/** Of what every spike's alert names as its rule's version: changes with what is decided here. */
export const SPIKE_VERSION = '1'
const ROBUST_Z_MAX = 3.5
/** A spike is higher than so many of the subject's values. */
const TAIL_MAX_SHARE = 0.02
/** One above the cap need only be higher than so many. */
const CAPPED_TAIL_MAX_SHARE = 0.05
/** More times out than in is not how one reads. */
const OUT_IN_RATIO_MAX = 5
const MEBIBYTE = 1_048_576

export const SPIKES: Readonly<Record<Metric, Spike>> = {
  calls: {
    ruleId: 'b3c1a7d4-5f0e-4c6b-9d52-1e8f7a2b6c90',
    ruleName: 'calls-spike',
    title: 'Far more calls in five minutes than usual at this hour',
    layer: 'application',
    atlas: ['AML.T0053', 'AML.T0034.002'],
    owasp: ['ASI02', 'MCP06'],
    valueMin: 1,
    excessMin: 10,
    cap: 250,
  },
  rows: {
    ruleId: '6d9e2f18-7b34-4a05-8c1f-d0a5e39b4c72',
    ruleName: 'rows-spike',
    title: 'Far more rows read in five minutes than usual at this hour',
    layer: 'data',
    atlas: ['AML.T0085.001', 'AML.T0036'],
    owasp: ['MCP10', 'ASI02'],
    valueMin: 1,
    excessMin: 1_000,
    cap: 100_000,
  },
  bytes_out: {
    ruleId: 'e47a0b95-2c6d-4f81-a3be-59d8c1f07e26',
    ruleName: 'bytes-out-spike',
    title: 'Far more data sent out in five minutes than usual at this hour',
    layer: 'network',
    atlas: ['AML.T0025'],
    owasp: ['ASI02', 'MCP10'],
    valueMin: MEBIBYTE,
    excessMin: 0,
    cap: 100_000_000,
  },
  destinations: {
    ruleId: '0f83d6c2-914b-4e7a-b85d-c72a6f1e30d9',
    ruleName: 'destinations-spike',
    title: 'Far more destinations in five minutes than usual at this hour',
    layer: 'network',
    atlas: ['AML.T0025'],
    owasp: ['ASI02', 'MCP10'],
    valueMin: 1,
    excessMin: 5,
    cap: 50,
  },
}

const RULE_IDS = new Set(Object.values(SPIKES).map(({ ruleId }) => ruleId))

/** Whether a rule is one of the spikes. */
export function isSpikeRule(ruleId: string): boolean {
  return RULE_IDS.has(ruleId)
}

/**
 * Whether a value is a spike (detections.md, rows 1, 7 and 28): above what is usual at this hour by
 * more than 3.5 robust deviations, or lopsided, and among the subject's highest and large enough in
 * itself; not one where the detector is cold or has told of as much within the last hour.
 */
export function isSpike(
  metric: Metric,
  { value, bytesIn }: { value: number; bytesIn: number },
  reading: Reading,
): boolean {
  const { valueMin, excessMin, cap } = SPIKES[metric]
  const { score, robustZ, upperTailShare, expected } = reading
  if (score === 0 || robustZ <= 0 || value < valueMin) return false
  if (value >= cap && upperTailShare <= CAPPED_TAIL_MAX_SHARE) return true
  if (upperTailShare > TAIL_MAX_SHARE || value - expected < excessMin) return false
  const isLopsided = metric === 'bytes_out' && value > OUT_IN_RATIO_MAX * bytesIn
  return robustZ > ROBUST_Z_MAX || isLopsided
}
