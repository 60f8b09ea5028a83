import { request } from 'node:http'

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** A call that no client would make like this. */
export type RawCall = {
  url: string
  headers: Record<string, string>
  tool: string
  arguments?: object
  /** An address of this machine. */
  localAddress?: string
}

/** Calls a tool without a client; resolves to the answer's status. */
export function rawCall(call: RawCall): Promise<number> {
  const { url, tool, localAddress = '127.0.0.1' } = call
  const isModern = 'mcp-method' in call.headers
  const params = {
    name: tool,
    arguments: call.arguments ?? {},
    ...(isModern ? { _meta: META } : {}),
  }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 77, method: 'tools/call', params })
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...call.headers,
  }
  const options = { method: 'POST', headers, localAddress, agent: false } as const
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode ?? 0))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
