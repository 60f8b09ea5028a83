import { setTimeout as wait } from 'node:timers/promises'

import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'

export type HoldingParts = {
  evidence: EvidenceStore
  /** Of sql/holds: each stores again what a hold names in one table. */
  statements: readonly string[]
  everyMs: number
  onFault: (fault: Fault) => void
}

/**
 * Suspends expiry for what is under legal hold: at once and at every interval. What it misses while
 * the evidence store is away it does the next time; rows have days left by then.
 */
export async function keepHolds(parts: HoldingParts, signal: AbortSignal): Promise<void> {
  try {
    while (!signal.aborted) {
      await holdOnce(parts).catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error
        parts.onFault(error)
      })
      await wait(parts.everyMs, undefined, { signal })
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Stores again what is held and more than a day old. @throws Fault of the evidence store */
export async function holdOnce({
  evidence,
  statements,
}: Pick<HoldingParts, 'evidence' | 'statements'>): Promise<void> {
  for (const statement of statements) await evidence.command(statement)
}
