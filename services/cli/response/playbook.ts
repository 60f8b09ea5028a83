import { readFileSync } from 'node:fs'

import { Argument, type Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import type { Severity } from '#domain/records/index.ts'
import { ownAction } from '../../respond/actions/own-actions.ts'
import { playbookToCacao } from '../../respond/cacao.ts'
import { readAdaptersOf, readResponders } from '../../respond/main.ts'
import { drawPlaybook } from '../../respond/playbook-drawing.ts'
import { readPlaybook } from '../../respond/playbook.ts'
import { simulate } from '../../respond/simulate.ts'
import { openEvidenceToRead } from '../evidence.ts'
import { readIncident } from '../incident.ts'
import { addPlaceOptions, withOptions, type PlaceOptions } from '../options.ts'
import { renderTable, safeText } from '../terminal.ts'
import { incidentOf } from './incident-record.ts'

const SEVERITIES = ['moderate', 'high', 'critical']

/** Adds `tocsin playbook show|check|simulate|export`. */
export function addPlaybook(program: Command): void {
  const playbook = program.command('playbook').description('what is done about an incident')
  playbook
    .command('show')
    .description('the decision tree of a severity')
    .addArgument(new Argument('<severity>').choices(SEVERITIES))
    .action((severity: Severity) => {
      const found = readResponders(process.env).playbooks[severity]
      process.stdout.write(`${drawPlaybook(found)}\n`)
    })
  playbook
    .command('check')
    .description('whether files are playbooks')
    .argument('<files...>', 'YAML files')
    .action(checkFiles)
  playbook
    .command('export')
    .description('a playbook as CACAO 2.0 JSON')
    .addArgument(new Argument('<severity>').choices(SEVERITIES))
    .action((severity: Severity) => {
      const found = readResponders(process.env).playbooks[severity]
      process.stdout.write(`${JSON.stringify(playbookToCacao(found), null, 2)}\n`)
    })
  const simulating = playbook
    .command('simulate')
    .description('what would be done about an incident, and why, with nothing done')
    .argument('<id>', 'its id, or how that begins')
  addPlaceOptions(simulating).action((id: string, flags: PlaceOptions) => show(id, flags))
}

function checkFiles(paths: readonly string[]): void {
  const problems = paths.flatMap((path) => {
    try {
      const { name, fullVersion } = readPlaybook(readFileSync(path, 'utf8'))
      process.stdout.write(`${path}: ${name} ${fullVersion}\n`)
      return []
    } catch (error) {
      return [`${path}: ${error instanceof Error ? error.message : 'unreadable'}`]
    }
  })
  if (problems.length > 0) throw new Fault('BAD_RULES', `Refused: ${problems.join('; ')}`)
}

async function show(id: string, flags: PlaceOptions): Promise<void> {
  const environment = withOptions(process.env, flags)
  const evidence = await openEvidenceToRead(environment)
  try {
    const { incident } = await readIncident(evidence, id)
    const options = readResponders(environment)
    const adapters = readAdaptersOf(environment)
    const planned = simulate(incidentOf(incident), options)
    const rows = planned.map((action) => [
      action.kind,
      action.scope ?? action.parameters['to'] ?? '',
      action.phase === 'planned' && action.outcome === null ? 'waits for a person' : '',
      action.reason ?? '',
      plan(() => (ownAction(action.kind) ?? adapters.get(action.kind))?.plan(action) ?? ''),
    ])
    process.stdout.write(`${renderTable(['do', 'what', '', 'why', 'how'], rows)}\n`)
  } finally {
    await evidence.close()
  }
}

function plan(planned: () => string): string {
  try {
    return safeText(planned().split('\n', 1)[0] ?? '', 60)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}
