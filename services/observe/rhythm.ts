import { SECOND_US } from '#domain/time.ts'

/** When one destination was contacted: running mean and squared deviation of the intervals. */
export type Rhythm = {
  /** Hash of who contacted whom. */
  pair: number
  lastAtUs: number
  contacts: number
  meanUs: number
  /** Sum of squared deviations from the mean (Welford). */
  squares: number
}

const RHYTHMS_MAX_COUNT = 64

/**
 * Counts one more contact, and measures how evenly they come (`contact.…`): count, mean interval in
 * seconds, and its coefficient of variation (0: like a clock). What begins within a second of the
 * contact before, or before it, belongs to it: several logs tell of one connection, each in its own
 * time, and programs open several connections at once.
 */
export function contactFeatures(
  rhythms: Rhythm[],
  pair: number,
  atUs: number,
): Record<string, number> {
  const index = rhythms.findIndex((one) => one.pair === pair)
  const known = index < 0 ? undefined : rhythms.splice(index, 1)[0]
  if (known === undefined) {
    rhythms.push({ pair, lastAtUs: atUs, contacts: 1, meanUs: 0, squares: 0 })
    if (rhythms.length > RHYTHMS_MAX_COUNT) rhythms.shift()
    return { 'contact.count': 1 }
  }
  rhythms.push(known)
  const intervalUs = atUs - known.lastAtUs
  if (intervalUs > SECOND_US) addInterval(known, intervalUs)
  return featuresOf(known)
}

/** The rhythms as lists of numbers. */
export function packRhythms(rhythms: readonly Rhythm[]): number[][] {
  return rhythms.map(({ pair, lastAtUs, contacts, meanUs, squares }) => [
    pair,
    lastAtUs,
    contacts,
    meanUs,
    squares,
  ])
}

/** The rhythms of `packRhythms`; of an earlier form there are none. */
export function unpackRhythms(packed: unknown): Rhythm[] {
  const lists = (packed as number[][]).filter((list) => Array.isArray(list))
  return lists.map(([pair = 0, lastAtUs = 0, contacts = 0, meanUs = 0, squares = 0]) => {
    return { pair, lastAtUs, contacts, meanUs, squares }
  })
}

function addInterval(rhythm: Rhythm, intervalUs: number): void {
  const intervals = rhythm.contacts
  const before = intervalUs - rhythm.meanUs
  rhythm.contacts += 1
  rhythm.lastAtUs += intervalUs
  rhythm.meanUs += before / intervals
  rhythm.squares += before * (intervalUs - rhythm.meanUs)
}

function featuresOf(rhythm: Rhythm): Record<string, number> {
  if (rhythm.contacts === 1) return { 'contact.count': 1 }
  const deviationUs = Math.sqrt(rhythm.squares / (rhythm.contacts - 1))
  return {
    'contact.count': rhythm.contacts,
    'contact.interval_seconds': rounded(rhythm.meanUs / SECOND_US),
    'contact.interval_variation': rhythm.meanUs > 0 ? rounded(deviationUs / rhythm.meanUs) : 0,
  }
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
