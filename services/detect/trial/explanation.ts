import type { Layer } from '#domain/records/index.ts'
import { compileItems } from './held-items.ts'
import { byNearness, nearMissOf } from './near-misses.ts'
import type { NearMiss } from './near-misses.ts'
import { compileRules } from '../pack/streams.ts'
import type { MatchResult } from '../sigma/engine.ts'
import type { LogService, Rule, Subject } from '../pack/rule.ts'

const LEVELS = ['critical', 'high', 'medium', 'low', 'informational']

/** Which rules of a stream fire on a record, and which nearly do. */
export type Explanation = {
  triedCount: number
  fired: readonly MatchResult<Rule>[]
  /** The nearest first, of equally near ones the gravest. */
  near: readonly { rule: Rule; miss: NearMiss }[]
}

/** Explains one record of a stream. */
export function explain(
  rules: readonly Rule[],
  service: LogService,
  layer: Layer,
  subject: Subject,
): Explanation {
  const stream = compileRules(rules).streamOf(service, layer)
  const fired = stream.firing(subject)
  const holds = compileItems(stream.rules, service)(subject)
  const near = stream.rules.flatMap((rule) => {
    const miss = nearMissOf(rule, holds)
    return miss === undefined ? [] : [{ rule, miss }]
  })
  near.sort(
    (left, right) =>
      byNearness(left.miss, right.miss) ||
      LEVELS.indexOf(left.rule.level) - LEVELS.indexOf(right.rule.level),
  )
  return { triedCount: stream.rules.length, fired, near }
}
