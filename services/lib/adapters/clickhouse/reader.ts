import { EVIDENCE_TABLES } from '#domain/evidence-tables.ts'
import type { Engine, EngineAnswer } from './engine.ts'
import { literal } from './parameters.ts'
import { loadReaderList } from './reader-list.ts'
import { formatOf, judgeShow, whyRefused, type Refusal } from './reader-rules.ts'

export type ReaderLimits = {
  executionMaxSeconds: number
  memoryMaxBytes: number
  resultRowsMaxCount: number
  resultMaxBytes: number
}

/** A reader's statement as it came in: its settings are of kinds the door lets through. */
type ReaderRequest = {
  sql: string
  format: string | undefined
  parameters: Readonly<Record<string, string>>
  settings: Readonly<Record<string, string>>
}

/** A statement that may not run, with ClickHouse's code for it. */
class Refused extends Error {
  readonly clickhouseCode: number
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(`Not allowed here: ${refusal}`)
    this.clickhouseCode = refusal === 'SETTINGS' ? READONLY : ACCESS_DENIED
    this.refusal = refusal
  }
}

const READONLY = 164
const ACCESS_DENIED = 497
const DEFAULT_FORMAT = 'TabSeparated'
const SHARED_TABLES = new Set(['log_rules'])
const THREADS_MAX_COUNT = 2

/** Runs statements of people on the engine: nothing but reading, within limits, of one tenant. */
export type Reader = (
  request: ReaderRequest,
  limits: ReaderLimits,
) => Promise<EngineAnswer & { format: string }>

/** A reader of all tenants, or of one. */
export function createReader(engine: Engine, tenantId: string | undefined): Reader {
  const list = loadReaderList(engine.database)
  const ofTenant = tenantSettings(engine.database, tenantId)

  /** The statement as the engine itself writes it: one statement, without comments. */
  const format = async (sql: string): Promise<string> => {
    const parameters = { statement: escapeText(sql) }
    const question = 'SELECT formatQuerySingleLine({statement:String}) AS statement'
    const answer = await engine
      .run({ sql: question, format: 'JSONEachRow', parameters })
      .catch((cause: unknown) => {
        throw cause instanceof Error ? withoutScope(cause) : cause
      })
    return (JSON.parse(textOf(answer)) as { statement: string }).statement
  }
  const explain = async (sql: string, parameters: ReaderRequest['parameters']) => {
    const answer = await engine.run({
      sql: `EXPLAIN AST ${sql}`,
      format: 'JSONCompactEachRow',
      parameters,
    })
    const rows = textOf(answer).split('\n')
    return rows.filter((row) => row !== '').flatMap((row) => JSON.parse(row) as string[])
  }

  return async (request, limits) => {
    const sql = await format(request.sql)
    let ownFormat: string | undefined
    const shown = judgeShow(sql, engine.database, list)
    if (shown === 'other') {
      if (!/^(?:SELECT|WITH|DESCRIBE|\()/.test(sql) || (await format(sql)) !== sql)
        throw new Refused('only one SELECT, WITH, DESCRIBE, SHOW or EXISTS')
      const tree = await explain(sql, request.parameters)
      const refusal = whyRefused(sql, tree, list)
      if (refusal !== undefined) throw new Refused(refusal)
      ownFormat = formatOf(tree)
    } else if (shown !== 'run') throw new Refused(shown)
    const outputFormat = request.format ?? DEFAULT_FORMAT
    const answer = await engine.run({
      sql,
      format: outputFormat,
      parameters: request.parameters,
      settings: { ...request.settings, ...limitSettings(limits), ...ofTenant, readonly: 1 },
    })
    return { ...answer, format: ownFormat ?? outputFormat }
  }
}

function limitSettings(limits: ReaderLimits): Record<string, string | number> {
  return {
    max_execution_time: limits.executionMaxSeconds,
    timeout_overflow_mode: 'throw',
    max_memory_usage: limits.memoryMaxBytes,
    max_result_rows: limits.resultRowsMaxCount,
    max_result_bytes: limits.resultMaxBytes,
    result_overflow_mode: 'throw',
    max_threads: THREADS_MAX_COUNT,
  }
}

/**
 * Hides every other tenant's rows. The reader's own conditions must not see a row before the filter
 * has: an expression that fails on it would tell what it holds.
 */
function tenantSettings(
  database: string,
  tenantId: string | undefined,
): Record<string, string | number> {
  if (tenantId === undefined) return {}
  const condition = `tenant_id = ${literal(tenantId)}`
  const filters = [...EVIDENCE_TABLES]
    .filter((table) => !SHARED_TABLES.has(table))
    .map((table) => `${literal(`${database}.${table}`)}: ${literal(condition)}`)
  const hidden = [
    `'system.tables': ${literal("NOT startsWith(name, 'log_')")}`,
    `'system.columns': ${literal("NOT startsWith(table, 'log_')")}`,
  ]
  return {
    additional_table_filters: `{${[...filters, ...hidden].join(', ')}}`,
    optimize_move_to_prewhere: 0,
    query_plan_optimize_prewhere: 0,
  }
}

/** Leaves our own question out of what the engine says about theirs. */
function withoutScope(cause: Error): Error {
  const end = cause.message.indexOf(': In scope SELECT formatQuery')
  const [kind = ''] = /\([A-Z_]+\)\s*$/.exec(cause.message) ?? []
  return end === -1 ? cause : new Error(`${cause.message.slice(0, end)} ${kind}`, { cause })
}

function escapeText(sql: string): string {
  return sql.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')
}

function textOf(answer: EngineAnswer): string {
  return Buffer.from(answer.bytes).toString('utf8')
}
