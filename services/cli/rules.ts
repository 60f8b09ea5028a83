import type { Command } from 'commander'

import { addBacktest } from './rules/backtest.ts'
import { addCheck } from './rules/check.ts'
import { addDisposition } from './rules/disposition.ts'
import { addExplain } from './rules/explain.ts'
import { addImport } from './rules/import.ts'
import { addMatch } from './rules/match.ts'
import { addPrecision } from './rules/precision.ts'
import { addList, addPromote, addRetire, addStage } from './rules/publish.ts'
import { addTest } from './rules/test.ts'

/** Adds `tocsin rules …`. */
export function addRules(program: Command): void {
  const rules = program
    .command('rules')
    .description('try, check, explain, compare and change rules')
  for (const add of COMMANDS) add(rules)
}

const COMMANDS: readonly ((rules: Command) => void)[] = [
  addMatch,
  addCheck,
  addTest,
  addExplain,
  addBacktest,
  addImport,
  addStage,
  addPromote,
  addRetire,
  addList,
  addDisposition,
  addPrecision,
]
