import { SAMPLES_MIN_COUNT } from '#domain/baseline-form.ts'
import type { Baseline } from '#domain/records/index.ts'
import { DAY_US } from '#domain/time.ts'

/** `novelty_days` of a name the baseline has never seen. */
export const NEVER_SEEN_DAYS = 9999

/** Of the normal distribution: 1 / 1.4826. */
const MAD_SCALE = 0.6745
const MAD_FLOOR_SHARE = 0.05
const COUNT_FLOOR = 1
/** For measures between nothing and all, or of a few bits a character. */
const FRACTION_FLOOR = 0.05
const FRACTION = /(?:share|ratio|entropy)$/

/** How far `observed` lies from what is normal, in robust standard deviations; null when cold. */
export function robustZ(baseline: Baseline, observed: number): number | null {
  const { median, mad } = baseline
  if (isCold(baseline) || median === null || mad === null) return null
  const least = FRACTION.test(baseline.measure) ? FRACTION_FLOOR : COUNT_FLOOR
  const spread = Math.max(mad, least, MAD_FLOOR_SHARE * Math.abs(median))
  return (MAD_SCALE * (observed - median)) / spread
}

/** The share of sessions at or below `observed`, 0 to 100; null when cold. */
export function percentileOf(baseline: Baseline, observed: number): number | null {
  const { quantiles } = baseline
  const top = quantiles.length - 1
  if (isCold(baseline) || top < 1) return null
  const above = quantiles.findIndex((quantile) => quantile > observed)
  if (above === 0) return 0
  if (above < 0) return 100
  const low = quantiles[above - 1] ?? observed
  const high = quantiles[above] ?? observed
  return ((above - 1 + (observed - low) / (high - low)) * 100) / top
}

/** What is normal: the median; null when cold. */
export function expectedOf(baseline: Baseline): number | null {
  return isCold(baseline) ? null : baseline.median
}

/** Days since the baseline last saw each name, the largest of them; null when cold or no name. */
export function noveltyDays(
  baseline: Baseline,
  names: readonly string[],
  atUs: number,
): number | null {
  if (isCold(baseline) || names.length === 0) return null
  return names.reduce((most, name) => Math.max(most, daysSince(baseline, name, atUs)), 0)
}

/** A name that may have been cut is taken to be as old as the oldest name kept. */
function daysSince({ last_seen, evicted_count }: Baseline, name: string, atUs: number): number {
  const isKnown = Object.hasOwn(last_seen, name)
  if (!isKnown && evicted_count === 0) return NEVER_SEEN_DAYS
  const seenUs = isKnown ? (last_seen[name] ?? atUs) : Math.min(...Object.values(last_seen), atUs)
  return Math.min(NEVER_SEEN_DAYS, Math.max(0, (atUs - seenUs) / DAY_US))
}

/** Whether a baseline rests on too few sessions to say anything. */
export function isCold(baseline: Baseline): boolean {
  return baseline.samples_count < SAMPLES_MIN_COUNT
}
