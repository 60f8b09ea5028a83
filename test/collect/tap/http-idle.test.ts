import { Agent, createServer, request, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

import { describe, expect, onTestFinished, test } from 'vitest'

import { Upstream } from '../../../services/collect/sources/upstream.ts'
import { eventually } from '../../support/live.ts'
import {
  anHttpTap,
  bodyOf,
  call,
  JSON_HEADERS,
  rpc,
  type Handler,
} from '../../support/mcp/an-http-tap.ts'

const ANSWER = '{"jsonrpc":"2.0","id":1,"result":{"content":[]}}'

/** A server, and the connections that were ever opened to it. */
async function aServerOf(handler: Handler, settings: Partial<Server> = {}) {
  const sockets: Socket[] = []
  const server = createServer((asked, answer) => void handler(asked, answer))
  Object.assign(server, settings)
  server.on('connection', (socket) => sockets.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { sockets, port, url: new URL(`http://127.0.0.1:${port}`) }
}

/** A client that keeps its one connection; resolves to status and its own port. */
function aClient(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  return (body: string): Promise<{ status: number; port: number | undefined }> =>
    new Promise((resolve, reject) => {
      const sent = request(`${url}/mcp`, { method: 'POST', headers: JSON_HEADERS, agent })
      sent.on('response', (answer) => {
        const port = answer.socket.localPort
        answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0, port }))
      })
      sent.on('error', reject)
      sent.end(body)
    })
}

const answering: Handler = async (asked, answer) => {
  await bodyOf(asked)
  answer.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER)
}

describe('a server that closes connections which stand idle', () => {
  test.for([
    { why: 'says for how long it keeps them', settings: { keepAliveTimeout: 1_000 } },
    { why: 'closes them sooner than it says', settings: { keepAliveTimeoutBuffer: -4_900 } },
  ])('and $why: the client never meets that', async ({ settings }) => {
    const { sockets, url: server } = await aServerOf(answering, settings)
    const { url, events } = await anHttpTap(server)
    const send = aClient(url)
    const first = await send(call(1))
    await eventually(
      () => sockets.every(({ destroyed }) => destroyed),
      (areGone) => areGone,
    )
    expect(await send(call(1))).toEqual({ status: 200, port: first.port })
    expect(await eventually(events, (told) => told.length === 4)).toHaveLength(4)
    expect(sockets).toHaveLength(2)
  })

  /** Hangs up on the second request of each connection, as if its time had just run out. */
  const hangingUp = (seen: string[]): Handler => {
    const served = new WeakSet<Socket>()
    return async (asked, answer) => {
      seen.push(await bodyOf(asked))
      const isOver = served.has(asked.socket)
      served.add(asked.socket)
      if (isOver) asked.socket.destroy()
      else answer.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER)
    }
  }
  test.for([
    { why: 'a list is asked for again', body: rpc(2, 'tools/list'), status: 200, count: 2 },
    { why: 'a resource is read again', body: rpc(2, 'resources/read'), status: 200, count: 2 },
    { why: 'a call is not made again', body: call(2), status: 502, count: 1 },
    { why: 'what is no MCP is not sent again', body: '{"pay":1}', status: 502, count: 1 },
  ])('in the middle of a request: $why', async ({ body, status, count }) => {
    const seen: string[] = []
    const { url: server } = await aServerOf(hangingUp(seen))
    const { url } = await anHttpTap(server)
    const send = aClient(url)
    await send(call(1))
    expect((await send(body)).status).toBe(status)
    expect(seen).toEqual([call(1), ...Array.from({ length: count }, () => body)])
  })

  test('on a fresh connection is a server that broke off: nothing is sent again', async () => {
    const seen: string[] = []
    const { url: server } = await aServerOf(async (asked) => {
      seen.push(await bodyOf(asked))
      asked.socket.destroy()
    })
    const { url } = await anHttpTap(server)
    expect((await aClient(url)(rpc(1, 'tools/list'))).status).toBe(502)
    expect(seen).toHaveLength(1)
  })
})

describe('a connection to a server', () => {
  test.for([
    { why: 'half of what was announced', announced: 'timeout=20', afterMs: 10_000, count: 2 },
    { why: 'less than half of it', announced: 'timeout=20', afterMs: 9_999, count: 1 },
    { why: 'half of five seconds, unannounced', announced: '', afterMs: 2_500, count: 2 },
    { why: 'less than that', announced: '', afterMs: 2_499, count: 1 },
  ])('after $why: $count', async ({ announced, afterMs, count }) => {
    const { sockets, port } = await aServerOf((_, answer) => {
      answer.shouldKeepAlive = true
      answer.writeHead(200, { connection: 'keep-alive', 'keep-alive': announced }).end('ok')
    })
    let nowMs = 0
    const upstream = new Upstream(false, () => nowMs)
    onTestFinished(() => upstream.close())
    const ask = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const sent = upstream.open({ host: '127.0.0.1', port, isSecure: false }, { path: '/' })
        sent.on('response', (answer) => answer.resume())
        sent.on('error', reject)
        sent.on('close', resolve)
        sent.end()
      })
    await ask()
    nowMs = afterMs
    await ask()
    expect(sockets).toHaveLength(count)
  })
})
