import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { Fault } from '#domain/fault.ts'
import { clickhouseCode } from './errors.ts'

/** HTTP status of ClickHouse's codes, as its server maps them, and the names clients parse. */
const CODES: Readonly<Record<number, readonly [number, string]>> = {
  36: [400, 'BAD_ARGUMENTS'],
  46: [404, 'UNKNOWN_FUNCTION'],
  47: [404, 'UNKNOWN_IDENTIFIER'],
  48: [501, 'NOT_IMPLEMENTED'],
  60: [404, 'UNKNOWN_TABLE'],
  62: [400, 'SYNTAX_ERROR'],
  81: [404, 'UNKNOWN_DATABASE'],
  164: [403, 'READONLY'],
  202: [503, 'TOO_MANY_SIMULTANEOUS_QUERIES'],
  307: [413, 'TOO_MANY_BYTES'],
  354: [400, 'ZLIB_INFLATE_FAILED'],
  456: [400, 'UNKNOWN_QUERY_PARAMETER'],
  497: [403, 'ACCESS_DENIED'],
  516: [403, 'AUTHENTICATION_FAILED'],
}
const UNKNOWN_EXCEPTION = 1002
const MESSAGE_MAX_LENGTH = 4_000

/** Answers as ClickHouse does: a status, the code in a header, `Code: N. DB::Exception: …`. */
export async function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): Promise<void> {
  if (response.headersSent) return void response.destroy()
  const code = clickhouseCode(causeOf(error)) ?? UNKNOWN_EXCEPTION
  const [status] = CODES[code] ?? [500]
  const body = Buffer.from(`${messageOf(error, code).slice(0, MESSAGE_MAX_LENGTH)}\n`)
  request.unpipe()
  response.writeHead(status, {
    'content-type': 'text/plain; charset=UTF-8',
    'content-length': body.length,
    'x-clickhouse-exception-code': String(code),
    'x-clickhouse-query-id': randomUUID(),
    ...(request.complete ? {} : { connection: 'close' }),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
  if (!request.complete) await discard(request)
}

function causeOf(error: unknown): unknown {
  return error instanceof Fault ? (error.cause ?? error) : error
}

/** The engine's own words go to whoever asked, and nowhere else. */
function messageOf(error: unknown, code: number): string {
  const cause = causeOf(error)
  const text = cause instanceof Error ? cause.message : 'The statement failed'
  if (text.startsWith('Code: ')) return text
  const [, name] = CODES[code] ?? [500, 'UNKNOWN_EXCEPTION']
  return `Code: ${code}. DB::Exception: ${text}. (${name})`
}

/** What is still coming is let in and dropped, so that the answer is read, but not for ever. */
function discard(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(() => request.destroy(), DISCARD_MAX_MS)
    request.once('close', stop)
    request.resume()
  })
}

const DISCARD_MAX_MS = 2_000
