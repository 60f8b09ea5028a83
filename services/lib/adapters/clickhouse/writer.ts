import { EVIDENCE_TABLES } from '#domain/evidence-tables.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import { MAKE_BOOK, READ_BOOK, recordStatement } from '#domain/migration.ts'
import { DoorError, type DoorRequest } from './door-request.ts'
import { parseInsertStatement } from './insert.ts'
import { loadHolds } from './holds.ts'
import { loadMigrations, makeDatabase } from './migrations.ts'

const ACCESS_DENIED = 497
const BAD_ARGUMENTS = 36
const MAGIC = 'Obj\u0001'
const TOKEN = /^[\w.:-]{1,200}$/

/** What a writer's statement came to: rows to answer with, as JSONEachRow text. */
export type Writer = (request: DoorRequest) => Promise<string>

/**
 * Runs the pipeline's own statements, and nothing else: inserts of Avro containers into evidence
 * tables, and the migrations and holds to the letter.
 */
export function createWriter(evidence: EvidenceStore, database: string): Writer {
  const migrations = loadMigrations()
  const statements = new Set([
    MAKE_BOOK,
    makeDatabase(database),
    ...loadHolds(),
    ...migrations.flatMap((migration) => [...migration.statements, recordStatement(migration)]),
  ])
  return async (request) => {
    const sql = request.sql.trim().replace(/;$/, '').trim()
    if (request.data.length > 0 || /^INSERT\s[^;]*\sFORMAT\s+Avro$/i.test(sql)) {
      await insert(evidence, database, request)
      return ''
    }
    if (withoutFormat(sql) === READ_BOOK || sql === 'SELECT 1') {
      const rows = await evidence.query<object>(sql === 'SELECT 1' ? sql : READ_BOOK)
      return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    }
    if (!statements.has(sql)) throw new DoorError(ACCESS_DENIED, 'Not one of the pipeline’s own')
    if (sql !== makeDatabase(database)) await evidence.command(sql)
    return ''
  }
}

async function insert(
  evidence: EvidenceStore,
  database: string,
  request: DoorRequest,
): Promise<void> {
  const parsed = parseInsertStatement(request.sql)
  const isOurs = parsed?.database === undefined || parsed.database === database
  if (parsed === undefined || !isOurs || !EVIDENCE_TABLES.has(parsed.table))
    throw new DoorError(ACCESS_DENIED, 'Not an insert of Avro into an evidence table')
  const token = parsed.token ?? request.settings['insert_deduplication_token'] ?? ''
  if (!TOKEN.test(token)) throw new DoorError(BAD_ARGUMENTS, 'An insert needs its token')
  if (request.data.subarray(0, MAGIC.length).toString('latin1') !== MAGIC)
    throw new DoorError(BAD_ARGUMENTS, 'The body is not an Avro object container')
  await evidence.insert({ table: parsed.table, token, container: request.data, rowCount: 0 })
}

function withoutFormat(sql: string): string {
  return sql.replace(/\s+FORMAT\s+JSONEachRow$/i, '')
}
