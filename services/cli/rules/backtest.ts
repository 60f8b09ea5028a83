import type { Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import { readSettings } from '#runtime/config.ts'
import type { Pack } from '../../detect/pack/pack.ts'
import type { Rule } from '../../detect/pack/rule.ts'
import { addPlaceOptions, withOptions, type PlaceOptions } from '../options.ts'
import { renderTable } from '../terminal.ts'
import type { DayCount } from './hit-counts.ts'
import { readLivePack, readPackAt, withoutRefusals } from './pack-place.ts'
import { repeated } from './repeated.ts'
import { parseTimeSpan } from './time-span.ts'

type BacktestFlags = PlaceOptions & {
  from: string
  to: string
  rule: string[]
  rules?: string[]
  examples: string
  json?: boolean
}

/** Adds `tocsin rules backtest`. */
export function addBacktest(rules: Command): void {
  const command = rules
    .command('backtest')
    .description('try rules on the events and observations of the evidence: hits a day, examples')
    .requiredOption('--from <time>', 'from this event time on: RFC 3339, or a date')
    .requiredOption('--to <time>', 'before this event time')
    .option('--rule <name>', 'only this rule, by name or id; repeat for more', repeated, [])
    .option('--rules <dir...>', 'try these folders, and compare with the rules that run')
    .option('--examples <count>', 'so many event ids of each rule and day', '3')
    .option('--json', 'print rows as NDJSON')
    .addHelpText('after', AFTER_HELP)
  addPlaceOptions(command).action(backtest)
}

const AFTER_HELP = `
Hits are counted before suppression and exceptions. Correlations are not run. Statistics are judged
with the baselines of the evidence, and are unknown where it has none.`

async function backtest(flags: BacktestFlags): Promise<void> {
  const span = parseTimeSpan(flags.from, flags.to)
  if (!/^\d{1,3}$/.test(flags.examples))
    throw new Fault('BAD_USAGE', '--examples takes a number from 0 to 999')
  const environment = withOptions(process.env, flags)
  const livePack = readLivePack(environment)
  const isCompared = flags.rules !== undefined
  const triedPack = isCompared ? withoutRefusals(readPackAt(flags.rules ?? [])) : livePack
  const packs = isCompared ? [triedPack, livePack] : [triedPack]
  const { openEvidenceToRead } = await import('../evidence.ts')
  const { runBacktest } = await import('./backtest-run.ts')
  const { modelOf } = await import('./stored-baselines.ts')
  const wanted = wantedNames(flags.rule, packs)
  const evidence = await openEvidenceToRead(environment)
  try {
    const outcome = await runBacktest({
      evidence,
      span,
      epochUs: readSettings(environment).epochUs,
      tried: rulesOf(triedPack, wanted),
      live: isCompared ? rulesOf(livePack, wanted) : undefined,
      examplesMaxCount: Number(flags.examples),
      model: modelOf(environment),
    })
    const { rows, recordsCount, baselinesCount, readsStatistics } = outcome
    const correlationsCount = triedPack.correlations.length
    if (correlationsCount > 0 && wanted === undefined)
      say(`${correlationsCount} correlations are not run`)
    if (readsStatistics && baselinesCount === 0)
      say('The evidence has no baselines for this time: statistics are unknown')
    const text = flags.json === true ? ndjson(rows, isCompared) : tableOf(rows, isCompared)
    process.stdout.write(text)
    const hitsCount = rows.reduce((sum, { count }) => sum + count, 0)
    say(`${recordsCount} records tried, ${hitsCount} hits`)
  } finally {
    await evidence.close()
  }
}

/** @throws Fault NOT_FOUND for a name that no rule has. */
function wantedNames(
  names: readonly string[],
  packs: readonly Pack[],
): ReadonlySet<string> | undefined {
  const all = packs.flatMap(({ rules }) => rules.map(({ rule }) => rule))
  for (const name of names) {
    if (all.some((rule) => rule.name === name || rule.id === name)) continue
    throw new Fault('NOT_FOUND', 'There is no rule of the name that --rule gives')
  }
  return names.length === 0 ? undefined : new Set(names)
}

function rulesOf(pack: Pack, wanted: ReadonlySet<string> | undefined): Rule[] {
  const rules = pack.rules.map(({ rule }) => rule)
  if (wanted === undefined) return rules
  return rules.filter(({ name, id }) => wanted.has(name) || wanted.has(id))
}

function tableOf(rows: readonly DayCount[], isCompared: boolean): string {
  if (rows.length === 0) return 'no hits\n'
  const compared = isCompared ? ['same', 'new', 'gone'] : []
  const cells = rows.map((row) => [
    row.rule,
    row.level,
    row.day,
    String(row.count),
    ...(isCompared ? [String(row.same), String(row.new), String(row.gone)] : []),
    row.examples.join(' '),
  ])
  return `${renderTable(['rule', 'level', 'day', 'hits', ...compared, 'examples'], cells)}\n`
}

function ndjson(rows: readonly DayCount[], isCompared: boolean): string {
  const lines = rows.map((row) => {
    const { same, new: added, gone, examples, ...rest } = row
    const compared = isCompared ? { same, new: added, gone } : {}
    return `${JSON.stringify({ ...rest, ...compared, examples })}\n`
  })
  return lines.join('')
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
