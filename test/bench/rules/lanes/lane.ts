import type { Random } from '../random.ts'

/** Where records come from, as Sigma says it; what an operator states about a whole stream. */
export type Logsource = { product?: string; category?: string; service?: string }

export type LaneRecord = Record<string, unknown>

/** Records of one log shape. */
export type Lane = {
  name: string
  /** What its records are, in a few words. */
  describes: string
  /** Undefined where no one could state it about the whole lane. */
  logsource: Logsource | undefined
  /** A record; `index` is its place, from 0, and moves its clock. */
  record: (random: Random, index: number) => LaneRecord
}

/** The clock of every lane starts here; records follow each other within a second. */
const START_MS = Date.UTC(2026, 2, 2, 6)

export function timeMs(random: Random, index: number): number {
  return START_MS + index * 437 + random.whole(0, 436)
}

/** `2026-03-02T06:00:00.123Z` */
export function isoTime(random: Random, index: number): string {
  return new Date(timeMs(random, index)).toISOString()
}

/** `2026-03-02 06:00:00.123`, as Windows sensors write it. */
export function spacedTime(random: Random, index: number): string {
  return isoTime(random, index).replace('T', ' ').replace('Z', '')
}
