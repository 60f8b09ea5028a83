import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

// A small MCP server on stdio, for the demo alone: it reads files, and takes mail that it sends
// nowhere. It needs no package, so that the installed command can show what a checkout shows.
type Asked = {
  id?: number | string
  method?: string
  params?: { name?: string; arguments?: Record<string, string> }
}

const text = { type: 'string' }
const TOOLS = [
  {
    name: 'read_text_file',
    description: 'Reads a text file',
    inputSchema: { type: 'object', properties: { path: text }, required: ['path'] },
    annotations: { readOnlyHint: true },
  },
  {
    name: 'send_mail',
    description: 'Sends an e-mail',
    inputSchema: {
      type: 'object',
      properties: { to: text, subject: text, body: text },
      required: ['to', 'subject', 'body'],
    },
    annotations: { openWorldHint: true },
  },
]
const HELLO = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {} },
  serverInfo: { name: 'office-of-the-demo', version: '1' },
}

for await (const line of createInterface({ input: process.stdin }))
  answer(JSON.parse(line) as Asked)

function answer({ id, method, params }: Asked): void {
  if (id === undefined) return
  if (method === 'initialize') return say(id, { result: HELLO })
  if (method === 'tools/list') return say(id, { result: { tools: TOOLS } })
  if (method !== 'tools/call') return say(id, { error: { code: -32_601, message: 'unknown' } })
  const isReading = params?.name === 'read_text_file'
  const said = isReading ? readFileSync(params.arguments?.['path'] ?? '', 'utf8') : 'sent'
  say(id, { result: { content: [{ type: 'text', text: said }] } })
}

function say(id: number | string, outcome: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...outcome })}\n`)
}
