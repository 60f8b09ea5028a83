import type { Comparison } from './compare.ts'
import {
  cpuRatioOf,
  growthShare,
  meanRatio,
  naiveRatio,
  ratioOf,
  type Goal,
  type TreeResult,
} from './goals.ts'
import type { LaneResult, Measured } from './lane-bench.ts'
import { logsourceText } from './peer.ts'
import type { Timing, Way } from './protocol.ts'
import type { ScalingStep } from './scaling.ts'
import { spreadOf } from './statistics.ts'

/** What stands above the tables. */
export type Heading = { title: string; lines: readonly string[] }

const RATE_COLUMNS = ['repeated', 'fresh', 'unseen', 'unparsed'] as const
const RATE_WAYS = ['fresh', 'unseen', 'unparsed'] as const
const CPU_WAYS = ['fresh', 'unparsed'] as const
const COMPARED_COLUMNS = [
  'peer parsed',
  'peer unparsed',
  'fresh ÷ peer',
  'unseen ÷ peer',
  'unparsed ÷ peer',
  'CPU s per million: fresh / peer',
  'unparsed / peer',
  'by CPU: fresh ÷ peer',
  'unparsed ÷ peer',
] as const

/** The whole report as Markdown. */
export function renderReport(
  heading: Heading,
  goals: readonly Goal[],
  trees: readonly TreeResult[],
  steps: readonly ScalingStep[],
): string {
  return [
    `# ${heading.title}\n`,
    ...heading.lines,
    '\n## Goals\n',
    table(
      ['goal', 'measured', ''],
      goals.map(({ promise, measured, isMet }) => [promise, measured, isMet ? 'PASS' : 'FAIL']),
    ),
    ...trees.flatMap(renderTree),
    ...renderScaling(steps),
    '',
  ].join('\n')
}

function renderTree({ name, filesCount, loaded, lanes }: TreeResult): string[] {
  const growth = Math.round(loaded.rssGrowthBytes / 2 ** 20)
  const counts = `${filesCount} files, ${loaded.rulesCount} rules, ${loaded.refusedCount} refused`
  return [
    `\n## ${capital(name)}\n`,
    `${counts}; loaded in ${(loaded.loadMs / 1000).toFixed(2)} s, ${growth} MiB.`,
    ...peerLoad(lanes),
    '\n### Told nothing: every rule is tried\n',
    rateTable(lanes, 'untold'),
    '\n### Told the logsource: rules that contradict it are left out\n',
    rateTable(lanes, 'told'),
    '\n### Loops without an index\n',
    naiveTable(lanes),
    ...renderDifferences(lanes),
  ]
}

function peerLoad(lanes: readonly LaneResult[]): string[] {
  const turns = lanes.flatMap(({ peerTurn }) => peerTurn ?? [])
  const [first] = turns
  if (first === undefined) return []
  const seconds = spreadOf(turns.map(({ loadMs }) => loadMs)).median / 1000
  return [`The peer, ${first.engine}, loaded in ${seconds.toFixed(2)} s.`]
}

function rateTable(lanes: readonly LaneResult[], kind: 'untold' | 'told'): string {
  const measuredLanes = lanes.flatMap((lane) => {
    const measured = lane[kind]
    return measured === undefined ? [] : [{ lane, measured }]
  })
  const rows = measuredLanes.map(({ lane, measured }) => [
    lane.lane.name,
    ...(kind === 'told' ? [logsourceText(lane.lane.logsource ?? {})] : []),
    String(measured.ours.fresh[0]?.matchesCount ?? 0),
    ...RATE_COLUMNS.map((way) => rate(measured.ours[way])),
    rate(measured.peer.parsed),
    rate(measured.peer.unparsed),
    ...ratios(RATE_WAYS, (way) => ratioOf(measured, way)),
    cpu(measured, 'fresh'),
    cpu(measured, 'unparsed'),
    ...ratios(CPU_WAYS, (way) => cpuRatioOf(measured, way)),
  ])
  const means = ratios(RATE_WAYS, (way) => meanRatio(lanes, kind, way))
  const cpuMeans = ratios(CPU_WAYS, (way) => meanRatio(lanes, kind, way, cpuRatioOf))
  const blanks = Array.from({ length: kind === 'told' ? 8 : 7 }, () => '')
  const subject = kind === 'told' ? ['lane', 'told', 'matches a pass'] : ['lane', 'matches a pass']
  const columns = [...subject, ...RATE_COLUMNS, ...COMPARED_COLUMNS]
  return table(columns, [...rows, ['geometric mean', ...blanks, ...means, '', '', ...cpuMeans]])
}

function ratios(ways: readonly Way[], of: (way: Way) => number | undefined): string[] {
  return ways.map((way) => {
    const ratio = of(way)
    return ratio === undefined ? '-' : `${ratio.toFixed(2)}×`
  })
}

function naiveTable(lanes: readonly LaneResult[]): string {
  const columns = ['lane', 'interpreter', 'rule by rule', 'index ÷ faster loop', 'events differing']
  const rows = lanes.map((lane) => [
    lane.lane.name,
    lane.naive.interpreterPerSecond.toFixed(1),
    lane.naive.ruleByRulePerSecond.toFixed(1),
    `${naiveRatio(lane).toFixed(0)}×`,
    `${lane.naive.differingCount} of ${lane.naive.eventsCount}`,
  ])
  return table(columns, rows)
}

function renderDifferences(lanes: readonly LaneResult[]): string[] {
  const rows = lanes.flatMap(({ lane, untold, told }) => [
    ...differenceRows(lane.name, untold.comparison),
    ...differenceRows(`${lane.name}, told`, told?.comparison),
  ])
  if (rows.length === 0) return []
  const columns = ['lane', 'rule', 'matched by', 'events', 'first lines', 'reason']
  return ['\n### Matches that differ from the peer\n', table(columns, rows)]
}

function differenceRows(name: string, comparison: Comparison | undefined): string[][] {
  const rules = comparison?.rules ?? []
  return rules.map(({ ruleId, side, count, firstLines, documented }) => [
    name,
    ruleId,
    `${side} alone`,
    String(count),
    firstLines.join(' '),
    documented ?? 'NOT DOCUMENTED',
  ])
}

function renderScaling(steps: readonly ScalingStep[]): string[] {
  const [first] = steps
  if (first === undefined) return []
  const columns = ['rules', 'µs an event', 'growth ÷ growth of rules', '… since the first']
  const rows = steps.map((step, index) => [
    step.rulesCount.toLocaleString('en'),
    step.microsPerEvent.toFixed(2),
    index === 0 ? '-' : growthShare(steps[index - 1] ?? step, step).toFixed(3),
    index === 0 ? '-' : growthShare(first, step).toFixed(3),
    `${(step.loaded.loadMs / 1000).toFixed(2)} s`,
    `${Math.round(step.loaded.rssGrowthBytes / 2 ** 20)} MiB`,
    step.peerMicrosPerEvent?.toFixed(2) ?? '-',
  ])
  const all = [...columns, 'loaded in', 'memory', 'peer: µs an event']
  return ['\n## More rules\n', table(all, rows)]
}

function rate(timings: readonly Timing[]): string {
  if (timings.length === 0) return '-'
  const spread = spreadOf(timings.map(({ eventsPerSecond }) => eventsPerSecond))
  const [median, min, max] = [spread.median, spread.min, spread.max].map(thousands)
  return `${median} (${min}–${max})`
}

function cpu({ ours, peer }: Measured, way: 'fresh' | 'unparsed'): string {
  const median = (timings: readonly Timing[]): string =>
    timings.length === 0
      ? '-'
      : spreadOf(timings.map(({ cpuSecondsPerMillion }) => cpuSecondsPerMillion)).median.toFixed(2)
  return `${median(ours[way])} / ${median(way === 'fresh' ? peer.parsed : peer.unparsed)}`
}

/** `48.3k` */
function thousands(value: number): string {
  const kilo = value / 1000
  return `${kilo.toFixed(kilo < 100 ? 1 : 0)}k`
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = columns.map((_, index) => (index === 0 ? '---' : '--:'))
  return [line(columns), line(rule), ...rows.map(line)].join('\n')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
