import { Readable } from 'node:stream'

import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'

import { DEFAULT_DATABASE } from '#domain/evidence-tables.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault, type FaultCode } from '#domain/fault.ts'
import { faultOf, insertFault } from './errors.ts'
import { insertStatement } from './insert.ts'
import { makeDatabase } from './migrations.ts'
import { ROW_FORMAT, ROW_SETTINGS } from './rows.ts'

export type HttpEvidenceOptions = {
  url: string
  user: string
  password: string
  database?: string
  requestMaxMs?: number
  connectionsMaxCount?: number
}

const REQUEST_MAX_MS = 60_000
const CONNECTIONS_MAX_COUNT = 8

/** The evidence store of a ClickHouse server, or of a SQL door. Connects when first used. */
export function openHttpEvidence(options: HttpEvidenceOptions): EvidenceStore {
  const client = createClient({
    url: options.url,
    username: options.user,
    password: options.password,
    database: options.database ?? DEFAULT_DATABASE,
    request_timeout: options.requestMaxMs ?? REQUEST_MAX_MS,
    max_open_connections: options.connectionsMaxCount ?? CONNECTIONS_MAX_COUNT,
    log: { level: ClickHouseLogLevel.OFF },
  })
  return {
    kind: 'http',
    async insert({ table, token, container }) {
      try {
        const { stream } = await client.exec({
          query: insertStatement(table, token),
          values: Readable.from([container], { objectMode: false }),
        })
        await drain(stream)
      } catch (cause) {
        throw insertFault(table, cause)
      }
    },
    query: <Row>(sql: string, parameters = {}) =>
      guarded('query the evidence', 'QUERY_REFUSED', async () => {
        const result = await client.query({
          query: sql,
          format: ROW_FORMAT,
          query_params: parameters,
          clickhouse_settings: ROW_SETTINGS,
        })
        return result.json<Row>()
      }),
    async command(sql) {
      await guarded('run a statement', 'QUERY_REFUSED', () => client.command({ query: sql }))
    },
    ping: () => ping(client),
    close: () => client.close(),
  }
}

/**
 * Makes the database of these options on its server: what `migrate` does first of all.
 *
 * @throws Fault EVIDENCE_UNAVAILABLE (retryable), QUERY_REFUSED.
 */
export async function createHttpDatabase(options: HttpEvidenceOptions): Promise<void> {
  const store = openHttpEvidence({ ...options, database: 'default' })
  try {
    await store.command(makeDatabase(options.database ?? DEFAULT_DATABASE))
  } finally {
    await store.close()
  }
}

async function guarded<T>(doing: string, refused: FaultCode, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw faultOf(doing, refused, cause)
  }
}

async function ping(client: ClickHouseClient): Promise<void> {
  const answer = await client.ping({ select: true })
  if (!answer.success)
    throw new Fault('EVIDENCE_UNAVAILABLE', 'ClickHouse does not answer', { cause: answer.error })
}

/** An answer is complete only when it is read: an error may stand at its end. */
async function drain(stream: Readable): Promise<void> {
  for await (const chunk of stream) void chunk
}
