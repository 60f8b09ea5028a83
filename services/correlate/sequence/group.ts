import { keyOf } from '#domain/lane.ts'
import { placeOfEntry, placeOfTime } from './entry.ts'
import type { Entry } from './entry.ts'
import { findingOf } from './firing.ts'
import type { Finding } from './firing.ts'
import type { SequenceLimits } from './limits.ts'
import type { Plan } from './plan.ts'
import { dropOldest, sweep, trim } from './room.ts'
import { Telling } from './telling.ts'
import type { GroupSink } from './telling.ts'
import { replay, takeDue, Track } from './track.ts'
import type { Watch } from './watch.ts'

/**
 * The matches of one group, sorted, and two windows over them. One follows the watermark moment by
 * moment and decides; its findings depend on nothing but the set of matches. The other follows what
 * arrives and claims eager goals early: more matches can only confirm such a claim.
 */
export class Group {
  readonly plan: Plan
  readonly tenantId: string
  readonly values: readonly string[]
  /** Among the groups of its correlation. */
  readonly key: string
  readonly tracks: readonly Track[]
  readonly telling: Telling
  entries: Entry[] = []
  /** Where the deciding window begins, and the first entry it has not seen. */
  tail = 0
  settled = 0
  /** Where the window of what has arrived begins. */
  frontTail = 0
  /** Every moment before this one is decided. */
  decidedUs = -Number.MAX_SAFE_INTEGER
  readonly #limits: SequenceLimits
  readonly #sink: GroupSink
  #frontUs = -Infinity
  /** Whether the front windows lack entries that could claim nothing new. */
  #isStale = false
  #takenSinceSweep = 0

  constructor(
    plan: Plan,
    tenantId: string,
    values: readonly string[],
    limits: SequenceLimits,
    sink: GroupSink,
  ) {
    this.plan = plan
    this.tenantId = tenantId
    this.values = values
    this.key = keyOf(tenantId, ...values)
    this.tracks = plan.goals.map((goal) => new Track(goal))
    this.telling = new Telling({ plan, tenantId, values }, limits, sink)
    this.#limits = limits
    this.#sink = sink
  }

  /** When to come back: at the next undecided moment, when something is due, or to end. */
  get dueUs(): number {
    const next = this.entries[this.settled]?.atUs
    let dueUs = next ?? (this.entries.at(-1)?.atUs ?? -Infinity) + this.plan.spanUs
    for (const { pending } of this.tracks) dueUs = Math.min(dueUs, pending[0]?.dueUs ?? Infinity)
    return dueUs
  }

  /** Whether nothing at or after the decided time can need it. */
  get isOver(): boolean {
    return this.settled === this.entries.length && this.dueUs <= this.decidedUs
  }

  /** Takes an entry in, and claims what is reached with it. */
  take(entry: Entry): void {
    this.#makeRoom()
    const place = placeOfEntry(this.entries, entry)
    if (place === undefined) {
      if (entry.firingId === '') this.#sink.count('repeated', this.plan)
      return
    }
    const isLast = place === this.entries.length
    this.entries.splice(place, 0, entry)
    if (entry.atUs < this.decidedUs) this.#takeTooLate(entry, place)
    this.#lookAhead(entry, isLast)
  }

  /** Decides every moment before the cut. */
  decide(cutUs: number): void {
    while ((this.entries[this.settled]?.atUs ?? Infinity) < cutUs) this.#decideMoment()
    this.#release(cutUs)
    this.decidedUs = Math.max(this.decidedUs, cutUs)
    this.telling.claims.forget(cutUs)
    trim(this)
  }

  /** Puts the windows back after its entries were restored. */
  rebuild(): void {
    const { entries, tracks, settled } = this
    for (const track of tracks) replay(track.watch, entries, 0, settled)
    this.#frontUs = entries.at(-1)?.atUs ?? -Infinity
    this.#refillFront()
  }

  #makeRoom(): void {
    const maxCount = this.plan.matchesMaxCount
    this.#takenSinceSweep += 1
    if (this.entries.length - this.tail < maxCount) return
    const isSweepDue = this.#takenSinceSweep >= maxCount / 8
    if (isSweepDue) this.#takenSinceSweep = 0
    if (isSweepDue && sweep(this) > 0) return
    dropOldest(this)
    this.telling.droppedCount += 1
    this.#sink.count('matches_dropped', this.plan)
    trim(this)
  }

  #decideMoment(): void {
    const { entries, tracks, plan } = this
    const atUs = entries[this.settled]!.atUs
    let end = this.settled + 1
    while (entries[end]?.atUs === atUs) end += 1
    this.#release(atUs)
    for (
      ;
      this.tail < this.settled && entries[this.tail]!.atUs <= atUs - plan.spanUs;
      this.tail += 1
    )
      for (const { watch } of tracks) watch.remove(entries[this.tail]!)
    const moment = entries.slice(this.settled, end)
    this.settled = end
    for (const track of tracks) {
      const finding = (entry: Entry, reading: number): Finding =>
        this.#finding(track, entry, reading)
      track.watch.begin(atUs)
      for (const entry of moment) track.watch.add(entry)
      track.judge(
        moment,
        plan.spanUs,
        (entry, reading) => this.telling.settle(entry, () => finding(entry, reading)),
        finding,
        this.#pendingKey,
      )
    }
  }

  /** Correlations above look at each entry, firings only at the first of a time span. */
  readonly #pendingKey = ({ eventId, atUs }: Entry): string => {
    if (this.plan.above.length > 0) return `${atUs} ${eventId}`
    return String(Math.floor(atUs / this.plan.spanUs))
  }

  #release(untilUs: number): void {
    if (this.tracks.every(({ pending }) => pending.length === 0)) return
    for (const { entry, finding } of takeDue(this.tracks, untilUs)) {
      this.telling.settle(entry, () => finding)
    }
  }

  /** Claims what an entry completes. While everything it could claim is told, nothing is done. */
  #lookAhead(entry: Entry, isLast: boolean): void {
    const isTold = this.#isTold(entry)
    if (isTold || this.#isStale) {
      this.#isStale = isTold
      this.#frontUs = Math.max(this.#frontUs, entry.atUs)
      if (isTold) return
      this.#refillFront()
      for (const track of this.tracks) {
        if (track.front === undefined) continue
        if (isLast) this.#claimReached(track, track.front)
        else this.#rescan(track, entry)
      }
    } else if (isLast && entry.atUs >= this.#frontUs) this.#advance(entry)
    else this.#lookBack(entry)
  }

  #refillFront(): void {
    const { entries } = this
    this.frontTail = placeOfTime(entries, this.#frontUs - this.plan.spanUs + 1)
    for (const track of this.tracks) {
      if (track.front === undefined) continue
      track.front = track.goal.newWatch()
      replay(track.front, entries, this.frontTail, entries.length)
    }
  }

  /** The newest entry yet: the front window moves on to it. */
  #advance(entry: Entry): void {
    const { entries, tracks, plan } = this
    for (; entries[this.frontTail]!.atUs <= entry.atUs - plan.spanUs; this.frontTail += 1)
      for (const { front } of tracks) front?.remove(entries[this.frontTail]!)
    const isNew = entry.atUs > this.#frontUs
    this.#frontUs = entry.atUs
    for (const track of tracks) {
      if (track.front === undefined) continue
      if (isNew) track.front.begin(entry.atUs)
      track.front.add(entry)
      this.#claimReached(track, track.front)
    }
  }

  /** Claims with the newest entry, and with others of its time that it may complete. */
  #claimReached(track: Track, front: Watch): void {
    const to = this.entries.length
    const oldest = Math.max(0, to - this.#limits.rescanMaxCount)
    const first = placeOfTime(this.entries, this.#frontUs)
    this.#claimFrom(track, front, Math.max(first, oldest), to)
  }

  /** Claims with each of these entries, all of one time, with which the goal is reached. */
  #claimFrom(track: Track, watch: Watch, from: number, to: number): void {
    for (let index = from; index < to; index += 1) {
      const entry = this.entries[index]!
      const reading = watch.reading(entry)
      if (track.goal.isReached(reading, entry.atUs)) this.#claim(track, entry, reading)
    }
  }

  /** An entry among older ones: every window that holds it is looked at again. */
  #lookBack(entry: Entry): void {
    const isInFront = entry.atUs > this.#frontUs - this.plan.spanUs
    if (!isInFront) this.frontTail += 1
    for (const track of this.tracks) {
      if (track.front === undefined) continue
      const { isOrderFree } = track.goal
      if (!isInFront || !isOrderFree) this.#rescan(track, entry)
      else if (!this.#walkBack(track, track.front, entry)) track.front.add(entry)
    }
  }

  /** Moves the front window back to an entry's time, takes it in and moves forward again. */
  #walkBack(track: Track, front: Watch, entry: Entry): boolean {
    const { entries, plan } = this
    const from = placeOfTime(entries, entry.atUs - plan.spanUs + 1)
    const next = placeOfTime(entries, entry.atUs + 1)
    const count = this.frontTail - from + entries.length - next
    if (this.#isPutOff(count)) return false
    for (let index = entries.length - 1; index >= next; index -= 1) front.remove(entries[index]!)
    for (let index = this.frontTail - 1; index >= from; index -= 1) front.add(entries[index]!)
    front.add(entry)
    this.#claimFrom(track, front, placeOfTime(entries, entry.atUs), next)
    this.#walk(track, front, from, next, entries.length, entry.atUs)
    return true
  }

  #isPutOff(count: number): boolean {
    if (count <= this.#limits.rescanMaxCount) return false
    this.#sink.count('rescans_put_off', this.plan)
    return true
  }

  #rescan(track: Track, { atUs }: Entry): void {
    const { entries, plan } = this
    const from = placeOfTime(entries, atUs - plan.spanUs + 1)
    const to = placeOfTime(entries, atUs + plan.spanUs)
    if (this.#isPutOff(to - from)) return
    const watch = track.goal.newWatch()
    this.#walk(track, watch, from, from, to, atUs)
    if (to === entries.length) track.front = watch
  }

  /** Moves a window that begins at `tail` over entries, and claims at each moment since one. */
  #walk(track: Track, watch: Watch, tail: number, from: number, to: number, sinceUs: number): void {
    const { entries, plan } = this
    let last = tail
    for (let next = from; next < to;) {
      const nowUs = entries[next]!.atUs
      const first = next
      for (; entries[last]!.atUs <= nowUs - plan.spanUs; last += 1) watch.remove(entries[last]!)
      watch.begin(nowUs)
      for (; entries[next]?.atUs === nowUs; next += 1) watch.add(entries[next]!)
      if (nowUs >= sinceUs) this.#claimFrom(track, watch, first, next)
    }
  }

  /** Whether nothing can be claimed with an entry that was not told already. */
  #isTold({ atUs }: Entry): boolean {
    if (this.plan.above.length > 0) return false
    const lastUs = Math.max(atUs, Math.min(atUs + this.plan.spanUs - 1, this.#frontUs))
    const { claims } = this.telling
    return claims.has(atUs) && claims.has(lastUs)
  }

  /** Its moment is decided: it counts in what follows, and may still be claimed with. */
  #takeTooLate(entry: Entry, place: number): void {
    this.settled += 1
    if (place < this.tail) this.tail += 1
    else for (const { goal, watch } of this.tracks) if (goal.isOrderFree) watch.add(entry)
  }

  #claim(track: Track, entry: Entry, reading: number): void {
    this.telling.claim(entry, () => this.#finding(track, entry, reading))
  }

  #finding({ goal }: Track, entry: Entry, reading: number): Finding {
    const { entries, plan } = this
    const { eventIdsMaxCount } = this.#limits
    return findingOf(goal, reading, entry, entries, plan.spanUs, eventIdsMaxCount)
  }
}
