import { PassThrough } from 'node:stream'

import { expect, test } from 'vitest'

import { StdioTap } from '../../../services/collect/sources/stdio-tap.ts'
import { aRecorder } from '../../support/mcp/a-recorder.ts'
import { call, rpc } from '../../support/mcp/an-http-tap.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

/** Answers a list with a tool, all else with a text. */
const SERVER = `
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line)
    const content = [{ type: 'text', text: 'done' }]
    const result = method === 'tools/list' ? { tools: [{ name: 'sum' }] } : { content }
    console.log(JSON.stringify({ jsonrpc: '2.0', id, result }))
  })`

test.for([
  { why: 'a call’s answer once it has passed', asked: call(1), order: ['answered', 'tool_result'] },
  {
    why: 'a list before it passes',
    asked: rpc(1, 'tools/list'),
    order: ['tools_listed', 'tools_listed', 'answered'],
  },
])('writes down $why', async ({ asked, order: expected }) => {
  const { recorder, outbox, events } = aRecorder(await temporaryDirectory())
  const order: string[] = []
  const append = outbox.append.bind(outbox)
  outbox.append = (lineOf, edge) => {
    append(lineOf, edge)
    order.push(String(events().at(-1)?.action))
  }
  let isExpected = false
  outbox.onExpecting = () => {
    isExpected = true
    return () => (isExpected = false)
  }
  const [input, output] = [new PassThrough(), new PassThrough()]
  const write = output.write.bind(output) as (chunk: Buffer) => boolean
  output.write = (chunk: Buffer) => {
    expect(isExpected).toBe(true)
    order.push('answered')
    return write(chunk)
  }
  const tap = new StdioTap({
    command: process.execPath,
    arguments: ['-e', SERVER],
    serverId: 'notes',
    clientInstance: 'client-1',
    recorder,
    input,
    output,
    ready: Promise.resolve(),
  })
  input.write(`${asked}\n`)
  await new Promise((resolve) => output.once('data', resolve))
  input.end()
  await tap.ended
  expect(order.filter((one) => one !== 'tool_call')).toEqual(expected)
  expect(isExpected).toBe(false)
})
