import { isAsDocumented } from './compare.ts'
import type { LaneResult, Measured } from './lane-bench.ts'
import type { Loaded, Timing, Way } from './protocol.ts'
import type { ScalingStep } from './scaling.ts'
import { geometricMean, spreadOf } from './statistics.ts'

/** What was promised, what was measured, and whether it holds. */
export type Goal = { promise: string; measured: string; isMet: boolean }

/** All that was measured with one tree. */
export type TreeResult = { name: string; filesCount: number; loaded: Loaded; lanes: LaneResult[] }

const UNTOLD_MIN_RATIO = 1.3
const TOLD_MIN_RATIO = 1
const NAIVE_MIN_RATIO = 100
const LOAD_MAX_MS = 2500
const GROWTH_MAX_BYTES = 300 * 2 ** 20
/** Cost per event may grow at most so much as the rules do. */
const SCALING_MAX_SHARE = 0.5

/** Our rate over the peer's; undefined where one of them was not measured. */
export function ratioOf(measured: Measured | undefined, way: Way): number | undefined {
  const { ours, theirs } = timingsOf(measured, way)
  if (ours.length === 0 || theirs.length === 0) return undefined
  return medianRate(ours) / medianRate(theirs)
}

/** The same by CPU seconds, which busy neighbours disturb less: the peer's over ours. */
export function cpuRatioOf(measured: Measured | undefined, way: Way): number | undefined {
  const { ours, theirs } = timingsOf(measured, way)
  if (ours.length === 0 || theirs.length === 0) return undefined
  return medianCpu(theirs) / medianCpu(ours)
}

/** The geometric mean of our ratios to the peer over all lanes. */
export function meanRatio(
  lanes: readonly LaneResult[],
  kind: 'untold' | 'told',
  way: Way,
  of = ratioOf,
): number | undefined {
  return geometricMean(lanes.flatMap((lane) => of(lane[kind], way) ?? []))
}

function timingsOf(
  measured: Measured | undefined,
  way: Way,
): { ours: readonly Timing[]; theirs: readonly Timing[] } {
  const { parsed = [], unparsed = [] } = measured?.peer ?? {}
  return { ours: measured?.ours[way] ?? [], theirs: way === 'unparsed' ? unparsed : parsed }
}

function medianRate(timings: readonly Timing[]): number {
  return spreadOf(timings.map(({ eventsPerSecond }) => eventsPerSecond)).median
}

function medianCpu(timings: readonly Timing[]): number {
  return spreadOf(timings.map(({ cpuSecondsPerMillion }) => cpuSecondsPerMillion)).median
}

/** How much faster the index is than the faster of the loops without one. */
export function naiveRatio({ untold, naive }: LaneResult): number {
  const loop = Math.max(naive.interpreterPerSecond, naive.ruleByRulePerSecond)
  return medianRate(untold.ours.fresh) / loop
}

export function goalsOf(trees: readonly TreeResult[], steps: readonly ScalingStep[]): Goal[] {
  return [
    ...trees.flatMap((tree) => matchGoals(tree)),
    ...trees.flatMap((tree) => rateGoals(tree)),
    ...trees.flatMap((tree) => [naiveGoal(tree), ...loadGoals(tree)]),
    ...scalingGoals(steps),
  ]
}

function matchGoals({ name, lanes }: TreeResult): Goal[] {
  const compared = lanes.flatMap(({ untold, told }) =>
    [untold.comparison, told?.comparison].filter((one) => one !== undefined),
  )
  if (compared.length === 0) return []
  const differing = compared.filter((comparison) => !isAsDocumented(comparison)).length
  return [
    {
      promise: `${name}: the same matches as the peer`,
      measured: `${compared.length} comparisons, ${differing} differ`,
      isMet: differing === 0,
    },
  ]
}

function rateGoals({ name, lanes }: TreeResult): Goal[] {
  const kinds = [
    { kind: 'untold', min: UNTOLD_MIN_RATIO, beside: "the peer's default" },
    { kind: 'told', min: TOLD_MIN_RATIO, beside: 'the peer, both told the logsource' },
  ] as const
  return kinds.flatMap(({ kind, min, beside }) =>
    (['fresh', 'unseen', 'unparsed'] as const).flatMap((way): Goal[] => {
      const ratio = meanRatio(lanes, kind, way)
      if (ratio === undefined) return []
      const events = { fresh: 'parsed', unseen: 'parsed, never seen', unparsed: 'unparsed' }[way]
      const promise = `${name}: at least ${min.toFixed(1)}× ${beside}, events ${events}`
      return [{ promise, measured: `${ratio.toFixed(2)}×`, isMet: ratio >= min }]
    }),
  )
}

function naiveGoal({ name, lanes }: TreeResult): Goal {
  const ratio = geometricMean(lanes.map(naiveRatio)) ?? 0
  return {
    promise: `${name}: at least ${NAIVE_MIN_RATIO}× the faster loop without an index`,
    measured: `${ratio.toFixed(0)}×`,
    isMet: ratio >= NAIVE_MIN_RATIO,
  }
}

function loadGoals({ name, loaded }: TreeResult): Goal[] {
  const growth = Math.round(loaded.rssGrowthBytes / 2 ** 20)
  return [
    {
      promise: `${name}: loaded within ${LOAD_MAX_MS / 1000} s`,
      measured: `${(loaded.loadMs / 1000).toFixed(2)} s`,
      isMet: loaded.loadMs <= LOAD_MAX_MS,
    },
    {
      promise: `${name}: loading takes at most ${GROWTH_MAX_BYTES / 2 ** 20} MiB`,
      measured: `${growth} MiB`,
      isMet: loaded.rssGrowthBytes <= GROWTH_MAX_BYTES,
    },
  ]
}

function scalingGoals(steps: readonly ScalingStep[]): Goal[] {
  const [first, last] = [steps[0], steps.at(-1)]
  if (first === undefined || last === undefined) return []
  const shares = steps.slice(1).map((step, index) => growthShare(steps[index] ?? first, step))
  const [share, worst] = [growthShare(first, last), Math.max(...shares)]
  const promise = 'cost an event grows at most half as fast as the rules'
  return [
    {
      promise: `${promise}, ${first.rulesCount} to ${last.rulesCount}`,
      measured: share.toFixed(3),
      isMet: share <= SCALING_MAX_SHARE,
    },
    {
      promise: `${promise}, in each step`,
      measured: worst.toFixed(3),
      isMet: worst <= SCALING_MAX_SHARE,
    },
  ]
}

/** How many times the cost grew for each time that the rules did. */
export function growthShare(from: ScalingStep, to: ScalingStep): number {
  return to.microsPerEvent / from.microsPerEvent / (to.rulesCount / from.rulesCount)
}
