import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

import { Fault } from '#domain/fault.ts'
import { answerError } from './door-errors.ts'
import { authenticate, DoorError, readDoorRequest, type DoorRequest } from './door-request.ts'
import { readerSettings } from './door-settings.ts'
import type { EmbeddedEvidence } from './embedded.ts'
import { createReader, type Reader, type ReaderLimits } from './reader.ts'
import { createWriter, type Writer } from './writer.ts'

export type SqlDoorOptions = {
  evidence: EmbeddedEvidence
  host?: string
  /** 0 takes a free one. */
  port: number
  readerPassword: string
  writerPassword: string
  /** Where given, a reader sees this tenant's rows only. */
  tenantId?: string
  limits?: Partial<DoorLimits>
}

type DoorLimits = ReaderLimits & {
  statementMaxBytes: number
  insertMaxBytes: number
  /** Statements at once; more are turned away, busy. */
  runningMaxCount: number
}

export type SqlDoor = { url: string; port: number; close(): Promise<void> }

const MIB = 1024 * 1024
const DEFAULT_LIMITS: DoorLimits = {
  executionMaxSeconds: 30,
  memoryMaxBytes: 256 * MIB,
  resultRowsMaxCount: 1_000_000,
  resultMaxBytes: 64 * MIB,
  statementMaxBytes: 256 * 1024,
  insertMaxBytes: 32 * MIB,
  runningMaxCount: 16,
}
const TOO_MANY_QUERIES = 202
const UNKNOWN_DATABASE = 81
const REQUEST_MAX_MS = 120_000
const zip = promisify(gzip)

type Door = {
  options: SqlDoorOptions
  limits: DoorLimits
  write: Writer
  read: Reader
}

/**
 * Opens ClickHouse's HTTP interface in front of the embedded engine: `reader` reads evidence,
 * `writer` is the pipeline itself.
 *
 * @throws Fault PORT_IN_USE.
 */
export async function openSqlDoor(options: SqlDoorOptions): Promise<SqlDoor> {
  const { engine } = options.evidence
  const door: Door = {
    options,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    write: createWriter(options.evidence, engine.database),
    read: createReader(engine, options.tenantId),
  }
  let runningCount = 0
  const server = createServer({ requestTimeout: REQUEST_MAX_MS }, (request, response) => {
    runningCount += 1
    const isBusy = runningCount > door.limits.runningMaxCount
    void handle(door, request, response, isBusy).finally(() => (runningCount -= 1))
  })
  const host = options.host ?? '127.0.0.1'
  await listen(server, host, options.port)
  const { port } = server.address() as AddressInfo
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port, close }

  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    await closed
  }
}

async function handle(
  door: Door,
  request: IncomingMessage,
  response: ServerResponse,
  isBusy: boolean,
): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://door')
    if (url.pathname === '/ping') return void response.end('Ok.\n')
    if (url.pathname !== '/') return void response.writeHead(404).end('There is no such page\n')
    if (!['GET', 'HEAD', 'POST'].includes(request.method ?? ''))
      return void response.writeHead(405, { allow: 'GET, HEAD, POST' }).end()
    const role = authenticate(request, url.searchParams, {
      reader: door.options.readerPassword,
      writer: door.options.writerPassword,
    })
    if (isBusy) throw new DoorError(TOO_MANY_QUERIES, 'Too many simultaneous queries')
    const { insertMaxBytes, statementMaxBytes } = door.limits
    const maxBytes = role === 'writer' ? insertMaxBytes : statementMaxBytes
    const asked = await readDoorRequest(request, url.searchParams, role, maxBytes)
    await (role === 'writer' ? answerWriter : answerReader)(door, asked, request, response)
  } catch (error) {
    await answerError(request, response, error)
  }
}

async function answerWriter(
  door: Door,
  asked: DoorRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await door.write(asked)
  await answer(request, response, asked, 'JSONEachRow', Buffer.from(text), {})
}

async function answerReader(
  door: Door,
  asked: DoorRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const own = door.options.evidence.engine.database
  if (![own, 'default', '', undefined].includes(asked.database))
    throw new DoorError(UNKNOWN_DATABASE, 'There is no such database')
  const { settings, limits } = readerSettings(asked.settings, door.limits)
  const sql = asked.data.length === 0 ? asked.sql : `${asked.sql}\n${asked.data.toString('utf8')}`
  if (sql.trim() === '') return void response.end('Ok.\n')
  const { format, parameters } = asked
  const result = await door.read({ sql, format, parameters, settings }, limits)
  await answer(request, response, asked, result.format, result.bytes, {
    read_rows: String(result.rowsReadCount),
    read_bytes: String(result.bytesReadCount),
    elapsed_ns: String(Math.round(result.elapsedSeconds * 1e9)),
  })
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  asked: DoorRequest,
  format: string,
  bytes: Uint8Array,
  summary: Record<string, string>,
): Promise<void> {
  const isZipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
  const body = isZipped && bytes.length > 0 ? await zip(bytes) : bytes
  const counts = { read_rows: '0', read_bytes: '0', written_rows: '0', written_bytes: '0' }
  response.writeHead(200, {
    'content-type': contentType(format),
    'content-length': body.length,
    'x-clickhouse-format': format,
    'x-clickhouse-timezone': 'UTC',
    'x-clickhouse-server-display-name': 'tocsin',
    'x-clickhouse-query-id': asked.queryId ?? randomUUID(),
    'x-clickhouse-summary': JSON.stringify({ ...counts, ...summary }),
    ...(isZipped && bytes.length > 0 ? { 'content-encoding': 'gzip' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function contentType(format: string): string {
  if (/^JSON.*EachRow/.test(format)) return 'application/x-ndjson; charset=UTF-8'
  if (format.startsWith('JSON')) return 'application/json; charset=UTF-8'
  if (format.startsWith('CSV')) return 'text/csv; charset=UTF-8'
  if (/^(?:TabSeparated|TSV)/.test(format)) return 'text/tab-separated-values; charset=UTF-8'
  return /^(?:Pretty|Vertical|Markdown)/.test(format)
    ? 'text/plain; charset=UTF-8'
    : 'application/octet-stream'
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: Error & { code?: string }) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use' : 'cannot be opened'
      reject(new Fault('PORT_IN_USE', `SQL door: port ${port} ${why}`, { cause }))
    })
    server.listen(port, host, resolve)
  })
}
