import { ONCE_WEIGHT } from '#domain/baseline-form.ts'
import { DAY_US } from '#domain/time.ts'

/** After this long, by event time, an occurrence counts half. */
const HALF_LIFE_US = 7 * DAY_US

/**
 * What one occurrence of this age still weighs: a whole number, so that sums are the same in any
 * order and parts add up to the whole.
 */
export function decayedWeight(ageUs: number): number {
  return Math.round(ONCE_WEIGHT * 2 ** (-Math.max(0, ageUs) / HALF_LIFE_US))
}
