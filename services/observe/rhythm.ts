import { SECOND_US } from '#domain/time.ts'

/** When one destination was contacted: running mean and squared deviation of the intervals. */
export type Rhythm = {
  destination: string
  lastAtUs: number
  contacts: number
  meanUs: number
  /** Sum of squared deviations from the mean (Welford). */
  squares: number
}

const RHYTHMS_MAX_COUNT = 32

/**
 * Counts one more contact with a destination, and measures how evenly they come (`contact.…`):
 * count, mean interval in seconds, and its coefficient of variation (0: like a clock).
 */
export function contactFeatures(
  rhythms: Rhythm[],
  destination: string,
  atUs: number,
): Record<string, number> {
  const rhythm = rhythms.find((one) => one.destination === destination)
  if (rhythm === undefined) {
    rhythms.push({ destination, lastAtUs: atUs, contacts: 1, meanUs: 0, squares: 0 })
    if (rhythms.length > RHYTHMS_MAX_COUNT) rhythms.shift()
    return { 'contact.count': 1 }
  }
  const intervalUs = Math.max(0, atUs - rhythm.lastAtUs)
  const intervals = rhythm.contacts
  const before = intervalUs - rhythm.meanUs
  rhythm.contacts += 1
  rhythm.lastAtUs = Math.max(rhythm.lastAtUs, atUs)
  rhythm.meanUs += before / intervals
  rhythm.squares += before * (intervalUs - rhythm.meanUs)
  const deviationUs = Math.sqrt(rhythm.squares / intervals)
  return {
    'contact.count': rhythm.contacts,
    'contact.interval_seconds': rounded(rhythm.meanUs / SECOND_US),
    'contact.interval_variation': rhythm.meanUs > 0 ? rounded(deviationUs / rhythm.meanUs) : 0,
  }
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
