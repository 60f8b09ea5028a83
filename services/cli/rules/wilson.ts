/** The standard normal quantile that leaves 2.5 % on each side. */
const Z_95 = 1.959963984540054

/** A share, with the bounds between which the true one lies. */
export type Share = { share: number; low: number; high: number }

/**
 * The share of successes with its 95 % score interval (E. B. Wilson, "Probable inference, the law
 * of succession, and statistical inference", JASA 22, 1927): with p = successes / trials and
 * n = trials, (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n). Undefined where nothing was
 * tried.
 */
export function wilsonShare(successesCount: number, trialsCount: number): Share | undefined {
  if (trialsCount === 0) return undefined
  const share = successesCount / trialsCount
  const square = Z_95 ** 2 / trialsCount
  const centre = share + square / 2
  const spread = Z_95 * Math.sqrt((share * (1 - share)) / trialsCount + square / (4 * trialsCount))
  const scale = 1 + square
  const low = Math.max(0, (centre - spread) / scale)
  const high = Math.min(1, (centre + spread) / scale)
  // At the ends the formula gives 0 and 1, but for the rounding of floating point.
  return {
    share,
    low: successesCount === 0 ? 0 : low,
    high: successesCount === trialsCount ? 1 : high,
  }
}
