import type { IncomingMessage } from 'node:http'

import { changesNothing } from '../enforcement/decide.ts'
import type { McpMessage } from '../normalize/mcp-message.ts'
import type { Sender } from '../tap/wire.ts'

const JSON_TYPE = /^application\/json\b/i

/** What a request is to a tap: a message, a stream to listen on, an end; undefined: no MCP. */
export type RequestKind = 'message' | 'listen' | 'end' | undefined

/** What a request is, by its method and headers. */
export function kindOf(request: IncomingMessage): RequestKind {
  const { method, headers } = request
  if (method === 'POST')
    return JSON_TYPE.test(headers['content-type'] ?? '') ? 'message' : undefined
  if (method === 'GET')
    return /\btext\/event-stream\b/i.test(headers.accept ?? '') ? 'listen' : undefined
  return method === 'DELETE' && headers['mcp-session-id'] !== undefined ? 'end' : undefined
}

/** Whether a message calls a tool. */
export function isCall(message: McpMessage): boolean {
  return message.kind === 'request' && message.method === 'tools/call'
}

/** Whether a message may reach its server twice. */
export function isRepeatable(message: McpMessage): boolean {
  return message.kind === 'request' && changesNothing(message.method)
}

/** Who sends a request: its headers, of one that comes twice the last, and the client's address. */
export function senderOf(request: IncomingMessage): Sender {
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.at(-1) : value
  const address = request.socket.remoteAddress
  return { headers, clientAddress: address?.replace(/^::ffff:/, '') }
}
