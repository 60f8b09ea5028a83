import { setImmediate as yieldTurn } from 'node:timers/promises'

import { STORED_TOPICS } from '#domain/evidence-tables.ts'
import { Fault } from '#domain/fault.ts'
import type { Log, Ownership, Position, Sender, Subscription } from '#domain/log.ts'
import { retry } from '#runtime/retry.ts'
import { StoreRun } from './store-run.ts'
import type { Drain, StoreDeps } from './world.ts'

export type Store = {
  /**
   * Stores what is on the topics until the signal aborts; what was not committed is read again
   * next time, to the same rows.
   *
   * @throws Fault that no waiting mends.
   */
  run(signal: AbortSignal): Promise<void>
  /**
   * Resolves when every partition this process owns is stored up to its end as it was at the call.
   * Never resolves while nothing runs.
   */
  drain(): Promise<void>
}

/** Sizes and intervals that suit a machine of two cores. */
export const STORE_DEFAULTS = {
  batchMaxCount: 5_000,
  limits: { rowsMaxCount: 20_000, maxBytes: 16 * 1024 * 1024 },
  flushEveryMs: 500,
} as const

const OWNERSHIP_WAIT_MS = 1_000
const STORE_GROUP = 'store'

/** The service that puts every record of every topic into its table, once per offset. */
export function createStore(deps: StoreDeps): Store {
  const drains = new Set<Drain>()
  return {
    async run(signal) {
      const topics = STORED_TOPICS.map(({ name }) => name)
      const group = { group: STORE_GROUP, topics, mode: 'lanes' } as const
      const sender = await deps.log.openSender()
      const subscription = await deps.log.subscribe(group)
      try {
        while (!signal.aborted) await own(deps, subscription, sender, drains, signal)
      } finally {
        await subscription.close()
        await sender.close()
      }
    },
    async drain() {
      const targets = await endsOf(deps.log)
      const { promise, resolve } = Promise.withResolvers<void>()
      drains.add({ targets, resolve })
      await promise
    },
  }
}

/** Works while the ownership lasts. */
async function own(
  deps: StoreDeps,
  subscription: Subscription,
  sender: Sender,
  drains: Set<Drain>,
  signal: AbortSignal,
): Promise<void> {
  const ownership: Ownership = subscription.ownership()
  if (ownership.lanes.length === 0) {
    await subscription.ownershipChanged(ownership.generation, OWNERSHIP_WAIT_MS)
    return
  }
  const context = {
    signal,
    random: deps.random,
    onRetry: (fault: Fault, delayMs: number) => deps.onRetry(fault.code, delayMs),
  }
  const persist = <T>(work: () => Promise<T>) => retry(work, context)
  const run = new StoreRun({ deps, subscription, sender, ownership, persist, drains })
  try {
    await run.restore()
    while (!signal.aborted && subscription.ownership().generation === ownership.generation) {
      await run.once()
      // A log in this process answers at once: everyone else must have a turn all the same.
      await yieldTurn()
    }
  } catch (error) {
    const isOver = error instanceof Fault && (error.code === 'OWNERSHIP_LOST' || signal.aborted)
    if (!isOver) throw error
  }
}

async function endsOf(log: Log): Promise<Position[]> {
  const positions: Position[] = []
  for (const { name: topic } of STORED_TOPICS)
    for (const [partition, offset] of (await log.endOffsets(topic)).entries())
      positions.push({ topic, partition, offset })
  return positions
}
