import type { EvidenceStore } from '#domain/evidence.ts'
import type { Logger } from '#runtime/logger.ts'
import type { Metrics } from '#runtime/metrics.ts'
import type { StageWorld } from '#runtime/stage-definition.ts'
import { createStore, STORE_DEFAULTS } from './store.ts'

/** The store at work in this process. */
export type RunningStore = {
  /** Resolves when everything on the log at the call is in the evidence. */
  drain(): Promise<void>
  /** Resolves when it has stopped after its signal; rejects when it cannot go on. */
  stopped: Promise<void>
}

export type StoreParts = {
  world: StageWorld
  evidence: EvidenceStore
  metrics: Pick<Metrics, 'onStored'>
  logger: Logger
}

/** Wires `store` and starts it. */
export function startStore(parts: StoreParts, signal: AbortSignal): RunningStore {
  const { world, evidence, metrics, logger } = parts
  const store = createStore({
    log: world.log,
    codec: world.codec,
    evidence,
    nowMs: world.nowMs,
    random: world.random,
    ...STORE_DEFAULTS,
    onInserted: (_topic, rowCount, tookMs) => {
      metrics.onStored(rowCount)
      world.onBatch('store', rowCount, tookMs)
    },
    onRejects: (topic, reason, count) => {
      for (let index = 0; index < count; index++) world.onReject('store', reason)
      logger.warn({ topic, reason, count }, 'records that no table takes were rejected')
    },
    onRetry: (code, delayMs) => world.onRetry('store', code, delayMs),
  })
  return { drain: () => store.drain(), stopped: store.run(signal) }
}
