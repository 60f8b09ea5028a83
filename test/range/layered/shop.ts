import { Client } from 'pg'

import { startPostgres } from '../../support/servers/postgres.ts'

/** So many customers that nobody reads them all in a conversation. */
export const CUSTOMERS_COUNT = 101_000

/**
 * Without pgaudit: auto_explain tells what ran and how many rows it gave, the other what has no
 * plan.
 */
const TOLD_BY_POSTGRES = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_nested_statements': 'on',
  log_min_duration_statement: '0',
}

/** With pgaudit: every statement is told by it, with its rows, and by nothing else. */
const TOLD_BY_PGAUDIT = {
  shared_preload_libraries: 'pgaudit',
  'pgaudit.log': 'all',
  'pgaudit.log_catalog': 'off',
  'pgaudit.log_parameter': 'on',
  'pgaudit.log_rows': 'on',
}

/** Who tells of the statements in a shop's database. */
export type Audit = 'auto_explain' | 'pgaudit'

/** The account of a job that is no agent's. */
export const NIGHTLY_EXPORT = 'nightly-export'
/** A person with an account of their own, who may do anything. */
export const KEEPER = 'keeper'

/** A shop's database, and the log it writes. */
export type Shop = {
  logFile: string
  urlOf: (role: string, application?: string) => string
  stop: () => Promise<void>
}

/** Starts a shop's database in which each role may read and write everything. */
export async function startShop(audit: Audit, roles: readonly string[]): Promise<Shop> {
  const postgres = await (audit === 'pgaudit'
    ? startPostgres(TOLD_BY_PGAUDIT, 'debian')
    : startPostgres(TOLD_BY_POSTGRES))
  try {
    await furnish(await postgres.client(), roles)
  } catch (error) {
    await postgres.stop()
    throw error
  }
  return {
    logFile: postgres.logFile(),
    urlOf: (role, application) => {
      const url = new URL(postgres.urlOf(role, 'postgres'))
      if (application !== undefined) url.searchParams.set('application_name', application)
      return url.href
    },
    stop: () => postgres.stop(),
  }
}

/** Asks the database as a role does that no tap stands before. */
export async function askAs(shop: Shop, role: string, sql: string): Promise<number> {
  const client = new Client({ connectionString: shop.urlOf(role) })
  await client.connect()
  try {
    const { rows } = await client.query<object>(sql)
    return rows.length
  } finally {
    await client.end()
  }
}

/** Card numbers are those that card companies give for tests. */
async function furnish(client: Client, roles: readonly string[]): Promise<void> {
  try {
    await client.query(
      `CREATE TABLE customers AS
       SELECT n AS id, '4111111111111111' AS card
       FROM generate_series(1, ${CUSTOMERS_COUNT}) AS n`,
    )
    await client.query(`CREATE ROLE ${KEEPER} LOGIN SUPERUSER PASSWORD 'password'`)
    for (const role of roles) {
      await client.query(`CREATE ROLE "${role}" LOGIN PASSWORD 'password'`)
      await client.query(`GRANT ALL ON customers TO "${role}"`)
      await client.query(`GRANT CREATE ON SCHEMA public TO "${role}"`)
    }
  } finally {
    await client.end()
  }
}
