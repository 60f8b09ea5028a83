import { ClickHouseLogLevel } from '@clickhouse/client'

import { openSqlDoor, type SqlDoor } from '../../../services/lib/adapters/clickhouse/door.ts'
import type { EmbeddedEvidence } from '../../../services/lib/adapters/clickhouse/embedded.ts'
import { insertRecords, openTestEvidence } from '../../sql/evidence.ts'
import { anEvent } from '../../support/records.ts'

export const READER = { user: 'reader', password: 'read-me' }
export const WRITER = { user: 'writer', password: 'write-me' }
export const QUIET = { level: ClickHouseLogLevel.OFF }
export const ACCESS_DENIED = 497
export const READONLY = 164

/** A door for all tenants and one for a single tenant, over an event of each of two tenants. */
export type DoorWorld = {
  evidence: EmbeddedEvidence
  door: SqlDoor
  tenantDoor: SqlDoor
  close(): Promise<void>
}

/** Opens both doors with limits small enough to run into. */
export async function openDoors(): Promise<DoorWorld> {
  const evidence = await openTestEvidence()
  const passwords = { readerPassword: READER.password, writerPassword: WRITER.password }
  const limits = {
    executionMaxSeconds: 1,
    memoryMaxBytes: 64 << 20,
    resultRowsMaxCount: 1_000,
    statementMaxBytes: 20_000,
    insertMaxBytes: 200_000,
  }
  const door = await openSqlDoor({ evidence, port: 0, ...passwords, limits })
  const tenantDoor = await openSqlDoor({
    evidence,
    port: 0,
    ...passwords,
    limits,
    tenantId: 'acme',
  })
  await insertRecords(evidence, 'events.application.v1', [
    anEvent({ event_id: 'mine', content: '7' }),
    anEvent({ event_id: 'theirs', tenant_id: 'rival', content: 'their secret' }),
  ])
  const close = async (): Promise<void> => {
    await Promise.all([door.close(), tenantDoor.close()])
    await evidence.close()
  }
  return { evidence, door, tenantDoor, close }
}

export type Asked = {
  as?: { user: string; password: string }
  sql?: string
  query?: Record<string, string>
  method?: string
  body?: string | Buffer<ArrayBuffer>
  headers?: Record<string, string>
  path?: string
}

/** Asks a door over HTTP as any client would. */
export async function askDoor(to: SqlDoor, asked: Asked) {
  const { as = READER, method = 'POST', path = '/' } = asked
  const url = new URL(path, to.url)
  for (const [name, value] of Object.entries(asked.query ?? {})) url.searchParams.set(name, value)
  const response = await fetch(url, {
    method,
    headers: { 'x-clickhouse-user': as.user, 'x-clickhouse-key': as.password, ...asked.headers },
    ...(method === 'POST' ? { body: asked.body ?? asked.sql ?? '' } : {}),
  })
  const text = await response.text()
  return { status: response.status, text, code: exceptionCode(response), headers: response.headers }
}

const exceptionCode = (response: Response) => {
  const code = response.headers.get('x-clickhouse-exception-code')
  return code === null ? undefined : Number(code)
}
