// A server on stdio without a package: answers calls in the way the tool's name says.
import { createInterface } from 'node:readline'

const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const TOOLS = [
  { name: 'read_note', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
  { name: 'write_note', inputSchema: { type: 'object' } },
]
process.stderr.write('the server speaks on standard error\n')

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined || method === undefined) continue
  if (method === 'initialize')
    say({
      id,
      result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 's' } },
    })
  else if (method === 'tools/list') say({ id, result: { tools: TOOLS } })
  else if (params?.name === 'exit') process.exit(params.arguments.code)
  else if (params?.name === 'die') process.kill(process.pid, 'SIGKILL')
  else if (params?.name === 'ask')
    say({ id: 'asked', method: 'sampling/createMessage', params: { messages: [] } })
  else say({ id, result: { content: [{ type: 'text', text: params?.arguments?.text ?? 'done' }] } })
}
