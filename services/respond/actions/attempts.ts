import { setTimeout as wait } from 'node:timers/promises'

import { ActionFailure } from './adapter.ts'

const ATTEMPTS_MAX_COUNT = 5
const FIRST_DELAY_MS = 250
const DELAY_MAX_MS = 30_000

/**
 * Repeats what fails in a way that may pass: at most five times, waits doubling with full jitter,
 * at least as long as the other side asked for, at most 30 seconds.
 *
 * @throws ActionFailure of the last attempt.
 */
export async function attempt<T>(
  work: () => Promise<T>,
  options: { signal: AbortSignal; random: () => number; firstDelayMs?: number },
): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await work()
    } catch (error) {
      const mayPass = error instanceof ActionFailure && error.isPassing
      if (!mayPass || count >= ATTEMPTS_MAX_COUNT || options.signal.aborted) throw error
      const ceilingMs = (options.firstDelayMs ?? FIRST_DELAY_MS) * 2 ** (count - 1)
      const askedMs = error.retryAfterMs ?? 0
      const delayMs = Math.min(DELAY_MAX_MS, Math.max(askedMs, options.random() * ceilingMs))
      await wait(delayMs, undefined, { signal: options.signal })
    }
  }
}
