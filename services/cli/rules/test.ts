import type { Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import { refusedBy } from '#sigma/documents.ts'
import { RuleRefusal } from '#sigma/refusal.ts'
import { coverageOf, type AlternativeCoverage } from '../../detect/trial/coverage.ts'
import type { PackRule } from '../../detect/pack/pack.ts'
import { runRuleTests, type RuleTestResult } from '../../detect/trial/rule-tests.ts'
import { safeText } from '../terminal.ts'
import { runCorrelationTests } from './correlation-tests.ts'
import { readPackAt } from './pack-place.ts'
import { refusalLine } from './sigma-tree.ts'

type TestFlags = { coverage?: boolean; json?: boolean }

/** Adds `tocsin rules test`. */
export function addTest(rules: Command): void {
  rules
    .command('test')
    .description('run the tests that stand in rules and correlations')
    .argument('[dirs...]', 'folders of rules and correlations; without: the bundled pack')
    .option('--coverage', 'say which selections, and alternatives of them, no test makes hold')
    .option('--json', 'print results, and with --coverage all of it, as NDJSON')
    .action(test)
}

function test(directories: readonly string[], flags: TestFlags): void {
  const pack = readPackAt(directories)
  const results = [
    ...runRuleTests(pack.rules.map(({ rule }) => rule)),
    ...runCorrelationTests(pack),
  ]
  const failed = results.filter(({ passed }) => !passed)
  for (const refused of pack.refused) process.stderr.write(`${refusalLine(refused)}\n`)
  const write = (line: string): unknown => process.stdout.write(`${line}\n`)
  if (flags.json === true) for (const result of results) write(JSON.stringify(result))
  else for (const result of failed) write(resultLine(result))
  if (flags.coverage === true) writeCoverage(pack.rules, flags.json === true, write)
  if (flags.json !== true) write(`${results.length} tests, ${failed.length} failed`)
  if (pack.refused.length > 0) {
    throw new Fault('BAD_RULES', `${pack.refused.length} rules are refused`)
  }
  if (failed.length > 0) throw new Fault('BAD_RULES', `${failed.length} tests failed`)
}

function resultLine({ ruleName, why, problem }: RuleTestResult): string {
  return `failed: ${ruleName}: ${safeText(problem === undefined ? why : `${why} (${problem})`)}`
}

function writeCoverage(
  rules: readonly PackRule[],
  isJson: boolean,
  write: (line: string) => unknown,
): void {
  let reachedCount = 0
  let count = 0
  for (const one of rules) {
    for (const part of coverageOf(one.rule)) {
      count += 1
      if (part.heldCount > 0) reachedCount += 1
      if (isJson) write(JSON.stringify({ ruleName: one.rule.name, ...part }))
      else if (part.heldCount === 0) write(unreachedLine(one, part))
    }
  }
  if (!isJson) write(`${reachedCount} of ${count} alternatives of selections hold in a test`)
}

function unreachedLine({ document }: PackRule, part: AlternativeCoverage): string {
  const { selection, alternative, alternativesCount } = part
  const isOne = alternativesCount === 1
  const which = isOne ? '' : `, alternative ${alternative + 1} of ${alternativesCount},`
  const reason = `no test makes the selection "${selection}"${which} hold`
  const path = ['detection', selection, ...(isOne ? [] : [alternative])]
  return refusalLine(refusedBy(document, new RuleRefusal(reason, path)))
}
