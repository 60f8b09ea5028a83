import { bootstrapIntervals, type Interval } from './bootstrap.ts'
import { measure, VERDICTS, type JudgedSession, type Measures, type Share } from './measures.ts'
import { renderTable } from '../terminal.ts'

const SHARES: readonly [name: keyof Measures, title: string][] = [
  ['prevalence', 'prevalence of attacked sessions'],
  ['precision', 'verdict: precision'],
  ['recall', 'verdict: recall'],
  ['attackerPrecision', 'attacker events: precision'],
  ['attackerRecall', 'attacker events: recall'],
  ['vectorPrecision', 'injection events: precision'],
  ['vectorRecall', 'injection events: recall'],
  ['vectorFound', 'attacks found whose vector is named'],
  ['criticalRecall', 'critical sessions: recall'],
  ['benignFlagged', 'benign sessions flagged high or critical'],
  ['recallAtOnePercent', 'recall at 1 % of benign sessions flagged'],
  ['alertedBeforeAction', 'attacks alerted before the action'],
]

/** Every measure of quality.md as text, shares with 95 % intervals by user task. */
export function renderQuality(sessions: readonly JudgedSession[]): string {
  const measures = measure(sessions)
  const intervals = bootstrapIntervals(sessions, (sample) => {
    const resampled = measure(sample)
    return Object.fromEntries(SHARES.map(([name]) => [name, shareOf(resampled, name).value]))
  })
  const shares = SHARES.map(([name, title]) => {
    const { value, hits, of } = shareOf(measures, name)
    return [title, formatShare(value), `${hits} of ${of}`, formatInterval(intervals.get(name))]
  })
  const { median, worst, of } = measures.secondsToDetect
  return [
    `${measures.sessions} sessions`,
    '',
    renderTable(['measure', 'value', 'count', '95 % interval'], shares),
    `the floor of recall at 1 % was severity ${measures.recallAtOnePercent.atLeast}`,
    `time to detect, event time: median ${formatSeconds(median)}, ` +
      `worst ${formatSeconds(worst)}, ${of} attacks`,
    '',
    renderTable(['label', ...VERDICTS], matrixRows(measures)),
  ].join('\n')
}

function matrixRows(measures: Measures): string[][] {
  return Object.entries(measures.matrix).map(([label, row]) => [
    label,
    ...VERDICTS.map((verdict) => String(row[verdict])),
  ])
}

function shareOf(measures: Measures, name: keyof Measures): Share {
  return measures[name] as Share
}

function formatShare(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(3)
}

function formatInterval(interval: Interval): string {
  return interval === undefined ? '-' : `${interval.low.toFixed(3)}-${interval.high.toFixed(3)}`
}

function formatSeconds(seconds: number | undefined): string {
  return seconds === undefined ? '-' : `${seconds.toFixed(1)} s`
}
