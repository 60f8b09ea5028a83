import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  openEmbeddedEvidence,
  type EmbeddedEvidence,
} from '../../services/lib/adapters/clickhouse/embedded.ts'
import { openCodec } from '../../services/lib/adapters/avro/codec.ts'
import { loadSchemas } from '../../services/lib/adapters/avro/schemas.ts'
import { loadMigrations } from '../../services/lib/adapters/clickhouse/migrations.ts'
import { tableOf } from '../../services/lib/domain/evidence-tables.ts'
import type { EvidenceStore } from '../../services/lib/domain/evidence.ts'
import type { Records } from '../../services/lib/domain/records/index.ts'
import { buildContainer } from '../../services/store/container.ts'
import { migrate } from '../../services/store/migrate.ts'
import { memorySchemaIds } from '../support/schema-ids.ts'

/** The schemas whose records are kept as evidence. */
type StoredName = Exclude<keyof Records, 'state.v1'>

/** One codec for a test file: its schema ids are its own. */
export const testCodec = openCodec(loadSchemas(), memorySchemaIds(), 'tocsin.')

/** An evidence store with every table, in a directory that is gone when it closes. */
export async function openTestEvidence(): Promise<EmbeddedEvidence> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-evidence-'))
  const evidence = await openEmbeddedEvidence({ directory })
  await migrate(evidence, loadMigrations())
  const close = async () => {
    await evidence.close()
    rmSync(directory, { recursive: true, force: true })
  }
  return { ...evidence, close }
}

let nextOffset = 0

/** Inserts records as `store` would: framed, unopened, in one container. */
export async function insertRecords<N extends StoredName>(
  evidence: EvidenceStore,
  topic: N,
  values: readonly Records[N][],
  partition = 0,
): Promise<void> {
  const codec = await testCodec
  const rows = values.map((value) => ({ offset: nextOffset++, value: codec.encode(topic, value) }))
  const [first, last] = [rows[0], rows.at(-1)]
  if (first === undefined || last === undefined) return
  const schema = codec.writerSchema(topic, first.value)
  const token = `${topic}:${partition}:${first.offset}-${last.offset}:${schema?.id}`
  await evidence.insert({
    table: tableOf(topic),
    token,
    container: buildContainer(token, partition, schema?.json, rows),
    rowCount: rows.length,
  })
}
