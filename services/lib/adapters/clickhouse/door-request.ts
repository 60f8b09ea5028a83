import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

/** A request to the SQL door that ClickHouse's own codes say what is wrong with. */
export class DoorError extends Error {
  readonly clickhouseCode: number

  constructor(clickhouseCode: number, message: string) {
    super(message)
    this.clickhouseCode = clickhouseCode
  }
}

export type Role = 'reader' | 'writer'
export type Passwords = Readonly<Record<Role, string>>

/** What a request says, whichever way it says it. */
export type DoorRequest = {
  role: Role
  /** The statement; where the URL has none the body is it. */
  sql: string
  /** The body where the URL has the statement. */
  data: Buffer
  parameters: Record<string, string>
  /** URL parameters that are neither the statement's nor the connection's. */
  settings: Record<string, string>
  format: string | undefined
  database: string | undefined
  queryId: string | undefined
}

const AUTHENTICATION_FAILED = 516
const TOO_LARGE = 307
const CANNOT_DECOMPRESS = 354
const UNSUPPORTED = 48
const unzip = promisify(gunzip)

/** Parameters of the connection, not of the statement; they change nothing here. */
const CONNECTION = new Set(
  (
    'query query_id user password database default_format role quota_key session_id ' +
    'session_timeout session_check close_session compress decompress stacktrace ' +
    'wait_end_of_query buffer_size send_progress_in_http_headers readonly ' +
    'http_headers_progress_interval_ms http_zlib_compression_level enable_http_compression ' +
    'add_http_cors_header client_protocol_version cancel_http_readonly_queries_on_client_close ' +
    'http_write_exception_in_output_format log_comment'
  ).split(' '),
)

/** Who asks: from the headers, Basic authentication or the URL. */
export function authenticate(
  request: IncomingMessage,
  query: URLSearchParams,
  passwords: Passwords,
): Role {
  const [user, password] = credentials(request, query)
  for (const role of ['reader', 'writer'] as const)
    if (user === role && isSame(password, passwords[role])) return role
  throw new DoorError(AUTHENTICATION_FAILED, 'Authentication failed: wrong user or password')
}

/**
 * Reads a request whose sender is known.
 *
 * @throws DoorError where it is too large, or packed in a way nobody here unpacks.
 */
export async function readDoorRequest(
  request: IncomingMessage,
  query: URLSearchParams,
  role: Role,
  bodyMaxBytes: number,
): Promise<DoorRequest> {
  const body = await readBody(request, bodyMaxBytes)
  const inUrl = query.get('query') ?? ''
  const parameters: Record<string, string> = {}
  const settings: Record<string, string> = {}
  for (const [name, value] of query) {
    const [, parameter] = /^param_(\w+)$/.exec(name) ?? []
    if (parameter !== undefined) parameters[parameter] = value
    else if (!CONNECTION.has(name)) settings[name] = value
  }
  const headerFormat = request.headers['x-clickhouse-format']
  return {
    role,
    sql: inUrl === '' ? body.toString('utf8') : inUrl,
    data: inUrl === '' ? Buffer.alloc(0) : body,
    parameters,
    settings,
    format: query.get('default_format') ?? textOf(headerFormat),
    database: query.get('database') ?? textOf(request.headers['x-clickhouse-database']),
    queryId: query.get('query_id') ?? undefined,
  }
}

function credentials(request: IncomingMessage, query: URLSearchParams): [string, string] {
  const user = textOf(request.headers['x-clickhouse-user'])
  if (user !== undefined) return [user, textOf(request.headers['x-clickhouse-key']) ?? '']
  const [, basic] = /^Basic\s+([\w+/=]+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (basic !== undefined) {
    const text = Buffer.from(basic, 'base64').toString('utf8')
    const colon = text.indexOf(':')
    return colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
  }
  return [query.get('user') ?? '', query.get('password') ?? '']
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash('sha256').update(text).digest())
  return expected !== '' && one !== undefined && other !== undefined && timingSafeEqual(one, other)
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new DoorError(TOO_LARGE, `The body is larger than ${maxBytes} bytes`)
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > maxBytes) throw tooLarge()
    parts.push(part)
  }
  const body = Buffer.concat(parts)
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity' || body.length === 0) return body
  if (encoding !== 'gzip') throw new DoorError(UNSUPPORTED, 'Only gzip bodies are unpacked here')
  return unzip(body, { maxOutputLength: maxBytes }).catch((cause: unknown) => {
    const { code } = cause as { code?: string }
    throw code === 'ERR_BUFFER_TOO_LARGE'
      ? tooLarge()
      : new DoorError(CANNOT_DECOMPRESS, 'The body is not gzip')
  })
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
