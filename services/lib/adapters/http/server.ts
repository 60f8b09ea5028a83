import { Readable } from 'node:stream'

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'

import { DoorRefusal, type DoorReply, type DoorRequest, type DoorRoute } from '#domain/door.ts'
import { Fault } from '#domain/fault.ts'
import { ByteBudget, RequestBody } from './body.ts'
import { roleCheck, type Tokens } from './tokens.ts'

export type HttpServerOptions = {
  host: string
  /** 0 takes a free one. */
  port: number
  tokens: Tokens
  routes: readonly DoorRoute[]
  limits?: Partial<HttpLimits>
  /** Hears of what we could not answer: an error of our own, or of the world. */
  onError: (error: unknown) => void
}

export type HttpLimits = {
  bodyMaxBytes: number
  /** Bytes of all bodies at work; more are turned away with 429. */
  inFlightMaxBytes: number
  connectionsMaxCount: number
  requestMaxMs: number
  /** How long closing waits for requests at work. */
  closeMaxMs: number
}

export type HttpServer = {
  url: string
  port: number
  /** Takes no more requests, lets those at work end, within `closeMaxMs`. */
  close(): Promise<void>
}

const MIB = 1024 * 1024
const DEFAULT_LIMITS: HttpLimits = {
  bodyMaxBytes: 64 * MIB,
  inFlightMaxBytes: 256 * MIB,
  connectionsMaxCount: 1_024,
  requestMaxMs: 60_000,
  closeMaxMs: 10_000,
}

/**
 * Opens an HTTP door with these routes. Errors are answered as `{ error: { code, message } }`.
 *
 * @throws Fault PORT_IN_USE, BAD_SETTINGS where the address is none of this machine.
 */
export async function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    requestTimeout: limits.requestMaxMs,
    bodyLimit: limits.bodyMaxBytes,
  })
  app.server.maxConnections = limits.connectionsMaxCount
  // Bodies are read by `RequestBody`, once the token has been judged.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.setNotFoundHandler((_request, reply) =>
    answerRefusal(reply, new DoorRefusal(404, 'NOT_FOUND', 'There is nothing here')),
  )
  app.setErrorHandler((error, _request, reply) => answerError(reply, error, options.onError))
  const closing = new AbortController()
  addRoutes(app, options, limits, closing.signal)
  try {
    await app.listen({ host: options.host, port: options.port })
  } catch (cause) {
    throw listenFault(cause, options)
  }
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    url: `http://${host}:${port}`,
    port,
    close: () => {
      closing.abort()
      return close(app, limits.closeMaxMs)
    },
  }
}

function addRoutes(
  app: FastifyInstance,
  options: HttpServerOptions,
  limits: HttpLimits,
  closing: AbortSignal,
): void {
  const roleOf = roleCheck(options.tokens)
  const budget = new ByteBudget(limits.inFlightMaxBytes)
  for (const route of options.routes)
    app.route({
      method: route.method,
      url: route.path,
      onRequest: (request, _reply, done) => {
        const role = roleOf(request.headers.authorization)
        const isOpen =
          route.roles.length === 0 || (role !== undefined && route.roles.includes(role))
        done(isOpen ? undefined : unauthorized())
      },
      handler: async (request, reply) => {
        const body = new RequestBody(request.raw, budget, limits.bodyMaxBytes)
        try {
          return send(reply, await route.handle(doorRequest(request, reply, body, closing)))
        } finally {
          body.release()
        }
      },
    })
}

function unauthorized(): DoorRefusal {
  const headers = { 'www-authenticate': 'Bearer' }
  return new DoorRefusal(401, 'UNAUTHORIZED', 'A token that opens this is needed', headers)
}

function doorRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  body: RequestBody,
  closing: AbortSignal,
): DoorRequest {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return {
    parameters: request.params as Record<string, string>,
    query: single(request.query as Record<string, unknown>),
    headers: single(request.headers),
    contentType: request.headers['content-type']?.split(';')[0]?.trim().toLowerCase(),
    readBody: () => body.read(),
    signal: AbortSignal.any([gone.signal, closing]),
  }
}

/** Of what was said several times, the last. */
function single(values: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries(values).map(([name, value]): [string, string] => {
    const last: unknown = Array.isArray(value) ? value.at(-1) : value
    return [name, typeof last === 'string' ? last : '']
  })
  return Object.fromEntries(entries)
}

function send(reply: FastifyReply, answer: DoorReply): FastifyReply {
  reply.code(answer.status).headers({ 'cache-control': 'no-store', ...answer.headers })
  if ('json' in answer) {
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.json))
  }
  const { contentType } = answer
  if ('bytes' in answer) return reply.type(contentType).send(answer.bytes)
  const { text } = answer
  reply.header('x-content-type-options', 'nosniff').type(contentType)
  return reply.send(typeof text === 'string' ? text : Readable.from(text))
}

function answerError(reply: FastifyReply, error: unknown, onError: (error: unknown) => void): void {
  if (error instanceof DoorRefusal) return answerRefusal(reply, error)
  const status = (error as { statusCode?: number }).statusCode ?? 500
  if (!(error instanceof Fault) && status < 500)
    return answerRefusal(reply, new DoorRefusal(status, 'BAD_REQUEST', 'This is no such request'))
  onError(error)
  if (!(error instanceof Fault))
    return answerRefusal(reply, new DoorRefusal(500, 'INTERNAL', 'This went wrong here'))
  const { code, message, retryable } = error
  const headers: Record<string, string> = retryable ? { 'retry-after': '1' } : {}
  return answerRefusal(reply, new DoorRefusal(retryable ? 503 : 500, code, message, headers))
}

function answerRefusal(reply: FastifyReply, refusal: DoorRefusal): void {
  const { status, code, message, headers } = refusal
  // What is left of the body is not read: the connection cannot be used again.
  if (!reply.request.raw.complete) reply.header('connection', 'close')
  send(reply, { status, headers, json: { error: { code, message } } })
}

function listenFault(cause: unknown, options: HttpServerOptions): unknown {
  const { host, port } = options
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE')
    return new Fault('PORT_IN_USE', `Port ${port} on ${host} is in use`, { cause })
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EACCES')
    return new Fault('BAD_SETTINGS', `Cannot listen on ${host} port ${port}: ${code}`, { cause })
  return cause
}

async function close(app: FastifyInstance, closeMaxMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), closeMaxMs)
  await app.close()
  clearTimeout(timer)
}
