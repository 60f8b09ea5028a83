import type { IncomingHttpHeaders } from 'node:http'
import { gzipSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import { contentHash } from '../../../services/collect/enforcement/sanitise.ts'
import { eventually } from '../../support/live.ts'
import { aRestriction } from '../../support/mcp/a-pipeline.ts'
import {
  anHttpTap,
  ask,
  aServer,
  bodyOf,
  call,
  echo,
  JSON_HEADERS,
  post,
} from '../../support/mcp/an-http-tap.ts'

describe('what passes an HTTP tap', () => {
  test('headers as they are, less those of the connection', async () => {
    const seen: string[][] = []
    const upstream = await aServer((asked, answer) => {
      seen.push(asked.rawHeaders)
      answer.writeHead(201, 'Made', ['X-One', 'a', 'x-one', 'b', 'Set-Cookie', 'c', 'Date', 'd'])
      answer.end('ok')
    })
    const { url } = await anHttpTap(upstream)
    const headers = {
      'X-Mixed-Case': '1',
      Host: 'mcp.example',
      'Last-Event-ID': '9',
      connection: 'close, x-hop',
      'x-hop': '1',
    }
    const answer = await ask(`${url}/a%20b?q=1`, { method: 'PUT', headers, body: 'body' })
    expect(answer).toMatchObject({
      status: 201,
      body: 'ok',
      headers: { 'x-one': 'a, b', date: 'd' },
    })
    const names = seen[0]?.filter((_, index) => index % 2 === 0)
    expect(names).toEqual(expect.arrayContaining(['X-Mixed-Case', 'Last-Event-ID']))
    expect(names).not.toContain('x-hop')
    expect(seen[0]).toContain('mcp.example')
  })

  test('an event of a stream at once, before the next', async () => {
    const going = Promise.withResolvers<void>()
    const upstream = await aServer(async (asked, answer) => {
      await bodyOf(asked)
      answer.writeHead(200, { 'content-type': 'text/event-stream' })
      answer.write('data: {"one":1}\n\n')
      await going.promise
      answer.end(': done\n\n')
    })
    const { url } = await anHttpTap(upstream)
    const response = await fetch(`${url}/mcp`, {
      method: 'POST',
      body: call(1),
      headers: JSON_HEADERS,
    })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toBe('data: {"one":1}\n\n')
    going.resolve()
    expect((await reader?.read())?.value).toBe(': done\n\n')
  })

  test('a client that goes away: the server hears of it', async () => {
    const arrived = Promise.withResolvers<void>()
    const gone = Promise.withResolvers<void>()
    const upstream = await aServer((_, answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      answer.on('close', () => gone.resolve())
      arrived.resolve()
    })
    const { url } = await anHttpTap(upstream)
    const leaving = new AbortController()
    const body = { method: 'POST', body: call(1), headers: JSON_HEADERS, signal: leaving.signal }
    await fetch(`${url}/mcp`, body)
    await arrived.promise
    leaving.abort()
    await expect(gone.promise).resolves.toBeUndefined()
  })

  test('a server that is not there is told as such', async () => {
    const { url } = await anHttpTap(new URL('http://127.0.0.1:1'))
    expect((await post(url, call(1))).status).toBe(502)
  })

  test('what is compressed, and is read all the same', async () => {
    const body = JSON.stringify({ id: 1, result: { content: [{ type: 'text', text: 'zipped' }] } })
    const upstream = await aServer((asked, answer) => {
      asked.resume()
      answer.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      answer.end(gzipSync(body))
    })
    const { url, events } = await anHttpTap(upstream)
    const response = await fetch(`${url}/mcp`, {
      method: 'POST',
      body: call(1),
      headers: JSON_HEADERS,
    })
    expect(await response.text()).toBe(body)
    const found = await eventually(events, (told) => told.length === 2)
    expect(found[1]).toMatchObject({ action: 'tool_result', content: 'zipped' })
  })
})

describe.for(['json', 'events'] as const)('an answer as %s', (kind) => {
  test('is told with its call', async () => {
    const { url, events } = await anHttpTap(await aServer(echo(kind)))
    expect((await post(url, call(1))).body).toContain('"text":"hi"')
    const [asked, told] = await eventually(events, (found) => found.length === 2)
    expect([asked?.action, told?.action]).toEqual(['tool_call', 'tool_result'])
    expect(told).toMatchObject({ call_id: asked?.['call_id'], content: 'hi', is_error: false })
  })

  test('holds nothing that is quarantined', async () => {
    const { url, point } = await anHttpTap(await aServer(echo(kind)))
    const scope = { scope_kind: 'content_hash', scope_value: contentHash('poison') } as const
    point.apply(aRestriction(scope))
    expect((await post(url, call(1, 'poison'))).body).toContain('incident-1')
    expect((await post(url, call(2, 'poison'))).body).not.toContain('poison')
    expect((await post(url, call(3, 'honey'))).body).toContain('honey')
  })

  test('is mended where it is to be sanitised', async () => {
    const { url, point, events } = await anHttpTap(await aServer(echo(kind)))
    const scope = { scope_kind: 'content_hash', scope_value: contentHash('poison') } as const
    point.apply(aRestriction({ ...scope, restriction: 'sanitise' }))
    const { body } = await post(url, call(1, 'poison'))
    expect(body).toContain('[removed: quarantined content, incident incident-1]')
    expect(body).not.toContain('poison')
    const told = events().find(({ action }) => action === 'tool_result')
    expect(told?.['content']).toContain('[removed')
  })

  test('is refused before it is asked for', async () => {
    const calls: string[] = []
    const { url, point, events } = await anHttpTap(
      await aServer((asked, answer) => {
        calls.push(asked.url ?? '')
        return echo(kind)(asked, answer)
      }),
    )
    point.apply(aRestriction())
    const answer = await post(url, call(4))
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toMatchObject({
      id: 4,
      error: { code: -32_010, data: { incident_id: 'incident-1', enforcement_id: 'e-1' } },
    })
    expect(calls).toEqual([])
    expect(events().map(({ decision }) => decision)).toEqual(['restriction_in_force', 'refused'])
  })
})

describe('a restriction on HTTP', () => {
  test('to close ends the streams that are open', async () => {
    const upstream = await aServer((_, answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    })
    const { url, point, restricted } = await anHttpTap(upstream)
    const stream = await fetch(`${url}/mcp`, { headers: { accept: 'text/event-stream' } })
    point.apply(aRestriction({ restriction: 'close' }))
    restricted()
    await expect(stream.text()).rejects.toThrow('terminated')
    const again = await fetch(`${url}/mcp`, { headers: { accept: 'text/event-stream' } })
    expect(again.status).toBe(403)
  })

  test('holds the events of a stream that was open before', async () => {
    const going = Promise.withResolvers<void>()
    const asking = JSON.stringify({ id: 9, method: 'sampling/createMessage', params: {} })
    const upstream = await aServer(async (_, answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      await going.promise
      answer.end(`data: ${asking}\n\ndata: {"method":"notifications/message"}\n\n`)
    })
    const { url, point } = await anHttpTap(upstream)
    const stream = await fetch(`${url}/mcp`, { headers: { accept: 'text/event-stream' } })
    point.apply(aRestriction({ restriction: 'read_only' }))
    going.resolve()
    expect(await stream.text()).toBe('data: {"method":"notifications/message"}\n\n')
  })

  test.for(['sampling/createMessage', 'elicitation/create', 'roots/list'])(
    'answers a server that asks for %s in its client’s place',
    async (method) => {
      const told = Promise.withResolvers<{ body: string; headers: IncomingHttpHeaders }>()
      const upstream = await aServer(async (asked, answer) => {
        const body = await bodyOf(asked)
        if (!body.includes('"tools/call"')) {
          answer.writeHead(202).end()
          return told.resolve({ body, headers: asked.headers })
        }
        answer.writeHead(200, { 'content-type': 'text/event-stream' })
        answer.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: 'q', method, params: {} })}\n\n`)
        await told.promise
        answer.end('data: {"jsonrpc":"2.0","id":1,"result":{"content":[]}}\n\n')
      })
      const { url, point, events } = await anHttpTap(upstream)
      point.apply(aRestriction({ restriction: 'declared_tools', tool_names: ['read_note'] }))
      const headers = { 'mcp-session-id': 's-1', authorization: 'Bearer tok-A', 'mcp-name': 'x' }
      const { body } = await post(url, call(1), headers)
      expect(body).toBe('data: {"jsonrpc":"2.0","id":1,"result":{"content":[]}}\n\n')
      const refusal = await told.promise
      expect(JSON.parse(refusal.body)).toMatchObject({
        id: 'q',
        error: { code: -32_010, data: { incident_id: 'incident-1' } },
      })
      expect(refusal.headers).toMatchObject({
        'mcp-session-id': 's-1',
        authorization: 'Bearer tok-A',
        'content-type': 'application/json',
      })
      expect(refusal.headers['mcp-name']).toBeUndefined()
      const refused = events().filter(({ decision }) => decision === 'refused')
      expect(refused.map((one) => one['method'])).toEqual([method])
    },
  )
})
