import { setTimeout as wait } from 'node:timers/promises'

import { Fault } from '#domain/fault.ts'

const FIRST_DELAY_MS = 50
const DELAY_MAX_MS = 5_000

/** What a retry needs of the world; `onRetry` hears of each failure before the wait. */
export type RetryContext = {
  signal: AbortSignal
  random: () => number
  onRetry: (fault: Fault, delayMs: number) => void
}

/**
 * Repeats work that fails with a retryable Fault, with exponential backoff and full jitter, until
 * it succeeds or the signal aborts; then, and for any other error, throws the last one.
 */
export async function retry<T>(work: () => Promise<T>, context: RetryContext): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Fault) || !error.retryable || context.signal.aborted) throw error
      const ceilingMs = Math.min(DELAY_MAX_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10))
      const delayMs = Math.ceil(ceilingMs * context.random())
      context.onRetry(error, delayMs)
      await wait(delayMs, undefined, { signal: context.signal }).catch(() => undefined)
    }
  }
}
