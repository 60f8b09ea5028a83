import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'

import { describe, expect, onTestFinished, test } from 'vitest'

import { probeRoutes } from '../../../services/lib/adapters/http/probes.ts'
import {
  openHttpServer,
  type HttpLimits,
  type HttpServerOptions,
} from '../../../services/lib/adapters/http/server.ts'
import { topicRecordsRoute } from '../../../services/lib/adapters/http/topic-records.ts'
import { DoorRefusal, type DoorRoute } from '../../../services/lib/domain/door.ts'
import { Fault } from '../../../services/lib/domain/fault.ts'
import { aStageWorld } from '../../support/stage-world.ts'

const TOKENS = { admin: 'admin-token', ingest: 'ingest-token' }
const ECHO: DoorRoute = {
  method: 'POST',
  path: '/echo',
  roles: ['ingest'],
  handle: async (request) => ({
    status: 200,
    contentType: 'text/plain',
    text: (await request.readBody()).toString(),
  }),
}
const failing = (path: string, error: unknown): DoorRoute => ({
  method: 'GET',
  path,
  roles: [],
  handle: () => Promise.reject(error),
})

async function aServer(differs: Partial<HttpServerOptions> = {}) {
  const errors: unknown[] = []
  const server = await openHttpServer({
    host: '127.0.0.1',
    port: 0,
    tokens: TOKENS,
    routes: [ECHO],
    onError: (error) => errors.push(error),
    ...differs,
  })
  onTestFinished(() => server.close())
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, init)
    const text = await response.text()
    return { status: response.status, text, headers: response.headers }
  }
  const post = (
    body: string | Buffer<ArrayBuffer> | ReadableStream,
    headers: Record<string, string> = {},
    token = TOKENS.ingest,
  ) =>
    call('/echo', {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    })
  return { server, call, post, errors }
}

const withLimits = (limits: Partial<HttpLimits>) => aServer({ limits })
const codeOf = (text: string): string =>
  (JSON.parse(text) as { error: { code: string } }).error.code

describe('a token', () => {
  test.for([
    { why: 'the one that opens it', authorization: 'Bearer ingest-token', status: 200 },
    { why: 'the scheme in any case', authorization: 'bearer ingest-token', status: 200 },
    { why: 'another role’s', authorization: 'Bearer admin-token', status: 401 },
    { why: 'a longer one', authorization: 'Bearer ingest-tokenx', status: 401 },
    { why: 'a shorter one', authorization: 'Bearer ingest-toke', status: 401 },
    { why: 'none', authorization: '', status: 401 },
    { why: 'an empty one', authorization: 'Bearer ', status: 401 },
    { why: 'another scheme', authorization: 'Basic ingest-token', status: 401 },
  ])('$why: $status', async ({ authorization, status }) => {
    const { call } = await aServer()
    const answer = await call('/echo', { method: 'POST', body: 'x', headers: { authorization } })
    expect(answer.status).toBe(status)
  })

  test('a role whose token is empty has no way in', async () => {
    const { call } = await aServer({ tokens: { ingest: '' } })
    const headers = { authorization: 'Bearer ' }
    expect((await call('/echo', { method: 'POST', body: 'x', headers })).status).toBe(401)
  })
})

describe('a body', () => {
  test.for([
    { why: 'plain', body: 'text', headers: {} },
    { why: 'gzip', body: gzipSync('text'), headers: { 'content-encoding': 'gzip' } },
    { why: 'zstd', body: zstdCompressSync('text'), headers: { 'content-encoding': 'zstd' } },
    { why: 'of any type', body: 'text', headers: { 'content-type': 'x/y; z=1' } },
  ])('is read: $why', async ({ body, headers }) => {
    const { post } = await aServer()
    expect(await post(body, headers)).toMatchObject({ status: 200, text: 'text' })
  })

  test.for([
    {
      why: 'an encoding nobody knows',
      headers: { 'content-encoding': 'br' },
      body: 'x',
      status: 415,
      code: 'UNSUPPORTED_ENCODING',
    },
    {
      why: 'an encoding by inheritance',
      headers: { 'content-encoding': 'constructor' },
      body: 'x',
      status: 415,
      code: 'UNSUPPORTED_ENCODING',
    },
    {
      why: 'no gzip',
      headers: { 'content-encoding': 'gzip' },
      body: 'x',
      status: 400,
      code: 'BAD_ENCODING',
    },
    {
      why: 'half a gzip',
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync('text').subarray(0, 9),
      status: 400,
      code: 'BAD_ENCODING',
    },
    { why: 'a byte too long', headers: {}, body: 'x'.repeat(101), status: 413, code: 'TOO_LARGE' },
    {
      why: 'too long once unpacked',
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync('x'.repeat(101)),
      status: 413,
      code: 'TOO_LARGE',
    },
  ])('is refused: $why', async ({ headers, body, status, code }) => {
    const { post } = await withLimits({ bodyMaxBytes: 100 })
    const answer = await post(body, headers)
    expect([answer.status, codeOf(answer.text)]).toEqual([status, code])
  })

  test('may be as long as the limit', async () => {
    const { post } = await withLimits({ bodyMaxBytes: 100 })
    expect((await post('x'.repeat(100))).status).toBe(200)
    expect((await post(gzipSync('x'.repeat(100)), { 'content-encoding': 'gzip' })).status).toBe(200)
  })

  test('of unknown length is refused when it passes the limit', async () => {
    const { post } = await withLimits({ bodyMaxBytes: 100 })
    const chunk = new TextEncoder().encode('x'.repeat(60))
    const answer = await post(ReadableStream.from([chunk, chunk]))
    expect([answer.status, codeOf(answer.text)]).toEqual([413, 'TOO_LARGE'])
  })

  test('finds no room while others are at work, and room again afterwards', async () => {
    const held = Promise.withResolvers<void>()
    const reading = Promise.withResolvers<void>()
    const slow: DoorRoute = {
      ...ECHO,
      path: '/slow',
      roles: [],
      handle: async (request) => {
        await request.readBody()
        reading.resolve()
        await held.promise
        return { status: 200, json: {} }
      },
    }
    const { call, post } = await aServer({
      routes: [ECHO, slow],
      limits: { inFlightMaxBytes: 100 },
    })
    const first = call('/slow', { method: 'POST', body: 'x'.repeat(60) })
    await reading.promise
    const refused = await post('x'.repeat(41))
    expect([refused.status, codeOf(refused.text), refused.headers.get('retry-after')]).toEqual([
      429,
      'BUSY',
      '1',
    ])
    expect((await post('x'.repeat(40))).status).toBe(200)
    held.resolve()
    expect((await first).status).toBe(200)
    expect((await post('x'.repeat(41))).status).toBe(200)
  })

  test('that breaks off harms nobody', async () => {
    const { server, post, errors } = await aServer()
    const socket = connect(server.port, '127.0.0.1')
    const head = `POST /echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKENS.ingest}\r\n`
    await new Promise<void>((done) => {
      socket.write(`${head}content-length: 100\r\n\r\nhalf`, () => done())
    })
    socket.destroy()
    expect((await post('text')).text).toBe('text')
    expect(errors).toEqual([])
  })
})

describe('an error', () => {
  test.for([
    {
      why: 'a refusal',
      error: new DoorRefusal(409, 'CONFLICT', 'Twice'),
      status: 409,
      code: 'CONFLICT',
      reportedCount: 0,
    },
    {
      why: 'the world, for now',
      error: new Fault('LOG_UNAVAILABLE', 'Gone'),
      status: 503,
      code: 'LOG_UNAVAILABLE',
      reportedCount: 1,
    },
    {
      why: 'the world',
      error: new Fault('LOG_LOCKED', 'Taken'),
      status: 500,
      code: 'LOG_LOCKED',
      reportedCount: 1,
    },
    {
      why: 'ours, whose words stay here',
      error: new Error('hostile text'),
      status: 500,
      code: 'INTERNAL',
      reportedCount: 1,
    },
  ])('$why: $status $code', async ({ error, status, code, reportedCount }) => {
    const { call, errors } = await aServer({ routes: [failing('/x', error)] })
    const answer = await call('/x')
    expect([answer.status, codeOf(answer.text)]).toEqual([status, code])
    expect(answer.text).not.toContain('hostile')
    expect(errors.length).toBe(reportedCount)
  })

  test('there is nothing at a path nobody knows', async () => {
    const { call } = await aServer()
    const answer = await call('/v2')
    expect([answer.status, codeOf(answer.text)]).toEqual([404, 'NOT_FOUND'])
  })
})

describe('the server', () => {
  test('says in one line that its port is in use', async () => {
    const { server } = await aServer()
    await expect(aServer({ port: server.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Port ${server.port} on 127.0.0.1 is in use`,
    })
  })

  test('says in one line that its address is none', async () => {
    await expect(aServer({ host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      code: 'BAD_SETTINGS',
    })
  })

  test('lets requests at work end before it closes', async () => {
    const held = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<AbortSignal>()
    const slow: DoorRoute = {
      method: 'GET',
      path: '/slow',
      roles: [],
      handle: async (request) => {
        begun.resolve(request.signal)
        await held.promise
        return { status: 200, json: { done: true } }
      },
    }
    const { server, call } = await aServer({ routes: [slow] })
    const answer = call('/slow')
    const signal = await begun.promise
    const closed = server.close()
    expect(signal.aborted).toBe(true)
    held.resolve()
    expect((await answer).text).toBe('{"done":true}')
    await closed
    await expect(call('/slow')).rejects.toThrow('fetch failed')
  })

  test('does not wait for ever for one that does not end', async () => {
    const begun = Promise.withResolvers<void>()
    const never: DoorRoute = {
      method: 'GET',
      path: '/never',
      roles: [],
      handle: () => {
        begun.resolve()
        return new Promise(() => undefined)
      },
    }
    const { server, call } = await aServer({ routes: [never], limits: { closeMaxMs: 20 } })
    const answer = call('/never').catch(() => 'cut')
    await begun.promise
    await server.close()
    expect(await answer).toBe('cut')
  })

  test('sends text as it comes, and tells when nobody listens any more', async () => {
    const signals: AbortSignal[] = []
    async function* events(signal: AbortSignal) {
      for (let count = 0; !signal.aborted; count++) {
        yield `data: ${count}\n\n`
        await turn()
      }
    }
    const stream: DoorRoute = {
      method: 'GET',
      path: '/stream',
      roles: [],
      handle: ({ signal }) => {
        signals.push(signal)
        const text = events(signal)
        return Promise.resolve({ status: 200, contentType: 'text/event-stream', text })
      },
    }
    const { server } = await aServer({ routes: [stream] })
    const leaving = new AbortController()
    const response = await fetch(`${server.url}/stream`, { signal: leaving.signal })
    const first = await response.body?.getReader().read()
    expect(Buffer.from(first?.value ?? []).toString()).toMatch(/^data: 0\n\n/)
    leaving.abort()
    await expect.poll(() => signals[0]?.aborted).toBe(true)
  })
})

describe('probes', () => {
  test('say how it is without a token; metrics want one', async () => {
    const obstacles: string[] = []
    const metrics = (): string => 'tocsin_up 1\n'
    const { call } = await aServer({
      routes: probeRoutes({ ailments: () => [], obstacles: () => obstacles, metrics }),
    })
    expect(await call('/healthz')).toMatchObject({ status: 200, text: '{"status":"ok"}' })
    expect((await call('/readyz')).status).toBe(200)
    obstacles.push('the log is away')
    expect(await call('/readyz')).toMatchObject({
      status: 503,
      text: '{"status":"failing","reasons":["the log is away"]}',
    })
    expect((await call('/metrics')).status).toBe(401)
    const headers = { authorization: `Bearer ${TOKENS.admin}` }
    expect(await call('/metrics', { headers })).toMatchObject({ status: 200, text: metrics() })
  })
})

describe('GET /v1/topics', () => {
  async function aTopic() {
    const { log } = await aStageWorld({ laneCount: 2 })
    const sender = await log.openSender()
    await sender.send(
      [Buffer.from('a'), null, Buffer.from('c')].map((value, index) => ({
        topic: 'rejects.v1',
        partition: 1,
        key: `k-${index}`,
        value,
        headers: index === 0 ? { h: '1' } : {},
      })),
    )
    const { call } = await aServer({ routes: [topicRecordsRoute(log)] })
    const headers = { authorization: `Bearer ${TOKENS.admin}` }
    return async (path: string) => {
      const answer = await call(`/v1/topics/${path}`, { headers })
      return { status: answer.status, json: JSON.parse(answer.text) as Record<string, unknown> }
    }
  }

  test('gives raw records with their offsets', async () => {
    const read = await aTopic()
    expect((await read('rejects.v1/1')).json).toEqual({
      topic: 'rejects.v1',
      partition: 1,
      next_offset: 3,
      end_offset: 3,
      records: [
        { offset: 0, key: 'k-0', value: 'YQ==', headers: { h: '1' } },
        { offset: 1, key: 'k-1', value: null, headers: {} },
        { offset: 2, key: 'k-2', value: 'Yw==', headers: {} },
      ],
    })
  })

  test.for([
    { why: 'a part', path: 'rejects.v1/1?from=1&limit=1', keys: ['k-1'], next: 2 },
    { why: 'the end', path: 'rejects.v1/1?from=3', keys: [], next: 3 },
    { why: 'another partition', path: 'rejects.v1/0', keys: [], next: 0 },
  ])('$why', async ({ path, keys, next }) => {
    const { json } = await (await aTopic())(path)
    expect((json['records'] as { key: string }[]).map(({ key }) => key)).toEqual(keys)
    expect(json['next_offset']).toBe(next)
  })

  test.for([
    { path: 'nothing.v1/0', status: 404 },
    { path: 'rejects.v1/2', status: 404 },
    { path: 'rejects.v1/-1', status: 400 },
    { path: 'rejects.v1/x', status: 400 },
    { path: 'rejects.v1/1?from=-1', status: 400 },
    { path: 'rejects.v1/1?from=1e3', status: 400 },
    { path: 'rejects.v1/1?limit=0', status: 400 },
    { path: 'rejects.v1/1?limit=1001', status: 400 },
    { path: 'rejects.v1/1?limit=1000', status: 200 },
  ])('$path: $status', async ({ path, status }) => {
    expect((await (await aTopic())(path)).status).toBe(status)
  })
})
