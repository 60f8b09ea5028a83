import assert from 'node:assert/strict'

/** What a profile pays for a window found, and charges for one missed and for a false alarm. */
export type Profile = { tpWeight: number; fnWeight: number; fpWeight: number }

/** A labelled series: its rows' times, in order, and the first and last time of each window. */
export type LabelledSeries = {
  name: string
  timesMs: Float64Array
  windows: readonly (readonly [number, number])[]
}

/** How each row counts: `window` -1 where none, -2 in the probationary period. */
export type GradedSeries = {
  name: string
  window: Int32Array
  /** The sigmoid of the row's place: within a window 1 at its first row, beyond one down to -1. */
  weight: Float64Array
  /** The first row of each window. */
  firstRows: readonly number[]
  /** Windows with a row after the probationary period. */
  countedWindows: ReadonlySet<number>
}

export const NO_WINDOW = -1
const PROBATION = -2
const PROBATION_SHARE = 0.15
const PROBATION_ROWS_MAX_COUNT = PROBATION_SHARE * 5000
/** Beyond this many window widths a false alarm costs in full. */
const FAR_WIDTHS = 3

/** NAB's scaled sigmoid: 0 at the right edge of a window, positive before it, negative after. */
export function scaledSigmoid(position: number): number {
  return position >= FAR_WIDTHS ? -1 : 2 / (1 + Math.exp(5 * position)) - 1
}

/** How every row of a series would count if it were reported, before a profile's weights. */
export function gradeSeries({ name, timesMs, windows }: LabelledSeries): GradedSeries {
  const rowsCount = timesMs.length
  const probation = Math.min(Math.floor(PROBATION_SHARE * rowsCount), PROBATION_ROWS_MAX_COUNT)
  const window = new Int32Array(rowsCount).fill(NO_WINDOW)
  const weight = new Float64Array(rowsCount).fill(-1)
  const edges = windows.map(([first, last]) => [timesMs.indexOf(first), timesMs.indexOf(last)])
  for (const [index, [first = -1, last = -1]] of edges.entries()) {
    assert(first >= 0 && last >= first, `window ${index} of ${name} is not in the series`)
    const width = last - first + 1
    const end = edges[index + 1]?.[0] ?? rowsCount
    const best = scaledSigmoid(-1)
    for (let row = first; row <= last; row++) {
      window[row] = index
      weight[row] = scaledSigmoid(-(last - row + 1) / width) / best
    }
    for (let row = last + 1; row < end; row++)
      weight[row] = scaledSigmoid((row - last) / (width - 1))
  }
  window.fill(PROBATION, 0, probation)
  const firstRows = edges.map(([first = 0]) => first)
  const countedWindows = new Set([...window].filter((index) => index >= 0))
  return { name, window, weight, firstRows, countedWindows }
}

/**
 * What each row adds to the score where rows of at least `threshold` are reported: a window's gain
 * or loss stands in its first row, a false alarm's in its own.
 */
export function rowScores(
  series: GradedSeries,
  scores: Float64Array,
  threshold: number,
  profile: Profile,
): Float64Array {
  const { window, weight, firstRows, countedWindows } = series
  const rows = new Float64Array(window.length)
  const found = new Float64Array(firstRows.length).fill(-Infinity)
  for (let row = 0; row < window.length; row++) {
    const index = window[row]!
    if (index === PROBATION || scores[row]! < threshold) continue
    if (index === NO_WINDOW) rows[row] = weight[row]! * profile.fpWeight
    else found[index] = Math.max(found[index]!, weight[row]! * profile.tpWeight)
  }
  for (const index of countedWindows)
    rows[firstRows[index]!] = found[index] === -Infinity ? -profile.fnWeight : found[index]!
  return rows
}

/** A series and what a detector said of each of its rows. */
export type Scored = { series: GradedSeries; scores: Float64Array }

/** The one threshold over all series with the highest sum of scores; the highest such threshold. */
export function bestThreshold(
  scored: readonly Scored[],
  profile: Profile,
): { threshold: number; score: number } {
  const rows: { score: number; weight: number; window: string | undefined }[] = []
  const found = new Map<string, number>()
  for (const { series, scores } of scored) {
    for (const index of series.countedWindows)
      found.set(`${series.name}|${index}`, -profile.fnWeight)
    for (const [row, index] of series.window.entries()) {
      if (index === PROBATION) continue
      const window = index === NO_WINDOW ? undefined : `${series.name}|${index}`
      rows.push({ score: scores[row]!, weight: series.weight[row]!, window })
    }
  }
  rows.sort((one, other) => other.score - one.score)
  let sum = -profile.fnWeight * found.size
  let best = { threshold: Infinity, score: sum }
  for (const [place, { score, weight, window }] of rows.entries()) {
    if (window === undefined) sum += weight * profile.fpWeight
    else {
      const known = found.get(window)!
      const now = Math.max(known, weight * profile.tpWeight)
      found.set(window, now)
      sum += now - known
    }
    if (rows[place + 1]?.score === score) continue
    if (sum > best.score) best = { threshold: score, score: sum }
  }
  return best
}

/** A sum of scores where a detector that reports nothing has 0 and a perfect one 100. */
export function normalised(score: number, windowsCount: number, profile: Profile): number {
  const nothing = -profile.fnWeight * windowsCount
  const perfect = profile.tpWeight * windowsCount
  return (100 * (score - nothing)) / (perfect - nothing)
}
