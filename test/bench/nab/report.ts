import { PROFILE_NAMES, type Corpus, type ProfileName } from './corpus.ts'
import { bestThreshold, normalised, NO_WINDOW, rowScores, type Scored } from './scorer.ts'

/** Processor time a point, over whole passes. */
export type Cost = { pointsCount: number; medianUs: number; worstUs: number }

/** What was measured: the detector and a published one, both over all series. */
export type Measured = { scored: Scored[]; peer: Scored[]; cost: Cost }

const STANDARD_MIN = 62
const POINT_MAX_US = 1

/** The report as Markdown, and whether the goals are met. */
export function renderReport(
  corpus: Corpus,
  { scored, peer, cost }: Measured,
  commit: string,
): { report: string; isMet: boolean } {
  const own = scoresOf(corpus, scored)
  const peers = scoresOf(corpus, peer)
  const standard = own.all[0] ?? 0
  const goals = [
    [`standard profile ≥ ${STANDARD_MIN}`, standard.toFixed(1), standard >= STANDARD_MIN],
    [`processor time ≤ ${POINT_MAX_US} µs a point`, cost.medianUs.toFixed(2), isCheap(cost)],
  ] as const
  const report = [
    '# NAB bench\n',
    `Commit ${commit}. Numenta Anomaly Benchmark, the shared groups: ${sizeOf(corpus, cost)};`,
    'one setting for all series. The threshold is, as in NAB, the best one over all of them for',
    'each profile; 0 is a detector that reports nothing, 100 a perfect one.\n',
    table(
      ['goal', 'measured', ''],
      goals.map(([goal, measured, isMet]) => [goal, measured, isMet ? 'PASS' : 'FAIL']),
    ),
    `\nSlowest of the passes: ${cost.worstUs.toFixed(2)} µs a point.\n`,
    table(
      ['group', 'windows', ...PROFILE_NAMES, 'windows found', 'false alarms'],
      [...own.groups, ['**all**', ...own.row], ['windowedGaussian, all', ...peers.row]],
    ),
    '\nWindows found and false alarms are those of the standard profile.\n',
  ].join('\n')
  return { report, isMet: goals.every(([, , isMet]) => isMet) }
}

type Scores = { all: number[]; row: string[]; groups: string[][] }

/** The scores with the best threshold of each profile over all series, and by group. */
function scoresOf(corpus: Corpus, scored: readonly Scored[]): Scores {
  const thresholds = PROFILE_NAMES.map((name) => ({
    name,
    threshold: bestThreshold(scored, corpus.profiles[name]).threshold,
  }))
  const all = thresholds.map(({ name, threshold }) => scoreOf(corpus, scored, name, threshold))
  const cells = (part: readonly Scored[]): string[] => {
    const windows = part.reduce((sum, { series }) => sum + series.firstRows.length, 0)
    const { found, falseAlarms } = foundOf(part, thresholds[0]?.threshold ?? Infinity)
    const scores = thresholds.map(({ name, threshold }) =>
      windows === 0 ? '–' : scoreOf(corpus, part, name, threshold).toFixed(1),
    )
    return [String(windows), ...scores, String(found), String(falseAlarms)]
  }
  const groups = [...new Set(corpus.series.map(({ group }) => group))].map((group) => [
    group,
    ...cells(scored.filter((_, index) => corpus.series[index]?.group === group)),
  ])
  return { all, row: cells(scored), groups }
}

function scoreOf(
  { profiles }: Corpus,
  scored: readonly Scored[],
  name: ProfileName,
  threshold: number,
): number {
  const profile = profiles[name]
  const windows = scored.reduce((sum, { series }) => sum + series.firstRows.length, 0)
  const sum = scored
    .flatMap(({ series, scores }) => [...rowScores(series, scores, threshold, profile)])
    .reduce((total, row) => total + row, 0)
  return normalised(sum, windows, profile)
}

function foundOf(
  scored: readonly Scored[],
  threshold: number,
): { found: number; falseAlarms: number } {
  let [found, falseAlarms] = [0, 0]
  for (const { series, scores } of scored) {
    const windows = new Set<number>()
    for (const [row, window] of series.window.entries()) {
      if (scores[row]! < threshold) continue
      if (window === NO_WINDOW) falseAlarms += 1
      else if (window >= 0) windows.add(window)
    }
    found += windows.size
  }
  return { found, falseAlarms }
}

function sizeOf({ series }: Corpus, { pointsCount }: Cost): string {
  const windowsCount = series.reduce((sum, { windows }) => sum + windows.length, 0)
  return `${series.length} series, ${windowsCount} windows, ${pointsCount} points`
}

function isCheap({ medianUs }: Cost): boolean {
  return medianUs <= POINT_MAX_US
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heading, heading.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
