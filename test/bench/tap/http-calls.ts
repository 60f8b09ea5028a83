import { Agent, request } from 'node:http'

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** A client on one connection that is kept. */
export class Caller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #url: URL
  #id = 0

  constructor(url: URL) {
    this.#url = url
  }

  /** One call of 2026-07-28; resolves to how much came back. */
  async call(name: string, args: object = {}): Promise<number> {
    const params = { name, arguments: args, _meta: META }
    const body = JSON.stringify({ jsonrpc: '2.0', id: ++this.#id, method: 'tools/call', params })
    const { status, bytes } = await this.post(body, {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
    })
    if (status !== 200) throw new Error(`the call was answered with ${status}`)
    return bytes
  }

  post(
    body: string,
    more: Record<string, string>,
  ): Promise<{ status: number; bytes: number; sessionId: string | undefined }> {
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      accept: 'application/json, text/event-stream',
      ...more,
    }
    return new Promise((resolve, reject) => {
      const sent = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (answer) => {
        let bytes = 0
        const status = answer.statusCode ?? 0
        const id = answer.headers['mcp-session-id']
        const sessionId = typeof id === 'string' ? id : undefined
        answer.on('data', (chunk: Buffer) => (bytes += chunk.length))
        answer.on('end', () => resolve({ status, bytes, sessionId }))
        answer.on('error', reject)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
