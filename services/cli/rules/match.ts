import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import type { Command } from 'commander'

import { readPlaceholders } from '#adapters/rules/files.ts'
import { Fault } from '#domain/fault.ts'
import type { Line } from '../../collect/lines.ts'
import { compileEngine } from '../../detect/sigma/engine.ts'
import type { SigmaEngine } from '../../detect/sigma/engine.ts'
import type { SigmaRule } from '../../detect/sigma/sigma-rule.ts'
import { safeText } from '../terminal.ts'
import { openEventLines, type EventLines } from './event-lines.ts'
import { createLineProgress } from './line-progress.ts'
import { parseLogsource } from './logsource.ts'
import { createLinesNote, type LinesNote } from './lines-note.ts'
import { repeated } from './repeated.ts'
import { readRuleFiles } from './rule-files.ts'
import { loadSigmaTree, readPipelines, refusalLine, type SigmaTree } from './sigma-tree.ts'
import { inputName } from './unreadable.ts'

type MatchFlags = {
  pipeline: string[]
  logsource?: string
  placeholders?: string
  out?: string
  strict?: boolean
}

/** Adds `tocsin rules match`. */
export function addMatch(rules: Command): void {
  rules
    .command('match')
    .description('which rules of any Sigma tree match each of any JSON events; nothing else runs')
    .argument('<rules>', 'a folder, a .yml file, or a .tar.gz of them')
    .argument('<events>', 'NDJSON: plain, .gz, .zst, or - for standard input')
    .option('--pipeline <file>', 'a processing pipeline of pySigma; repeat for more', repeated, [])
    .option('--logsource <stated>', 'product=P,category=C,service=S: leave other rules out')
    .option('--placeholders <file>', 'YAML: what %name% stands for under "expand"')
    .option('--out <file>', 'write there instead of to standard output')
    .option('--strict', 'fail where a rule is refused')
    .addHelpText('after', AFTER_HELP)
    .action(match)
}

const AFTER_HELP = `
Writes a line for each event: the sorted ids of the rules that match, as a JSON array; the title of
a rule that has no id. A blank line is no event and gives none. A line that is no JSON object gives
null, is named on standard error, and makes the exit code 1.`

async function match(tree: string, events: string, flags: MatchFlags): Promise<void> {
  const logsource = flags.logsource === undefined ? undefined : parseLogsource(flags.logsource)
  const placeholders = readPlaceholders(flags.placeholders)
  const pipelines = readPipelines(flags.pipeline)
  const loaded = loadSigmaTree(readRuleFiles(tree), pipelines, { placeholders })
  for (const { name, notes } of pipelines)
    for (const note of notes) say(`${safeText(name)}: ${note}`)
  sayLoaded(loaded)
  if (loaded.refused.length > 0 && flags.strict === true) {
    throw new Fault('BAD_RULES', `${loaded.refused.length} rules are refused`)
  }
  if (loaded.rules.length === 0) throw new Fault('BAD_RULES', `No rule of ${tree} can be run`)
  const engine = compileEngine(loaded.rules, logsource === undefined ? {} : { logsource })
  if (logsource !== undefined) say(`${engine.rules.length} rules are for this log source`)
  const lines = openEventLines(events)
  const bad = createLinesNote(events)
  const counted = { events: 0, matches: 0 }
  await write(flags.out, matchedLines(engine, lines, bad, counted))
  const name = inputName(events)
  say(`${counted.events} events, ${counted.matches} matches`)
  if (lines.isDamaged()) {
    throw new Fault('INPUT_TRUNCATED', `${name} is damaged: only what stood before it was read`)
  }
  if (bad.count() > 0) {
    throw new Fault('INPUT_UNREADABLE', `${bad.count()} lines of ${name} are no JSON objects`)
  }
}

async function* matchedLines(
  engine: SigmaEngine<SigmaRule>,
  lines: EventLines,
  bad: LinesNote,
  counted: { events: number; matches: number },
): AsyncGenerator<string> {
  const progress = createLineProgress(lines)
  try {
    for await (const batch of lines.batches) {
      let text = ''
      for (const line of batch) {
        const event = eventOf(line)
        if (typeof event === 'string') {
          bad.add(line.number, event)
          text += 'null\n'
          continue
        }
        const ids = new Set(engine.match(event).map(({ id }) => id))
        counted.events += 1
        counted.matches += ids.size
        text += `${JSON.stringify([...ids])}\n`
      }
      progress.update(counted.events)
      yield text
    }
  } finally {
    progress.stop()
  }
}

/** The event of a line, or why there is none. */
function eventOf({ bytes }: Line): Readonly<Record<string, unknown>> | string {
  if (bytes === undefined) return 'the line is too long'
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    return 'not JSON'
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Readonly<Record<string, unknown>>) : 'JSON, but no object'
}

async function write(path: string | undefined, texts: AsyncIterable<string>): Promise<void> {
  const source = Readable.from(texts)
  try {
    if (path === undefined) await pipeline(source, process.stdout, { end: false })
    else await pipeline(source, createWriteStream(path))
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    const { code, syscall } = cause as NodeJS.ErrnoException
    // The reader has seen enough.
    if (code === 'EPIPE') return
    if (syscall === undefined) throw cause
    const name = path ?? 'standard output'
    throw new Fault('OUTPUT_UNWRITABLE', `Cannot write ${name}: ${code}`, { cause })
  }
}

function sayLoaded({ rules, refused, filters, correlations }: SigmaTree): void {
  const exceptions = filters.filter(({ exception }) => exception !== undefined)
  const filtersCount = filters.length - exceptions.length
  say(`${rules.length} rules, ${refused.length} refused${refused.length > 0 ? ':' : ''}`)
  for (const one of refused) say(`  ${refusalLine(one)}`)
  if (filtersCount > 0) say(`${filtersCount} filters are worked in`)
  if (exceptions.length > 0) {
    say(`${exceptions.length} exceptions are not: they end at a time, and any JSON has none`)
  }
  if (correlations.length === 0) return
  say(`${correlations.length} correlations are not run by this command:`)
  for (const { file } of correlations) say(`  ${safeText(file)}`)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
