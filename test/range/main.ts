import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Command, InvalidArgumentError, Option } from 'commander'

import { realServers } from '../support/servers/available.ts'
import { hasPgaudit, hasPostgres } from '../support/servers/postgres.ts'
import { runLayeredLane, type LayeredResult } from './layered/layered-lane.ts'
import type { LayeredScenario } from './layered/layered-scenario.ts'
import type { Audit } from './layered/shop.ts'
import { AUDITED_SCENARIOS, LAYERED_SCENARIOS } from './layered/scenarios/every-layered-scenario.ts'
import { runLane, type LaneResult } from './lane.ts'
import type { LaneName } from './pipeline.ts'
import { renderReport } from './report.ts'
import { SCENARIOS } from './scenarios/every-scenario.ts'

const REPORT = fileURLToPath(new URL('report.md', import.meta.url))
const RUNS_COUNT = 200
const ATTACK = 'attack'

type Place = LaneName | 'both' | 'layers' | 'all'

type Flags = {
  runs: number
  on: Place
  only?: string[]
  keep: boolean
  out: string
}

const names = [ATTACK, ...[...SCENARIOS, ...LAYERED_SCENARIOS].map(({ name }) => name)]
const program = new Command('range')
  .description('Plays live attacks against published MCP servers, and measures the containment.')
  .option('--runs <number>', 'how often the attack is run and measured', asCount, RUNS_COUNT)
  .addOption(
    new Option('--on <where>', 'which pipeline')
      .choices(['embedded', 'kafka', 'both', 'layers', 'all'])
      .default('all'),
  )
  .option('--only <names>', `with commas, of ${names.join(', ')}`, asNames)
  .option('--keep', 'keep the directory with the logs and name it', false)
  .option('--out <file>', 'where the report goes', REPORT)
  .parse()
// What it has started ends with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
await range(program.opts<Flags>())

async function range({ runs, on, only = names, keep, out }: Flags): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-range-'))
  const wanted = lanesOf(on)
  const isPossible = (lane: LaneName): boolean => lane === 'embedded' || realServers() !== undefined
  const skipped = wanted
    .filter((lane) => !isPossible(lane))
    .map((lane) => `${lane}: neither Docker nor Java and Maven on this machine`)
  const isLayered = on === 'layers' || on === 'all'
  if (isLayered && !hasPostgres()) skipped.push('layers: no PostgreSQL of npm for this platform')
  if (isLayered && !hasPgaudit())
    skipped.push('layers, pgaudit: Debian’s postgresql-15-pgaudit is not installed')
  const results: LaneResult[] = []
  const layered: LayeredResult[] = []
  try {
    for (const lane of wanted.filter(isPossible))
      results.push(
        await runLane({
          lane,
          directory,
          runsCount: only.includes(ATTACK) ? runs : 0,
          scenarios: SCENARIOS.filter(({ name }) => only.includes(name)),
          onProgress: (doing, done, total) => tell(`${lane}: ${doing} ${done} of ${total}`),
        }),
      )
    if (isLayered && hasPostgres())
      layered.push(...(await playLayers(directory, 'auto_explain', LAYERED_SCENARIOS, only)))
    if (isLayered && hasPgaudit())
      layered.push(...(await playLayers(directory, 'pgaudit', AUDITED_SCENARIOS, only)))
  } finally {
    if (keep) tell(`everything is kept in ${directory}\n`)
    else rmSync(directory, { recursive: true, force: true })
  }
  const { report, isMet } = renderReport(results, layered, {
    commit: commit(),
    machine: machine(),
    skipped,
  })
  writeFileSync(out, report)
  tell('\n')
  process.stdout.write(report)
  if (!isMet) process.exitCode = 1
}

function lanesOf(on: Place): LaneName[] {
  if (on === 'layers') return []
  return on === 'embedded' || on === 'kafka' ? [on] : ['embedded', 'kafka']
}

async function playLayers(
  directory: string,
  audit: Audit,
  all: readonly LayeredScenario[],
  only: readonly string[],
): Promise<LayeredResult[]> {
  const scenarios = all.filter(({ name }) => only.includes(name))
  if (scenarios.length === 0) return []
  const result = await runLayeredLane({
    directory,
    audit,
    scenarios,
    onProgress: (doing, done, total) => tell(`layers, ${audit}: ${doing} ${done} of ${total}`),
  })
  return [result]
}

/** On a terminal one line that changes, else a line for each thing begun. */
function tell(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`)
}

function commit(): string {
  return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
}

function machine(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30)
  const load = loadavg()[0]?.toFixed(1)
  return `${cpus().length} cores, ${gibibytes} GiB, load ${load}, Node ${process.versions.node}`
}

function asCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('a number from 1 to 9999')
  return Number(text)
}

function asNames(text: string): string[] {
  const found = text.split(',')
  const unknown = found.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new InvalidArgumentError(`there is no ${unknown}`)
  return found
}
