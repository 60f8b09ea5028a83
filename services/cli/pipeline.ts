import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import type { Settings } from '#runtime/config.ts'
import type { Logger } from '#runtime/logger.ts'
import { createMetrics, type Metrics } from '#runtime/metrics.ts'
import { startStage, type RunningStage } from '#runtime/stage.ts'
import type { StageDefinition, StageWorld } from '#runtime/stage-definition.ts'
import { startStore, type RunningStore } from '../store/main.ts'
import type { World } from './world.ts'

/** Stages, and the store, at work in this process. */
export type Pipeline = {
  stages: readonly RunningStage[]
  store: RunningStore | undefined
  metrics: Metrics
  /** Rejects with the first fault that ends a part of it. */
  failed: Promise<never>
  /** Why it cannot work at the moment: what the world last refused, by service. */
  obstacles(): string[]
  /** Lets every part finish its batch and write its checkpoint. */
  stop(): Promise<void>
}

export type PipelineOptions = {
  world: World
  settings: Settings
  definitions: readonly StageDefinition[]
  /** Absent: nothing is stored by this process. */
  evidence: EvidenceStore | undefined
  logger: Logger
  arrange?: NonNullable<StageWorld['arrange']>
  /** What to fail with rather than wait out a fault of this code. */
  endsOn?: (code: string) => Fault | undefined
}

/** Starts the stages, and the store where there is evidence to keep. */
export function startPipeline(options: PipelineOptions): Pipeline {
  const { world, settings, definitions, evidence, logger } = options
  const controller = new AbortController()
  const stages: RunningStage[] = []
  const metrics = createMetrics(world.log, () => stages)
  const faults = new Map<string, string>()
  const ended = Promise.withResolvers<never>()
  const stageWorld: StageWorld = {
    log: world.log,
    codec: world.codec,
    laneCount: settings.TOCSIN_PARTITIONS,
    batchMaxCount: settings.TOCSIN_BATCH_MAX,
    checkpointEveryMs: settings.TOCSIN_CHECKPOINT_MS,
    nowMs: Date.now,
    random: Math.random,
    onBatch: (service, count, tookMs) => {
      faults.delete(service)
      metrics.onBatch(service, count, tookMs)
    },
    onReject: metrics.onReject,
    onRetry: (service, code, delayMs) => {
      const end = options.endsOn?.(code)
      if (end !== undefined) return ended.reject(end)
      faults.set(service, code)
      metrics.onRetry(service, code)
      logger.warn({ service, code, delay_ms: delayMs }, 'a call failed and is tried again')
    },
    ...(options.arrange === undefined ? {} : { arrange: options.arrange }),
  }
  for (const definition of definitions)
    stages.push(startStage(definition, stageWorld, controller.signal))
  const store =
    evidence === undefined
      ? undefined
      : startStore({ world: stageWorld, evidence, metrics, logger }, controller.signal)
  const parts = [...stages.map((stage) => stage.stopped), ...(store ? [store.stopped] : [])]
  const failed = new Promise<never>((_, reject) => {
    for (const part of [...parts, ended.promise]) part.catch(reject)
  })
  failed.catch(() => undefined)
  return {
    stages,
    store,
    metrics,
    failed,
    obstacles: () => [...faults].map(([service, code]) => `${service}: ${code}`),
    stop: async () => {
      controller.abort()
      const outcomes = await Promise.allSettled(parts)
      for (const outcome of outcomes)
        if (outcome.status === 'rejected' && !isPassing(outcome.reason)) throw outcome.reason
    },
  }
}

/** Stopped while the world was away: what was not acknowledged is read again at the next start. */
function isPassing(error: unknown): boolean {
  return error instanceof Fault && (error.retryable || error.code === 'OWNERSHIP_LOST')
}
