import { firesOnTest } from '../../correlate/sequence/sequence-tests.ts'
import type { Pack } from '../../detect/pack/pack.ts'
import type { RuleTestResult } from '../../detect/trial/rule-tests.ts'

/** Runs the tests that stand in correlations, each with all it builds on. */
export function runCorrelationTests(pack: Pack): RuleTestResult[] {
  const { ordered } = pack.resolved
  const byName = new Map(pack.rules.map(({ rule }) => [rule.name, rule]))
  const known = new Set(ordered.map(({ correlation }) => correlation))
  return pack.correlations.flatMap((correlation) =>
    correlation.tests.map((one) => {
      const isKnown = known.has(correlation)
      return {
        ruleName: correlation.name ?? correlation.id,
        why: one.why,
        passed:
          isKnown &&
          firesOnTest(ordered, correlation, one, (name) => byName.get(name)) === one.fires,
        problem: isKnown ? undefined : 'what it refers to is refused',
      }
    }),
  )
}
