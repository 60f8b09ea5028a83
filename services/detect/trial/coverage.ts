import { runRuleTests } from './rule-tests.ts'
import type { Rule } from '../pack/rule.ts'

/** How often a rule's own tests made one alternative of a selection hold. */
export type AlternativeCoverage = {
  selection: string
  /** From 0; a selection that is one map has one alternative. */
  alternative: number
  alternativesCount: number
  heldCount: number
  testsCount: number
}

/** What the tests of a rule reach of each selection, in the order they are written in. */
export function coverageOf(rule: Rule): AlternativeCoverage[] {
  const tests = rule.tests.map((test) => ({ ...test, fires: true }))
  return [...rule.selections].flatMap(([selection, alternatives]) =>
    alternatives.map((items, alternative) => {
      const part: Rule = {
        ...rule,
        selections: new Map([[selection, [items]]]),
        condition: { kind: 'selection', name: selection },
        tests,
      }
      return {
        selection,
        alternative,
        alternativesCount: alternatives.length,
        heldCount: runRuleTests([part]).filter(({ passed }) => passed).length,
        testsCount: tests.length,
      }
    }),
  )
}
