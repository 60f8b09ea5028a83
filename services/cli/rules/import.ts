import type { Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import { readPlaceholders } from '#adapters/rules/files.ts'
import { renderTable } from '../terminal.ts'
import { repeated } from './repeated.ts'
import { readRuleFiles } from './rule-files.ts'
import { readPipelines, refusalLine } from './sigma-tree.ts'
import { reportOn, type Count, type TreeReport } from './tree-report.ts'

const SHOWN_MAX_COUNT = 40

type ImportFlags = { pipeline: string[]; placeholders?: string; list?: boolean; json?: boolean }

/** Adds `tocsin rules import`. */
export function addImport(rules: Command): void {
  rules
    .command('import')
    .description('report on a Sigma tree: what loads, what does not and why; it changes nothing')
    .argument('<tree>', 'a folder, a .yml file, or a .tar.gz of them')
    .option('--pipeline <file>', 'a processing pipeline of pySigma; repeat for more', repeated, [])
    .option('--placeholders <file>', 'YAML: what %name% stands for under "expand"')
    .option('--list', 'name every file that is refused, with its line and reason')
    .option('--json', 'print the report as JSON')
    .action(importTree)
}

function importTree(path: string, flags: ImportFlags): void {
  const pipelines = readPipelines(flags.pipeline)
  const placeholders = readPlaceholders(flags.placeholders)
  const report = reportOn(readRuleFiles(path), pipelines, placeholders)
  if (report.rulesCount + report.correlationsCount + report.filtersCount === 0)
    throw new Fault('BAD_RULES', `Nothing in ${path} can be run`)
  const text = flags.json === true ? JSON.stringify(report) : rendered(report, flags.list === true)
  process.stdout.write(`${text}\n`)
}

function rendered(report: TreeReport, isListed: boolean): string {
  const { filesCount, rulesCount, correlationsCount, filtersCount, refused } = report
  const loaded = `${rulesCount} rules, ${correlationsCount} correlations, ${filtersCount} filters`
  const offeredCount = rulesCount + correlationsCount + filtersCount + refused.length
  const share = ((100 * (offeredCount - refused.length)) / offeredCount).toFixed(2)
  const parts = [
    `${filesCount} files: ${loaded} load; ${refused.length} refused (${share} % load)`,
    countTable('why refused', report.reasons),
    countTable('modifier', report.modifiers),
    countTable('log source', report.logsources),
  ]
  if (isListed) {
    const lines = refused.map(refusalLine)
    parts.push(lines.join('\n'))
  }
  return parts.filter((part) => part !== '').join('\n\n')
}

function countTable(title: string, counts: readonly Count[]): string {
  if (counts.length === 0) return ''
  const rows = counts.slice(0, SHOWN_MAX_COUNT).map(({ name, count }) => [name, String(count)])
  const restCount = counts.length - rows.length
  const rest = restCount > 0 ? `\n… and ${restCount} more; --json has all` : ''
  return `${renderTable([title, 'rules'], rows)}${rest}`
}
