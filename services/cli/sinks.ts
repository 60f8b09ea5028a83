import type { Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import { namedSinks } from '../export/main.ts'
import type { Answer } from '../export/sinks/sink.ts'
import { testFinding } from '../export/test-finding.ts'
import { renderTable } from './terminal.ts'

type SinksFlags = { sinks?: string }

/** Adds `tocsin sinks list|test`. */
export function addSinks(program: Command): void {
  const sinks = program.command('sinks').description('other systems that get every finding')
  withFile(sinks.command('list').description('the sinks of the settings, and where each leads'))
    .option('--json', 'print rows as NDJSON')
    .action((flags: SinksFlags & { json?: boolean }) => list(flags))
  withFile(
    sinks
      .command('test')
      .description('send one finding that says it is a test, and tell what came back')
      .argument('<name>', 'its name in the settings'),
  ).action((name: string, flags: SinksFlags) => tryOne(name, flags))
}

function withFile(command: Command): Command {
  return command.option('--sinks <file>', 'YAML of the sinks; without it TOCSIN_SINKS')
}

function sinksOf({ sinks }: SinksFlags): ReturnType<typeof namedSinks> {
  const path = sinks ?? process.env['TOCSIN_SINKS']
  if (path === undefined)
    throw new Fault('BAD_USAGE', 'There are no sinks: set TOCSIN_SINKS, or give --sinks FILE')
  return namedSinks({ ...process.env, TOCSIN_SINKS: path })
}

function list(flags: SinksFlags & { json?: boolean }): void {
  const rows = sinksOf(flags).map(({ name, kind, severityMin, open }) => {
    const sink = open()
    sink.close()
    return { name, kind, target: sink.target, severity_min: severityMin }
  })
  const text =
    flags.json === true
      ? rows.map((row) => `${JSON.stringify(row)}\n`).join('')
      : `${renderTable(['name', 'kind', 'to', 'from severity'], rows.map(Object.values))}\n`
  process.stdout.write(text)
}

async function tryOne(name: string, flags: SinksFlags): Promise<void> {
  const known = sinksOf(flags)
  const named = known.find((sink) => sink.name === name)
  if (named === undefined) {
    const names = known.map((sink) => sink.name).join(', ') || 'none'
    throw new Fault('NOT_FOUND', `There is no sink ${name}; there are: ${names}`)
  }
  const sink = named.open()
  try {
    const event = testFinding(Date.now() * 1000)
    const parcel = { event, body: sink.encode(event) }
    const answer = await sink.send([parcel], AbortSignal.timeout(600_000))
    const trouble = troubleOf(answer)
    if (trouble !== undefined) throw new Fault('REFUSED', `${name} (${sink.target}): ${trouble}`)
    const detail = answer.kind === 'taken' ? answer.detail : ''
    process.stdout.write(`${name} (${sink.target}): ${detail}; test ${event.metadata.uid}\n`)
  } finally {
    sink.close()
  }
}

function troubleOf(answer: Answer): string | undefined {
  if (answer.kind === 'refused') return `refused it (${answer.reason})`
  const [refused] = answer.refused
  if (refused !== undefined) return `refused it (${refused.reason})`
  return answer.again.length > 0 ? 'has no room for it now' : undefined
}
