import { existsSync } from 'node:fs'

import type { Command } from 'commander'

import { addPlaceOptions } from '../options.ts'
import type { ChangeFlags, ListFlags } from './publish-run.ts'

const ON_CORRELATIONS = `
Base rules alone are changed so. Correlations and filters are changed by their files and a restart.`

/** Adds `tocsin rules stage`. */
export function addStage(rules: Command): void {
  const command = rules
    .command('stage')
    .description('let rules run on the pipeline: hits are recorded as matches and alert nobody')
    .argument('<files...>', 'rules, one a file, or folders of them')
  addChangeOptions(command).action(async (files: string[], flags: ChangeFlags) => {
    const { changeRules, requestedFiles } = await import('./publish-run.ts')
    await changeRules('staged', requestedFiles(files), flags)
  })
}

/** Adds `tocsin rules promote`. */
export function addPromote(rules: Command): void {
  const command = rules
    .command('promote')
    .description('let rules alert: staged ones by name, others by file')
    .argument('<names-or-files...>', 'names of staged rules, or rules, one a file')
  addChangeOptions(command).action(async (names: string[], flags: ChangeFlags) => {
    const { changeRules, requestedFiles } = await import('./publish-run.ts')
    const asked = names.flatMap((name) => (isFile(name) ? requestedFiles([name]) : [{ name }]))
    await changeRules('live', asked, flags)
  })
}

/** Adds `tocsin rules retire`. */
export function addRetire(rules: Command): void {
  const command = rules
    .command('retire')
    .description('take rules out of force, those of the pack too')
    .argument('<names...>', 'names or ids of rules')
  addChangeOptions(command).action(async (names: string[], flags: ChangeFlags) => {
    const { changeRules } = await import('./publish-run.ts')
    await changeRules(
      'retired',
      names.map((name) => ({ name })),
      flags,
    )
  })
}

/** Adds `tocsin rules list`. */
export function addList(rules: Command): void {
  const command = rules
    .command('list')
    .description('the rules in force, of the pack and of what was changed since')
    .option('--all', 'retired ones too')
    .option('--json', 'print rows as NDJSON')
  addPlaceOptions(command).action(async (flags: ListFlags) => {
    const { listRules } = await import('./publish-run.ts')
    await listRules(flags)
  })
}

function addChangeOptions(command: Command): Command {
  command
    .option('--by <who>', 'who changes it; without: the user of this process')
    .option('--at <time>', 'the event time it holds from (RFC 3339); without: in five seconds')
    .option('--json', 'print what was published as NDJSON')
    .addHelpText('after', ON_CORRELATIONS)
  return addPlaceOptions(command)
}

function isFile(text: string): boolean {
  return /[/\\]|\.ya?ml$/i.test(text) || existsSync(text)
}
