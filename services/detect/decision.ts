import type { Measure } from '#domain/records/index.ts'
import { holdsItem, holdsSelection } from './sigma/match.ts'
import { holds } from './sigma/compile.ts'
import type { Condition } from '#sigma/condition.ts'
import type { Item, Rule, Subject } from './sigma/rule.ts'
import { observedNumber } from './statistics/measures.ts'

const MEASURES_MAX_COUNT = 8

/** Why a rule fired: whether by a statistic, which ones, and the numbers it compared. */
export type Decision = {
  isStatistic: boolean
  /** The measures whose baselines were asked. */
  baselineMeasures: readonly string[]
  measures: readonly Measure[]
}

/** Looks once more at a record that fires a rule, and says what decided. */
export function decisionOf(rule: Rule, subject: Subject): Decision {
  const items = decidingSelections(rule.condition, rule, subject).flatMap((name) =>
    (rule.selections.get(name) ?? [])
      .filter((all) => all.every((item) => holdsItem(item, subject)))
      .flat(),
  )
  const statistics = items.flatMap((item) => item.field.statistic ?? [])
  const measures = new Map<string, Measure>()
  for (const item of items) addMeasure(item, subject, measures)
  return {
    isStatistic: statistics.length > 0,
    baselineMeasures: [...new Set(statistics.map(({ measure }) => measure))],
    measures: [...measures.values()].slice(0, MEASURES_MAX_COUNT),
  }
}

/** The selections that hold and that the condition wanted to hold. */
function decidingSelections(condition: Condition, rule: Rule, subject: Subject): string[] {
  if (condition.kind === 'not') return []
  if (condition.kind === 'selection') {
    const selection = rule.selections.get(condition.name) ?? []
    return holdsSelection(selection, subject) ? [condition.name] : []
  }
  return condition.of
    .filter((part) => holds(part, rule, subject))
    .flatMap((part) => decidingSelections(part, rule, subject))
}

function addMeasure(item: Item, subject: Subject, measures: Map<string, Measure>): void {
  const { statistic, name } = item.field
  if (statistic === undefined) {
    const observed = item.field.read(subject)
    if (!item.ordered || typeof observed !== 'number' || measures.has(name)) return
    measures.set(name, { name, observed, expected: null, score: null })
    return
  }
  const { measure, of } = statistic
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
