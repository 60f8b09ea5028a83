import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { DEFAULT_DATABASE } from '#domain/evidence-tables.ts'
import type { EvidenceInsert, EvidenceStore } from '#domain/evidence.ts'
import type { FaultCode } from '#domain/fault.ts'
import { openEngine, type Engine, type EngineAnswer, type EngineRun } from './engine.ts'
import { faultOf, insertFault } from './errors.ts'
import { insertSettings } from './insert.ts'
import { literal, parameterTexts } from './parameters.ts'
import { parseRows, ROW_FORMAT, ROW_SETTINGS } from './rows.ts'

export type EmbeddedEvidenceOptions = {
  directory: string
  database?: string
  /** What the engine may hold altogether; the rest of the process needs its own. */
  maxMemoryBytes?: number
}

/** The evidence store in this process, and the engine under it for the SQL door. */
export type EmbeddedEvidence = EvidenceStore & { readonly engine: Engine }

const MEMORY_DEFAULT_BYTES = 640 * 1024 * 1024
const RUNNING_MAX_COUNT = 3
const QUERY_MAX_SECONDS = 60
/** Of the engine's memory, so that an insert finds room beside a query. */
const QUERY_MEMORY_SHARE = 0.7
const MEMORY_BACKED = '/dev/shm'

/**
 * Opens the evidence store on a directory that this process alone owns.
 *
 * @throws Fault EVIDENCE_LOCKED, EVIDENCE_UNAVAILABLE.
 */
export async function openEmbeddedEvidence(
  options: EmbeddedEvidenceOptions,
): Promise<EmbeddedEvidence> {
  const directory = resolve(options.directory)
  const maxMemoryBytes = options.maxMemoryBytes ?? MEMORY_DEFAULT_BYTES
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const engine = await openEngine({
    directory,
    database: options.database ?? DEFAULT_DATABASE,
    maxMemoryBytes,
    runningMaxCount: RUNNING_MAX_COUNT,
  })
  const scratch = openScratch(directory)
  const structures = new Map<string, Promise<string>>()

  const run = (doing: string, refused: FaultCode, request: EngineRun): Promise<EngineAnswer> =>
    engine.run(request).catch((cause: unknown) => {
      throw faultOf(doing, refused, cause)
    })
  const structureOf = (table: string): Promise<string> => {
    const known = structures.get(table) ?? readStructure(engine, table)
    structures.set(table, known)
    known.catch(() => structures.delete(table))
    return known
  }

  return {
    kind: 'embedded',
    engine,
    async insert(insert) {
      try {
        const structure = await structureOf(insert.table)
        await scratch.with(insert.container, (path) =>
          engine.run({
            sql: insertFromFile(insert, path, structure),
            settings: { max_threads: 1, max_insert_threads: 1 },
          }),
        )
      } catch (cause) {
        throw insertFault(insert.table, cause)
      }
    },
    async query<Row>(sql: string, parameters = {}) {
      const { bytes } = await run('query the evidence', 'QUERY_REFUSED', {
        sql,
        format: ROW_FORMAT,
        settings: querySettings(maxMemoryBytes),
        parameters: parameterTexts(parameters),
      })
      return parseRows<Row>(bytes)
    },
    async command(sql) {
      structures.clear()
      await run('run a statement', 'QUERY_REFUSED', { sql })
    },
    async ping() {
      await run('reach the engine', 'EVIDENCE_UNAVAILABLE', { sql: 'SELECT 1' })
    },
    async close() {
      await engine.close()
      scratch.remove()
    },
  }
}

function querySettings(maxMemoryBytes: number): Record<string, string | number> {
  return {
    ...ROW_SETTINGS,
    max_execution_time: QUERY_MAX_SECONDS,
    max_memory_usage: Math.floor(maxMemoryBytes * QUERY_MEMORY_SHARE),
    readonly: 1,
  }
}

function insertFromFile(insert: EvidenceInsert, path: string, structure: string): string {
  const source = `file(${literal(path)}, Avro, ${literal(structure)})`
  return `INSERT INTO ${insert.table} ${insertSettings(insert.token)} SELECT * FROM ${source}`
}

/** A table's columns as `file` takes them; strings plain: to read into a dictionary is slow. */
async function readStructure(engine: Engine, table: string): Promise<string> {
  const sql = `SELECT name, type FROM system.columns
    WHERE database = ${literal(engine.database)} AND table = ${literal(table)}
      AND default_kind = '' ORDER BY position`
  const columns = parseRows<{ name: string; type: string }>(
    (await engine.run({ sql, format: ROW_FORMAT })).bytes,
  )
  if (columns.length === 0) throw new Error('Code: 60. No such table')
  return columns.map(({ name, type }) => `${name} ${plain(type)}`).join(', ')
}

function plain(type: string): string {
  return type.replaceAll(/LowCardinality\((Nullable\(String\)|String)\)/g, '$1')
}

type Scratch = {
  /** Runs with the bytes in a file that is gone afterwards. */
  with<T>(bytes: Buffer, use: (path: string) => Promise<T>): Promise<T>
  remove(): void
}

/** Files in memory where the machine has such a place. What a crash left is cleared at opening. */
function openScratch(directory: string): Scratch {
  const parent = existsSync(MEMORY_BACKED) ? MEMORY_BACKED : tmpdir()
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16)
  const path = join(parent, `tocsin-${name}`)
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path, { recursive: true, mode: 0o700 })
  let count = 0
  return {
    async with(bytes, use) {
      const file = join(path, `${(count += 1)}.avro`)
      try {
        await writeFile(file, bytes, { mode: 0o600 })
        return await use(file)
      } finally {
        await rm(file, { force: true })
      }
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
