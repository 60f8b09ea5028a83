import type { Entry } from './entry.ts'
import type { Plan } from './plan.ts'
import type { Track } from './track.ts'

const TRIM_MIN_COUNT = 64

/** The part of a group that holds its matches: entries before `tail` are in no window any more. */
export type Room = {
  readonly plan: Plan
  readonly tracks: readonly Track[]
  entries: Entry[]
  tail: number
  settled: number
  frontTail: number
}

/** Gives the memory of what lies before every window back, now and then. */
export function trim(room: Room): void {
  const count = room.tail
  if (count < TRIM_MIN_COUNT || count * 2 < room.entries.length) return
  room.entries.splice(0, count)
  room.tail -= count
  room.settled -= count
  room.frontTail = Math.max(0, room.frontTail - count)
}

/** Puts the oldest match out of every window. */
export function dropOldest(room: Room): void {
  const oldest = room.entries[room.tail]
  if (oldest === undefined) return
  if (room.tail < room.settled) for (const { watch } of room.tracks) watch.remove(oldest)
  else room.settled += 1
  if (room.frontTail === room.tail) {
    for (const { front } of room.tracks) front?.remove(oldest)
    room.frontTail += 1
  }
  room.tail += 1
}

/**
 * Takes out decided matches that no window to come needs, since a later one says the same; says how
 * many.
 */
export function sweep(room: Room): number {
  const { entries, plan, tail, settled, frontTail } = room
  if (plan.supersedes === 'nothing') return 0
  const kept: Entry[] = []
  const laterKeys = new Set<number | string>()
  let laterRule = -1
  for (let index = settled - 1; index >= tail; index -= 1) {
    const entry = entries[index]!
    const key = plan.supersedes === 'same value' ? entry.value : entry.rule
    const isNeedless =
      plan.supersedes === 'run of a rule' ? laterRule === entry.rule : laterKeys.has(key)
    laterKeys.add(key)
    laterRule = entry.rule
    if (!isNeedless) {
      kept.push(entry)
      continue
    }
    for (const { watch } of room.tracks) watch.remove(entry)
    if (index >= frontTail) for (const { front } of room.tracks) front?.remove(entry)
  }
  const removedCount = settled - tail - kept.length
  const frontUs = entries[frontTail]?.atUs
  room.entries = [...kept.toReversed(), ...entries.slice(settled)]
  room.tail = 0
  room.settled = kept.length
  const front = frontUs === undefined ? -1 : room.entries.findIndex((one) => one.atUs >= frontUs)
  room.frontTail = front === -1 ? room.entries.length : front
  return removedCount
}
