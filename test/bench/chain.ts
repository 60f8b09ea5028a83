import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import type { Settings } from '#runtime/config.ts'
import { createLogger } from '#runtime/logger.ts'
import { startStage } from '#runtime/stage.ts'
import type { StageDefinition, StageWorld } from '#runtime/stage-definition.ts'
import { defineStages, STAGE_NAMES } from '../../services/cli/stages.ts'
import type { World } from '../../services/cli/world.ts'
import { compileNormalizer } from '../../services/collect/normalize/event.ts'
import { orderInput } from '../../services/collect/ordered-input.ts'
import { replayInto } from '../../services/collect/replay.ts'
import { openInput } from '../../services/collect/sources/file.ts'
import { learnStage } from '../../services/learn/main.ts'
import { startStore } from '../../services/store/main.ts'
import { costOf, type Cost } from './measure.ts'

/**
 * Measures each stage alone, one after another over what the one before has written: the log holds
 * all of its input when it starts. Baselines are pinned (none), so that no stage waits for another.
 */
export async function stageCosts(
  world: World,
  evidence: EvidenceStore,
  settings: Settings,
  load: string,
  directory: string,
): Promise<Cost[]> {
  const noBaselines = join(directory, 'no-baselines.ndjson')
  writeFileSync(noBaselines, '')
  const judging = defineStages(STAGE_NAMES, settings, {
    TOCSIN_BASELINES: noBaselines,
    TOCSIN_RESPOND: 'planned',
  })
  const definitions = [...judging, learnStage(settings, { TOCSIN_RESPOND: 'planned' })]
  const costs = [await costOf('collect', () => publish(world, load))]
  for (const definition of definitions)
    costs.push(await costOf(definition.service, () => runToEnd(definition, world, settings)))
  costs.push(await costOf('store', () => storeAll(world, evidence, settings)))
  return costs
}

async function publish(world: World, load: string): Promise<number> {
  const input = await openInput(load, { standardInput: process.stdin })
  const normalize = compileNormalizer(loadSchemas())
  const ordered = await orderInput(input, { normalize, sourceName: 'load' })
  const sender = await world.log.openSender()
  await replayInto({
    batches: ordered.batches(),
    log: world.log,
    sender,
    codec: world.codec,
    writer: 'collect:bench',
    skip: { eventCount: 0, rejectCount: 0 },
    signal: new AbortController().signal,
    onAcknowledged: () => undefined,
  })
  await sender.close()
  await input.close()
  return ordered.stats.acceptedCount
}

async function runToEnd(
  definition: StageDefinition,
  world: World,
  settings: Settings,
): Promise<number> {
  const controller = new AbortController()
  let takenCount = 0
  const stageWorld = worldOf(world, settings, (count) => (takenCount += count))
  const stage = startStage(definition, stageWorld, controller.signal)
  await Promise.race([stage.finished, stage.stopped])
  controller.abort()
  await stage.stopped
  return takenCount
}

async function storeAll(
  world: World,
  evidence: EvidenceStore,
  settings: Settings,
): Promise<number> {
  const controller = new AbortController()
  let storedCount = 0
  const store = startStore(
    {
      world: worldOf(world, settings, () => undefined),
      evidence,
      metrics: { onStored: (count) => (storedCount += count) },
      logger: createLogger('silent'),
    },
    controller.signal,
  )
  await Promise.race([store.drain(), store.stopped])
  controller.abort()
  await store.stopped
  return storedCount
}

function worldOf(world: World, settings: Settings, onTaken: (count: number) => void): StageWorld {
  return {
    log: world.log,
    codec: world.codec,
    laneCount: settings.TOCSIN_PARTITIONS,
    batchMaxCount: settings.TOCSIN_BATCH_MAX,
    checkpointEveryMs: settings.TOCSIN_CHECKPOINT_MS,
    nowMs: Date.now,
    random: Math.random,
    onBatch: (_service, count) => onTaken(count),
    onReject: () => undefined,
    onRetry: () => undefined,
  }
}
