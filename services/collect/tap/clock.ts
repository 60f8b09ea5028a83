/** A clock further off than this was set; a smaller difference is only noise. */
const SET_AFTER_US = 50_000

/**
 * Microseconds since the epoch that never go back: the monotonic clock, set to the wall clock, and
 * set anew where that was.
 */
export function steadyClock(wallMs: () => number, monotonicMs: () => number): () => number {
  let offsetUs = NaN
  let lastUs = 0
  return () => {
    const monotonicUs = monotonicMs() * 1000
    const wallUs = wallMs() * 1000
    if (!(Math.abs(monotonicUs + offsetUs - wallUs) <= SET_AFTER_US))
      offsetUs = wallUs - monotonicUs
    lastUs = Math.max(lastUs, Math.floor(monotonicUs + offsetUs))
    return lastUs
  }
}
