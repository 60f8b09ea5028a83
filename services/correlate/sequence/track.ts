import { compareEntries } from './entry.ts'
import type { Entry } from './entry.ts'
import type { Finding } from './firing.ts'
import type { Goal } from './goal.ts'
import type { Watch } from './watch.ts'

/** What was reached and can still be barred. */
export type Pending = { dueUs: number; entry: Entry; finding: Finding }

/** One goal of one group, followed in event-time order, moment by moment. */
export class Track {
  readonly goal: Goal
  readonly watch: Watch
  /** Of what has arrived, whether or not the watermark has passed it; only of an eager goal. */
  front: Watch | undefined
  pending: Pending[] = []
  /** The latest moment that bars the goal from windows holding it. */
  barredUs = -Infinity

  constructor(goal: Goal) {
    this.goal = goal
    this.watch = goal.newWatch()
    this.front = goal.isEager ? goal.newWatch() : undefined
  }

  /**
   * Judges a moment whose entries were all added. `accept` what is reached for good; what may yet
   * be barred waits, once a `keyOf`.
   */
  judge(
    moment: readonly Entry[],
    spanUs: number,
    accept: (entry: Entry, reading: number) => void,
    findingOf: (entry: Entry, reading: number) => Finding,
    keyOf: (entry: Entry) => string,
  ): void {
    const { goal, watch } = this
    for (const entry of moment) {
      const reading = watch.reading(entry)
      if (goal.barsAfter(reading, entry)) this.pending = []
      if (goal.barsBefore(reading, entry)) this.barredUs = entry.atUs
    }
    for (const entry of moment) {
      if (this.barredUs > entry.atUs - spanUs) return
      const reading = watch.reading(entry)
      if (!goal.isReached(reading, entry.atUs)) continue
      const dueUs = goal.dueUs(reading, entry.atUs)
      if (dueUs === -Infinity) accept(entry, reading)
      else if (!this.pending.some((other) => keyOf(other.entry) === keyOf(entry))) {
        this.pending.push({ dueUs, entry, finding: findingOf(entry, reading) })
      }
    }
  }
}

/** Takes what is due off the tracks, in the order in which it was due. */
export function takeDue(tracks: readonly Track[], untilUs: number): Pending[] {
  const due = tracks.flatMap((track) => {
    const count = track.pending.findIndex((one) => one.dueUs > untilUs)
    return track.pending.splice(0, count === -1 ? track.pending.length : count)
  })
  if (due.length < 2) return due
  return due.sort((one, other) => one.dueUs - other.dueUs || compareEntries(one.entry, other.entry))
}

/** Fills a window with entries, moment by moment. */
export function replay(watch: Watch, entries: readonly Entry[], from: number, to: number): void {
  let nowUs = -Infinity
  for (const entry of entries.slice(from, to)) {
    if (entry.atUs > nowUs) watch.begin(entry.atUs)
    nowUs = entry.atUs
    watch.add(entry)
  }
}
