import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import { DoorRefusal, type DoorRoute } from '../../../services/lib/domain/door.ts'
import { Fault } from '../../../services/lib/domain/fault.ts'
import { aServer, codeOf, ECHO, failing, TOKENS, withLimits } from './a-server.ts'

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
