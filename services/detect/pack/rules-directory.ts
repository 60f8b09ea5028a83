import { readRuleFiles } from '#adapters/rules/files.ts'
import type { RefusedRule } from '#sigma/refusal.ts'
import { compileRuleSet } from './rule-set.ts'
import { guardExpressions } from '../sigma/expression.ts'
import type { Rule } from './rule.ts'

/** A directory of rules as it was read; `packVersion` is a hash of every file's path and text. */
export type RulePack = {
  rules: readonly Rule[]
  refused: readonly RefusedRule[]
  packVersion: string
}

/**
 * Reads every rule under a directory. A file that is no rule, is not named for its rule, or repeats
 * an id or a name is refused; the others stand.
 *
 * @throws Fault BAD_RULES where the directory cannot be read, or has too many files.
 */
export function loadRules(directory: string): RulePack {
  guardExpressions()
  const { rules, refused, version } = compileRuleSet(readRuleFiles([directory]))
  return { rules, refused, packVersion: version }
}
