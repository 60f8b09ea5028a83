import type { Bounds, Term } from '#sigma/correlation-condition.ts'
import type { ResolvedCorrelation } from '#sigma/correlation-resolve.ts'
import type { Entry } from './entry.ts'
import { CountWatch, DistinctWatch, RankWatch, SumWatch } from './watch.ts'
import type { Watch } from './watch.ts'
import { ChainWatch, PresentWatch, RunLengthWatch, SetWatch } from './watch-rules.ts'

/** One way for a correlation's condition to hold; it holds where any of its goals is reached. */
export type Goal = {
  newWatch: () => Watch
  /** More matches can only make it true: it may be claimed before all of them are known. */
  isEager: boolean
  /** Entries can be added to its watch and removed in any order. */
  isOrderFree: boolean
  /** Whether the window that ends with the entry reaches it. */
  isReached: (reading: number, atUs: number) => boolean
  /**
   * Whether the entry bars the goal from every window that still holds it (`before`), and from
   * what was reached up to it and is not due yet (`after`).
   */
  barsBefore: (reading: number, entry: Entry) => boolean
  barsAfter: (reading: number, entry: Entry) => boolean
  /** From when on nothing can bar it any more; -Infinity where nothing that follows can. */
  dueUs: (reading: number, atUs: number) => number
  /** The rules whose matches it rests on, in their order; undefined where all are alike. */
  rests: { rules: readonly number[]; isOrdered: boolean } | undefined
  /** What a firing says was reached. */
  valueOf: (reading: number) => number
}

type Piece = {
  least: (value: number) => boolean
  most: (value: number) => boolean
  isOpen: boolean
}

/** The goals of a correlation. */
export function goalsOf({ correlation, inputs }: ResolvedCorrelation): Goal[] {
  const { type, condition, timespanUs, rules } = correlation
  const isOrdered = type === 'temporal_ordered'
  if (condition.kind === 'rules') {
    return condition.terms.map((term) => termGoal(term, rules, isOrdered, timespanUs))
  }
  if (isOrdered && isWholeRun(condition.bounds, rules.length)) {
    return [termGoal({ seen: rules, unseen: [] }, rules, isOrdered, timespanUs)]
  }
  const newWatch = watchOf(condition.percentile)
  if (isLevel(type)) return [levelGoal(condition.bounds, newWatch)]
  const all = { rules: rules.map((_, rule) => rule), isOrdered }
  const rests = type.startsWith('temporal') ? all : undefined
  return piecesOf(condition.bounds).map((piece) => countGoal(piece, newWatch, rests, timespanUs))

  function watchOf(percentile: number): () => Watch {
    if (type === 'temporal') return () => new DistinctWatch((entry) => entry.rule)
    if (type === 'temporal_ordered') return () => new RunLengthWatch(rules.length, timespanUs)
    if (type === 'value_count') return () => new DistinctWatch((entry) => entry.value)
    if (type === 'value_sum') return () => new SumWatch(false)
    if (type === 'value_avg') return () => new SumWatch(true)
    if (type === 'value_median') return () => new RankWatch('median')
    if (type === 'value_percentile') return () => new RankWatch(percentile)
    const isOfFirings = inputs.some((input) => input.kind === 'correlation')
    return isOfFirings ? () => new DistinctWatch(countedAs) : () => new CountWatch()
  }
}

function isWholeRun({ gte, ...others }: Bounds, ruleCount: number): boolean {
  return gte === ruleCount && Object.keys(others).length === 0
}

/** A lower correlation counts once for each of its firings, however many matches were in it. */
function countedAs({ rule, eventId, firingId }: Entry): string {
  return firingId === '' ? `${rule} ${eventId}` : firingId
}

/** Whether more matches may lower the value: then only the whole window decides. */
function isLevel(type: string): boolean {
  return type === 'value_avg' || type === 'value_median' || type === 'value_percentile'
}

const never = (): boolean => false

function levelGoal(bounds: Bounds, newWatch: () => Watch): Goal {
  const pieces = piecesOf(bounds)
  return {
    newWatch,
    isEager: false,
    isOrderFree: true,
    isReached: (value) => pieces.some(({ least, most }) => least(value) && most(value)),
    barsBefore: never,
    barsAfter: never,
    dueUs: () => -Infinity,
    rests: undefined,
    valueOf: (value) => value,
  }
}

/**
 * A value that only rises with matches. An upper bound must hold in every window around: within a
 * time span before and after, no window may pass it.
 */
function countGoal(
  { least, most, isOpen }: Piece,
  newWatch: () => Watch,
  rests: Goal['rests'],
  spanUs: number,
): Goal {
  const isPassed = isOpen ? never : (value: number): boolean => !most(value)
  return {
    newWatch,
    isEager: isOpen,
    isOrderFree: rests?.isOrdered !== true,
    isReached: (value) => least(value) && most(value),
    barsBefore: isPassed,
    barsAfter: isPassed,
    dueUs: (_, atUs) => (isOpen ? -Infinity : atUs + spanUs),
    rests,
    valueOf: (value) => value,
  }
}

/**
 * Rules seen, others not. In any order: an unseen rule may match in no window that holds them all.
 * In order: one that stands before the last seen rule may not match in the time span up to there,
 * one that stands after it may not match from there to the end of the window.
 */
function termGoal(term: Term, rules: readonly string[], isOrdered: boolean, spanUs: number): Goal {
  const places = (names: readonly string[]): number[] =>
    names.map((name) => rules.indexOf(name)).sort((one, other) => one - other)
  const seen = places(term.seen)
  const last = seen.at(-1) ?? 0
  const unseen = places(term.unseen)
  const before = new Set(unseen.filter((rule) => !isOrdered || rule < last))
  const after = new Set(unseen.filter((rule) => !isOrdered || rule > last))
  return {
    newWatch: () => {
      if (isOrdered) return new ChainWatch(seen)
      return unseen.length === 0 ? new PresentWatch(seen) : new SetWatch(seen)
    },
    isEager: unseen.length === 0,
    isOrderFree: !isOrdered,
    isReached: (beganUs, atUs) => beganUs > atUs - spanUs,
    barsBefore: (_, { rule }) => before.has(rule),
    barsAfter: (_, { rule }) => after.has(rule),
    dueUs: (beganUs) => (after.size === 0 ? -Infinity : beganUs + spanUs),
    rests: { rules: seen, isOrdered },
    valueOf: () => seen.length,
  }
}

/** The ranges of numbers that fit all bounds: one, or two with what `neq` leaves out between. */
function piecesOf({ gt, gte, lt, lte, eq, neq }: Bounds): Piece[] {
  const least = (value: number): boolean =>
    value > (gt ?? -Infinity) && value >= (gte ?? -Infinity) && value >= (eq ?? -Infinity)
  const most = (value: number): boolean =>
    value < (lt ?? Infinity) && value <= (lte ?? Infinity) && value <= (eq ?? Infinity)
  const isOpen = lt === undefined && lte === undefined && eq === undefined
  if (neq === undefined) return [{ least, most, isOpen }]
  return [
    { least, most: (value) => most(value) && value < neq, isOpen: false },
    { least: (value) => least(value) && value > neq, most, isOpen },
  ]
}
