import { literal } from './parameters.ts'

/**
 * What every insert says aloud, whatever a server's defaults are: it returns when the rows are
 * there, a repeated token changes nothing, and fields one side does not know are left out.
 */
const INSERT_SETTINGS: Readonly<Record<string, string>> = {
  async_insert: '0',
  insert_deduplicate: '1',
  deduplicate_blocks_in_dependent_materialized_views: '1',
  max_partitions_per_insert_block: '0',
  input_format_avro_allow_missing_fields: '1',
  input_format_null_as_default: '1',
  input_format_skip_unknown_fields: '1',
}

/** The SETTINGS clause of an insert under a token. */
export function insertSettings(token: string): string {
  const settings = Object.entries(INSERT_SETTINGS).map(([name, value]) => `${name} = ${value}`)
  return `SETTINGS insert_deduplication_token = ${literal(token)}, ${settings.join(', ')}`
}

/** The statement of an insert whose rows follow as an Avro container. */
export function insertStatement(table: string, token: string): string {
  return `INSERT INTO ${table} ${insertSettings(token)} FORMAT Avro`
}

const STATEMENT =
  /^\s*INSERT\s+INTO\s+(?:(\w+)\.)?(\w+)\s+(?:SETTINGS\s+([^;]*?)\s+)?FORMAT\s+Avro\s*;?\s*$/i
const SETTING = /^\s*(\w+)\s*=\s*(?:'([\w.:-]*)'|(\d+))\s*$/

/** What such a statement says; undefined where it is anything else. */
export function parseInsertStatement(
  sql: string,
): { database: string | undefined; table: string; token: string | undefined } | undefined {
  const match = STATEMENT.exec(sql)
  if (match === null) return undefined
  const [, database, table = '', clause] = match
  let token: string | undefined
  for (const part of clause?.split(',') ?? []) {
    const setting = SETTING.exec(part)
    if (setting === null) return undefined
    const [, name = '', text, digits] = setting
    if (name === 'insert_deduplication_token') token = text
    else if (INSERT_SETTINGS[name] !== (text ?? digits)) return undefined
  }
  return { database, table, token }
}
