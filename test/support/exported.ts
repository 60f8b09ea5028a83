import { readFileSync } from 'node:fs'

import type { StageWorld } from '#runtime/stage-definition.ts'
import { startStage } from '#runtime/stage.ts'
import { exportStage } from '../../services/export/main.ts'
import type { OcsfEvent } from '../../services/export/ocsf.ts'
import type { World } from '../../services/cli/world.ts'

/** A record of the topic for other systems. */
export type Exported = { partition: number; key: string; text: string; event: OcsfEvent }

/** Runs `export` to the end of a finished run, and reads what it wrote. */
export async function exportedFrom(world: World): Promise<Exported[]> {
  const controller = new AbortController()
  const stage = startStage(exportStage({}), stageWorldOf(world), controller.signal)
  await Promise.race([stage.finished, stage.stopped])
  controller.abort()
  await stage.stopped
  return readExported(world)
}

/** What stands on the topic for other systems, partition by partition. */
async function readExported({ log }: Pick<World, 'log'>): Promise<Exported[]> {
  const found: Exported[] = []
  for (let partition = 0; partition < log.laneCount; partition++)
    for await (const chunk of log.readToEnd({ topic: 'alerts.ocsf.v1', partition, offset: 0 }))
      for (const { key, value } of chunk.records) {
        const text = value?.toString('utf8') ?? ''
        found.push({ partition, key, text, event: JSON.parse(text) as OcsfEvent })
      }
  return found
}

/** A schema of the shared conformance data, parsed. */
export function readSchema(path: string): object {
  return JSON.parse(readFileSync(path, 'utf8')) as object
}

function stageWorldOf({ log, codec }: World): StageWorld {
  return {
    log,
    codec,
    laneCount: log.laneCount,
    batchMaxCount: 500,
    checkpointEveryMs: 1_000,
    nowMs: Date.now,
    random: Math.random,
    onBatch: () => undefined,
    onReject: () => undefined,
    onRetry: () => undefined,
  }
}
