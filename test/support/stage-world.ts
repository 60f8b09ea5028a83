import { openCodec } from '#adapters/avro/codec.ts'
import { loadSchemas } from '#adapters/avro/schemas.ts'
import { openEmbeddedLog } from '#adapters/embedded/log.ts'
import type { StageWorld } from '#runtime/stage-definition.ts'
import { memorySchemaIds } from './schema-ids.ts'

/**
 * A world on an embedded log in memory, with the topics created. `differs` replaces what it names.
 */
export async function aStageWorld(differs: Partial<StageWorld> = {}): Promise<StageWorld> {
  const laneCount = differs.laneCount ?? 4
  const log = differs.log ?? openEmbeddedLog({ path: ':memory:', laneCount })
  await log.createTopics()
  const codec = differs.codec ?? (await openCodec(loadSchemas(), memorySchemaIds(), 'tocsin.'))
  return {
    log,
    codec,
    laneCount,
    batchMaxCount: 100,
    checkpointEveryMs: 0,
    nowMs: () => 0,
    random: () => 0.5,
    onBatch: () => undefined,
    onReject: () => undefined,
    onRetry: () => undefined,
    ...differs,
  }
}
