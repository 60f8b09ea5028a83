import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Writable } from 'node:stream'

import { expect, onTestFinished, test } from 'vitest'

import { HttpExchange } from '../../../services/collect/sources/http-exchange.ts'
import { Wires } from '../../../services/collect/tap/wires.ts'
import { eventually } from '../../support/live.ts'
import { aRecorder } from '../../support/mcp/a-recorder.ts'
import { aServer, bodyOf, call, post, rpc } from '../../support/mcp/an-http-tap.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

/** Notes when a stream is ended, before it is. */
function noted<T extends Writable | ReturnType<typeof request>>(stream: T, note: () => void): T {
  const end = stream.end.bind(stream) as (...args: unknown[]) => T
  stream.end = ((...args: unknown[]) => {
    if (!stream.writableEnded) note()
    return end(...args)
  }) as T['end']
  return stream
}

const answerOf = (id: number, result: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id, result })

test.for([
  { why: 'a call before it is sent on, its answer after', asked: call(1) },
  { why: 'a call of several pieces', asked: call(1, 'x'.repeat(300_000)) },
  { why: 'a call longer than is looked at', asked: call(1, 'x'.repeat(2_000_000)) },
])('writes down $why', async ({ asked }) => {
  const order = await orderOf(asked, answerOf(1, { content: [] }))
  expect(order).toEqual(['tool_call', 'sent', 'answered', 'tool_result'])
})

test('writes down a list before it is passed on', async () => {
  const order = await orderOf(rpc(1, 'tools/list'), answerOf(1, { tools: [] }))
  expect(order).toEqual(['sent', 'tools_listed', 'answered'])
})

/** In what order an exchange writes events, ends its request and ends its answer. */
async function orderOf(asked: string, answer: string): Promise<string[]> {
  const order: string[] = []
  const upstream = await aServer(async (asking, answering) => {
    await bodyOf(asking)
    answering.writeHead(200, { 'content-type': 'application/json' }).end(answer)
  })
  const { recorder, outbox, events } = aRecorder(await temporaryDirectory())
  const append = outbox.append.bind(outbox)
  outbox.append = (lineOf, edge) => {
    append(lineOf, edge)
    order.push(String(events().at(-1)?.action))
  }
  const wires = new Wires(recorder)
  const server = createServer((incoming, response) => {
    const openAside = (options: object) => request({ ...options, port: upstream.port })
    const open = (options: object) => noted(openAside(options), () => order.push('sent'))
    noted(response, () => order.push('answered'))
    const parts = { request: incoming, response, open, openAside, recorder, wires }
    new HttpExchange({ ...parts, serverId: 'notes', number: 1 }).run()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  await post(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked)
  const isWhole = (): boolean => order.length >= (asked.includes('tools/call') ? 4 : 3)
  await eventually(isWhole, (enough) => enough)
  return order
}
