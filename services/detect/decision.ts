import type { Measure } from '#domain/records/index.ts'
import type { MatchResult, MatchedField } from './sigma/engine.ts'
import { resolveField } from './pack/fields.ts'
import type { Rule, Subject } from './pack/rule.ts'
import { observedNumber } from './statistics/measures.ts'

const MEASURES_MAX_COUNT = 8

/** Why a rule fired: whether by a statistic, which ones, and the numbers it compared. */
export type Decision = {
  isStatistic: boolean
  /** The measures whose baselines were asked. */
  baselineMeasures: readonly string[]
  measures: readonly Measure[]
}

/** Says what decided a match. */
export function decisionOf({ rule, selections }: MatchResult<Rule>, subject: Subject): Decision {
  const matched = selections.flatMap(({ fields }) => fields)
  const measures = new Map<string, Measure>()
  const asked = new Set<string>()
  for (const one of matched) addMeasure(one, rule, subject, measures, asked)
  return {
    isStatistic: asked.size > 0,
    baselineMeasures: [...asked],
    measures: [...measures.values()].slice(0, MEASURES_MAX_COUNT),
  }
}

function addMeasure(
  { field: name, value, item }: MatchedField,
  rule: Rule,
  subject: Subject,
  measures: Map<string, Measure>,
  asked: Set<string>,
): void {
  if (item.field === undefined) return
  const { statistic } = resolveField(name, rule.service, rule.layers)
  if (statistic === undefined) {
    const isOrdered = item.groups.flat().some((test) => test.kind === 'order')
    if (!isOrdered || typeof value !== 'number' || measures.has(name)) return
    measures.set(name, { name, observed: value, expected: null, score: null })
    return
  }
  const { measure, of } = statistic
  asked.add(measure)
  if (of === 'novelty_days') {
    const days = subject.statistic(measure, of)
    if (days !== null) measures.set(name, { name, observed: days, expected: null, score: days })
    return
  }
  const observed = observedNumber(subject.record, measure)
  if (observed === undefined) return
  const expected = subject.statistic(measure, 'expected')
  const score = subject.statistic(measure, 'robust_z') ?? subject.statistic(measure, 'percentile')
  measures.set(measure, { name: measure, observed, expected, score })
}
