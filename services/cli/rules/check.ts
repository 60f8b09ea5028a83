import type { Command } from 'commander'
import colors from 'picocolors'

import { Fault } from '#domain/fault.ts'
import { lintPack, type Finding } from '../../detect/trial/lint.ts'
import { safeText } from '../terminal.ts'
import { readPackAt } from './pack-place.ts'

const REASON_MAX_CHARS = 300

type CheckFlags = { json?: boolean; notes: boolean }

/** Adds `tocsin rules check`. */
export function addCheck(rules: Command): void {
  rules
    .command('check')
    .description('hold rules and correlations to what a rule of the pack must say of itself')
    .argument('[dirs...]', 'folders of rules and correlations; without: the bundled pack')
    .option('--no-notes', 'errors and warnings only')
    .option('--json', 'print findings as NDJSON')
    .action(check)
}

function check(directories: readonly string[], flags: CheckFlags): void {
  const pack = readPackAt(directories)
  const all = lintPack(pack)
  const findings = flags.notes ? all : all.filter(({ severity }) => severity !== 'note')
  const render = flags.json === true ? JSON.stringify : lineOf
  process.stdout.write(findings.map((finding) => `${render(finding)}\n`).join(''))
  const count = (severity: Finding['severity']): number =>
    all.filter((finding) => finding.severity === severity).length
  const errorsCount = count('error')
  const checked = `${pack.rules.length} rules, ${pack.correlations.length} correlations`
  if (flags.json !== true) {
    const counts = `${errorsCount} errors, ${count('warning')} warnings, ${count('note')} notes`
    process.stdout.write(`${checked}: ${counts}\n`)
  }
  if (errorsCount > 0) throw new Fault('BAD_RULES', `${errorsCount} errors in ${checked}`)
}

function lineOf({ file, line, severity, reason }: Finding): string {
  const place = `${safeText(file, REASON_MAX_CHARS)}:${line}`
  const painted = severity === 'error' ? colors.red(severity) : severity
  return `${place}: ${painted}: ${safeText(reason, REASON_MAX_CHARS)}`
}
