import type { About, Entry } from './entry.ts'
import type { Goal } from './goal.ts'

/** A correlation that holds. */
export type Firing = {
  /** A hash of correlation, version, tenant, group and the time span it falls into. */
  firingId: string
  correlationId: string
  tenantId: string
  /** Values of the group-by fields, by name. */
  groupBy: Readonly<Record<string, string>>
  /** Whom its last match is about. */
  about: About
  /** What was reached: the count, the sum, the number of rules seen. */
  value: number
  /** The events it rests on, in their order; the latest, where there are too many. */
  eventIds: readonly string[]
  firstUs: number
  lastUs: number
  /** False: a claim made at once. True: its final form, which takes the claim's place. */
  isSettled: boolean
  /** Matches of the group that limits have cost so far. */
  droppedCount: number
}

/** What of a firing depends on its matches. */
export type Finding = Pick<Firing, 'about' | 'value' | 'eventIds' | 'firstUs' | 'lastUs'>

/** What was found: the window is `entries[from..to]`, and its last moment the entry's. */
export function findingOf(
  goal: Goal,
  reading: number,
  entry: Entry,
  entries: readonly Entry[],
  spanUs: number,
  eventIdsMaxCount: number,
): Finding {
  const window = windowUpTo(entries, entry, spanUs)
  const parts = partsOf(goal, entry, window, eventIdsMaxCount)
  return {
    about: entry.about,
    value: goal.valueOf(reading),
    eventIds: [...new Set(parts.map((part) => part.eventId))],
    firstUs: parts[0]?.atUs ?? entry.atUs,
    lastUs: entry.atUs,
  }
}

type Window = { entries: readonly Entry[]; from: number; to: number }

function windowUpTo(entries: readonly Entry[], last: Entry, spanUs: number): Window {
  const to = placeAfter(entries, last.atUs)
  return { entries, from: placeAfter(entries, last.atUs - spanUs), to }
}

/** The first place after a time. */
function placeAfter(entries: readonly Entry[], atUs: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (entries[middle]!.atUs <= atUs) low = middle + 1
    else high = middle
  }
  return low
}

function partsOf(goal: Goal, entry: Entry, window: Window, maxCount: number): Entry[] {
  const { entries, from, to } = window
  if (goal.rests === undefined) return entries.slice(Math.max(from, to - maxCount), to)
  if (goal.rests.isOrdered) return runUpTo(entry, goal.rests.rules, window)
  const missing = new Set(goal.rests.rules)
  const parts: Entry[] = []
  for (let place = to - 1; place >= from && missing.size > 0; place -= 1) {
    const part = entries[place]!
    if (missing.delete(part.rule)) parts.push(part)
  }
  return parts.toReversed()
}

/** Backwards from the last: the latest of each earlier rule before what follows it. */
function runUpTo(last: Entry, rules: readonly number[], { entries, from, to }: Window): Entry[] {
  const parts = [last]
  let next = last
  let place = to - 1
  for (const rule of rules.filter((one) => one < last.rule).toReversed()) {
    let at = place
    while (at >= from && !(entries[at]!.rule === rule && isBefore(entries[at]!, next))) at -= 1
    if (at < from) continue
    next = entries[at]!
    place = at - 1
    parts.push(next)
  }
  return parts.toReversed()
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atUs < other.atUs || (one.atUs === other.atUs && one.rank < other.rank)
}
