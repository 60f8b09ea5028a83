import { readFileSync } from 'node:fs'

import { Command, CommanderError } from 'commander'

import { Fault } from '#domain/fault.ts'
import { commandsFor } from './commands.ts'

const EXIT_FAILED = 1
const EXIT_USAGE = 2
const USAGE_CODES = new Set(['BAD_USAGE', 'BAD_SETTINGS'])

/** Runs one command line; sets the exit code: 0 done, 1 failed, 2 bad usage or settings. */
async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', takeOutputError)
  const program = new Command('tocsin')
    .description('Incident detection and response for agents that act through MCP')
    .version(version())
  for (const add of await commandsFor(argv[2])) add(program)
  for (const command of everyCommand(program))
    command.exitOverride().configureOutput({ outputError: writeUsageError })
  try {
    await program.parseAsync(argv)
  } catch (error) {
    process.exitCode = exitCodeOf(error)
    if (!(error instanceof CommanderError)) say(error)
  }
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

function writeUsageError(text: string): void {
  process.stderr.write(`tocsin: ${text.trim().replace(/^error: /, '')}; see --help\n`)
}

/** A reader that has seen enough is no failure; a disk without room is. */
function takeOutputError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  process.exitCode = EXIT_FAILED
  say(new Fault('OUTPUT_UNWRITABLE', `Cannot write to standard output: ${error.code}`))
}

let isSaid = false

/** Says what went wrong, once: what follows from it only hides it. */
function say(error: unknown): void {
  if (!isSaid) process.stderr.write(`tocsin: ${lineOf(error)}\n`)
  isSaid = true
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
  return error instanceof Fault && USAGE_CODES.has(error.code) ? EXIT_USAGE : EXIT_FAILED
}

/** One line for a person; an error that is our bug says where, on a machine that asks for it. */
function lineOf(error: unknown): string {
  if (error instanceof Fault) return `${error.message} [${error.code}]`
  if (process.env['TOCSIN_DEBUG'] !== undefined && error instanceof Error)
    return error.stack ?? error.message
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown reason'
  return `This is a bug: ${reason.split('\n', 1)[0]} (TOCSIN_DEBUG=1 shows where)`
}

function version(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const text = readFileSync(new URL(place, import.meta.url), 'utf8')
      return (JSON.parse(text) as { version: string }).version
    } catch {
      continue
    }
  }
  return 'unknown'
}

await main(process.argv)
