import type { Measure } from '#domain/records/index.ts'
import type { MatchResult, MatchedField } from './sigma/engine.ts'
import { resolveField } from './pack/fields.ts'
import type { Asked, Rule, Statistic, Subject } from './pack/rule.ts'
import { PROBABILITY_FIELD } from './model/followed.ts'
import { observedNumber } from './statistics/measures.ts'

const MEASURES_MAX_COUNT = 16
const VERDICT_FIELDS: ReadonlySet<string> = new Set(['instructed', PROBABILITY_FIELD])
/** Those that compare one number with what is normal. */
const VALUE_STATISTICS: ReadonlySet<Statistic> = new Set([
  'robust_z',
  'percentile',
  'expected',
  'excess',
])

/**
 * Why a rule fired: whether by a statistic, which ones, and the numbers it compared. A number's
 * measure is followed by its `.percentile` and by `.basis.agent`, `.basis.peers` or `.basis.cap`,
 * which tells whose sessions it was compared with, and how many.
 */
export type Decision = {
  isStatistic: boolean
  /** The measures whose baselines were asked. */
  baselineMeasures: readonly string[]
  measures: readonly Measure[]
  /** Whether the model's verdict on the call had a part in it. */
  readsVerdict: boolean
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
    readsVerdict: matched.some(({ field, value }) => VERDICT_FIELDS.has(field) && value !== false),
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
  addStatistic(name, statistic, subject, measures, asked)
}

/** What was compared, how unusual it is, and what it was compared with. */
function addStatistic(
  name: string,
  statistic: Asked,
  subject: Subject,
  measures: Map<string, Measure>,
  asked: Set<string>,
): void {
  const { measure } = statistic
  const add = (of: string, observed: unknown, others: Partial<Measure> = {}): void => {
    if (typeof observed !== 'number' || measures.has(of)) return
    measures.set(of, { name: of, observed, expected: null, score: null, ...others })
  }
  const told = (of: Statistic): number | string | null => subject.statistic({ ...statistic, of })
  const basis = told('basis')
  if (basis !== 'cap') asked.add(measure)
  if (VALUE_STATISTICS.has(statistic.of)) {
    const score = told('robust_z') ?? told('percentile')
    add(measure, observedNumber(subject.record, measure), {
      expected: numberOrNull(told('expected')),
      score: numberOrNull(score),
    })
    add(`${measure}.percentile`, told('percentile'))
  } else if (statistic.of !== 'basis' && statistic.of !== 'sessions') {
    const value = told(statistic.of)
    add(name, value, { score: numberOrNull(value) })
  }
  add(`${measure}.basis.${basis}`, told('sessions') ?? 0)
}

function numberOrNull(value: number | string | null): number | null {
  return typeof value === 'number' ? value : null
}
