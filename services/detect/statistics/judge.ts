import type { Baseline, Observation } from '#domain/records/index.ts'
import type { Statistic, Subject } from '../pack/rule.ts'
import type { AgentBaselines } from './baselines.ts'
import { observedNames, observedNumber } from './measures.ts'
import { expectedOf, noveltyDays, percentileOf, robustZ } from './robust.ts'

/** An observation as rules read it: its facts, and what its agent's baselines say of them. */
export function observationSubject(observation: Observation, baselines: AgentBaselines): Subject {
  const atUs = observedAtUs(observation)
  return {
    record: observation,
    statistic: (measure, statistic) => {
      const baseline = baselines(measure)
      return baseline === undefined ? null : judge(baseline, observation, statistic, atUs)
    },
  }
}

/** Event time that no fast clock can push ahead of its collection: µs since the epoch. */
export function observedAtUs(record: { occurred_at: number; collected_at: number }): number {
  return Math.min(record.occurred_at, record.collected_at)
}

function judge(
  baseline: Baseline,
  observation: Observation,
  statistic: Statistic,
  atUs: number,
): number | null {
  const { kind, measure } = baseline
  if (statistic === 'novelty_days') {
    if (kind !== 'set') return null
    return noveltyDays(baseline, observedNames(observation, measure), atUs)
  }
  if (kind !== 'number') return null
  const expected = expectedOf(baseline)
  if (statistic === 'expected') return expected
  const observed = observedNumber(observation, measure)
  if (observed === undefined) return null
  if (statistic === 'robust_z') return robustZ(baseline, observed)
  if (statistic === 'percentile') return percentileOf(baseline, observed)
  return expected === null ? null : observed - expected
}
