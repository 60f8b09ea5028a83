/** A collector's `collector_seq` as far as it has come: its highest, and what is missing below. */
export type SequenceState = { highest: number; holes: readonly Hole[] }

/** Numbers nobody has seen, both ends included, and when they were first missed. */
export type Hole = { from: number; to: number; missedAtMs: number }

const HOLES_MAX_COUNT = 100

/**
 * Takes in the numbers of one post, in any order. Numbers below the first one ever seen are not
 * missed, nor is one that comes again. Beyond 100 holes the oldest are merged.
 */
export function noteSequence(
  state: SequenceState | undefined,
  numbers: readonly number[],
  nowMs: number,
): SequenceState | undefined {
  const sorted = [...numbers].sort((left, right) => left - right)
  const [first] = sorted
  if (first === undefined) return state
  let { highest, holes } = state ?? { highest: first - 1, holes: [] }
  for (const number of sorted) {
    if (number <= highest) {
      holes = fill(holes, number)
      continue
    }
    const from = highest + 1
    if (number > from) holes = [...holes, { from, to: number - 1, missedAtMs: nowMs }]
    if (holes.length > HOLES_MAX_COUNT) holes = mergeOldest(holes)
    highest = number
  }
  return { highest, holes }
}

/** Holes missed for at least `graceMs`, which are reported once, and the state without them. */
export function takeOverdueHoles(
  state: SequenceState,
  nowMs: number,
  graceMs: number,
): { state: SequenceState; overdue: readonly Hole[] } {
  const isOverdue = (hole: Hole): boolean => nowMs - hole.missedAtMs >= graceMs
  const overdue = state.holes.filter(isOverdue)
  if (overdue.length === 0) return { state, overdue }
  return { state: { ...state, holes: state.holes.filter((hole) => !isOverdue(hole)) }, overdue }
}

function fill(holes: readonly Hole[], number: number): readonly Hole[] {
  if (!holes.some((hole) => hole.from <= number && number <= hole.to)) return holes
  return holes.flatMap((hole) => {
    if (number < hole.from || number > hole.to) return [hole]
    const before = { ...hole, to: number - 1 }
    const after = { ...hole, from: number + 1 }
    return [before, after].filter(({ from, to }) => from <= to)
  })
}

function mergeOldest(holes: readonly Hole[]): readonly Hole[] {
  const [first, second, ...rest] = holes
  if (first === undefined || second === undefined) return holes
  return [{ ...first, to: second.to }, ...rest]
}
