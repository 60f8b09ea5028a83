import { readRuleFiles } from '#adapters/rules/files.ts'
import type { RefusedRule } from '#sigma/refusal.ts'
import { compileRuleSet } from '../../services/detect/pack/rule-set.ts'
import type { Rule } from '../../services/detect/pack/rule.ts'
import { guardExpressions } from '../../services/detect/sigma/expression.ts'

/** A directory of rules as `detect` reads it. */
type LoadedRules = {
  rules: readonly Rule[]
  refused: readonly RefusedRule[]
  packVersion: string
}

/** Reads every rule under a directory. @throws Fault BAD_RULES */
export function loadRules(directory: string): LoadedRules {
  guardExpressions()
  const { rules, refused, version } = compileRuleSet(readRuleFiles([directory]))
  return { rules, refused, packVersion: version }
}
