import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { onTestFinished } from 'vitest'

import { openHttpTap } from '../../../services/collect/sources/http-tap.ts'
import { temporaryDirectory } from '../../collect/temporary-directory.ts'
import { aRecorder } from './a-recorder.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** A server of this test's own; resolves to its address. */
export async function aServer(handler: Handler): Promise<URL> {
  const server = createServer((asked, answer) => void handler(asked, answer))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

/** A tap before a server, or a proxy where there is none. */
export async function anHttpTap(upstream: URL | undefined, serverId = 'notes') {
  const world = aRecorder(await temporaryDirectory())
  const unseen: string[] = []
  const tap = await openHttpTap({
    host: '127.0.0.1',
    port: 0,
    upstream,
    serverId,
    recorder: world.recorder,
    onUnseen: (host) => unseen.push(host),
  })
  onTestFinished(() => tap.close())
  return { ...world, url: tap.url, unseen, restricted: tap.restricted }
}

export type Answer = { status: number; headers: IncomingMessage['headers']; body: string }

/** Asks for something, with headers as they are given. */
export function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { method = 'POST', headers = {}, body } = options
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Reads a request's body. */
export async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

export const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}
export const rpc = (id: number, method: string, params: object = {}): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params })
export const call = (id: number, text = 'hi'): string =>
  rpc(id, 'tools/call', { name: 'read_note', arguments: { text } })
export const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  ask(`${url}/mcp`, { body, headers: { ...JSON_HEADERS, ...headers } })

/** Answers a call with the text it was given, as JSON or as one server-sent event. */
export const echo =
  (kind: 'json' | 'events'): Handler =>
  async (asked, answer) => {
    const { id, params } = JSON.parse(await bodyOf(asked)) as {
      id: number
      params: { arguments?: { text: string } }
    }
    const content = [{ type: 'text', text: params.arguments?.text ?? '' }]
    const body = JSON.stringify({ jsonrpc: '2.0', id, result: { content } })
    if (kind === 'json') answer.writeHead(200, { 'content-type': 'application/json' }).end(body)
    else
      answer
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(`id: 7\nevent: message\ndata: ${body}\n\n`)
  }
