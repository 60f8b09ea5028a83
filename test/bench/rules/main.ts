import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { readFlags, type Flags } from './flags.ts'
import { goalsOf, type TreeResult } from './goals.ts'
import { benchLane, type LaneResult, type Setup } from './lane-bench.ts'
import { LANES, writeLanes, type LaneFile } from './lanes.ts'
import { startMeasured } from './measured-process.ts'
import { availablePin } from './pin.ts'
import type { Loaded } from './protocol.ts'
import { renderReport } from './report.ts'
import { ruleTrees, type RuleTree } from './rule-trees.ts'
import { benchScaling } from './scaling.ts'

const REPORT = fileURLToPath(new URL('report.md', import.meta.url))
const EVENTS_COUNT = 10_000
const SEED = 1

/** Measures the rule engine on every tree and lane, beside a peer where one is given. */
async function main(): Promise<void> {
  const flags = readFlags(
    process.argv,
    LANES.map(({ name }) => name),
  )
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-bench-rules-'))
  try {
    const trees = ruleTrees(flags.rules, directory)
    if (trees === undefined) {
      process.stderr.write('SKIPPED: no rules (--rules, or TOCSIN_SHARED_DIR)\n')
      return
    }
    await bench(flags, trees, directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function bench(flags: Flags, trees: readonly RuleTree[], directory: string): Promise<void> {
  const setup = setupOf(flags, directory)
  const lanes = laneFiles(flags, directory)
  const results: TreeResult[] = []
  for (const tree of trees) results.push(await benchTree(tree, lanes, setup))
  const [widest, firstLane] = [trees.at(-1), lanes[0]]
  const measuresScaling = flags.scaling && widest !== undefined && firstLane !== undefined
  if (measuresScaling) say('more rules')
  const steps = measuresScaling ? await benchScaling(widest, firstLane, setup) : []
  const goals = goalsOf(results, steps)
  const heading = { title: 'Rules bench', lines: headingLines(flags, setup, lanes) }
  const report = renderReport(heading, goals, results, steps)
  writeFileSync(flags.out ?? REPORT, report)
  process.stdout.write(report)
  if (goals.some(({ isMet }) => !isMet)) process.exitCode = 1
}

function setupOf(flags: Flags, directory: string): Setup {
  const pin = availablePin()
  const { seconds, roundsCount } = flags
  const peer = flags.peer === undefined ? undefined : { command: flags.peer, pin, seconds }
  return { seconds, roundsCount, pin, peer, directory }
}

function laneFiles({ lanes, events, logsource }: Flags, directory: string): LaneFile[] {
  const chosen = LANES.filter(({ name }) => lanes === undefined || lanes.includes(name))
  if (events === undefined) {
    say(`writing ${chosen.length} lanes`)
    return writeLanes(directory, chosen, EVENTS_COUNT, SEED)
  }
  const own = {
    name: basename(events),
    describes: 'the events given',
    path: resolve(events),
    logsource,
    isGenerated: false,
  }
  return [own, ...(lanes === undefined ? [] : writeLanes(directory, chosen, EVENTS_COUNT, SEED))]
}

async function benchTree(
  tree: RuleTree,
  lanes: readonly LaneFile[],
  setup: Setup,
): Promise<TreeResult> {
  const { name, filesCount } = tree
  say(`${name}: loading`)
  const loaded = await loadOf(tree, lanes, setup)
  const results: LaneResult[] = []
  for (const lane of lanes) {
    say(`${name}: ${lane.name}`)
    results.push(await benchLane(tree, lane, setup))
  }
  return { name, filesCount, loaded, lanes: results }
}

/** In a process that has done nothing else. */
async function loadOf(tree: RuleTree, lanes: readonly LaneFile[], setup: Setup): Promise<Loaded> {
  const [lane] = lanes
  if (lane === undefined) throw new Error('there is no lane')
  const ours = startMeasured({ rulesDirectory: tree.directory, lane }, setup.pin)
  try {
    const { loaded } = await ours.ask({ kind: 'load' })
    if (loaded === undefined) throw new Error('the engine gave no load')
    return loaded
  } finally {
    await ours.stop()
  }
}

function headingLines(flags: Flags, setup: Setup, lanes: readonly LaneFile[]): string[] {
  const core = setup.pin === undefined ? 'not tied to a core' : 'tied to one core'
  const peer = flags.peer === undefined ? 'No peer.' : `Peer: \`${basename(flags.peer[0] ?? '')}\`.`
  return [
    `Commit ${commit()}, ${new Date().toISOString().slice(0, 10)}, ${machine()}; ${core}.`,
    `Medians (and extremes) of ${setup.roundsCount} rounds of at least ` +
      `${setup.seconds} s, in turns.`,
    `Events a second, with a full result built for every match. ${peer}`,
    '`repeated`: the same parsed events every pass; `fresh`: parsed anew from their lines outside',
    'of the clock; `unseen`: parsed events the engine never met; `unparsed`: parsed within it.\n',
    ...lanes.map(({ name, describes }) => `- \`${name}\`: ${describes}`),
  ]
}

function commit(): string {
  return execFileSync('git', ['describe', '--always', '--dirty']).toString().trim()
}

function machine(): string {
  const [core] = cpus()
  const gibibytes = Math.round(totalmem() / 2 ** 30)
  const node = `Node ${process.versions.node}`
  return `${cpus().length} cores (${core?.model.trim() ?? 'unknown'}), ${gibibytes} GiB, ${node}`
}

function say(progress: string): void {
  process.stderr.write(`${progress}…\n`)
}

await main()
