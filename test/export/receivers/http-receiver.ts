import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a receiver does with a request before, or instead of, doing its work. */
export type Trouble =
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  /** Cuts the connection before it has looked. */
  | { kind: 'cut' }
  /** Does its work, and cuts the connection instead of saying so. */
  | { kind: 'cut_after' }

export type Asked = { path: string; headers: IncomingMessage['headers']; body: string }
export type Reply = { status: number; json?: unknown; headers?: Record<string, string> }

export type HttpReceiver = {
  url: string
  /** When each request came, epoch milliseconds. */
  cameAtMs: number[]
  close: () => Promise<void>
}

/**
 * A server on a free port that meets each request with the next trouble, then with `work`. `isMet`:
 * whether the next trouble is for this path.
 */
export async function anHttpReceiver(
  troubles: Trouble[],
  work: (asked: Asked) => Reply,
  isMet: (trouble: Trouble, path: string) => boolean = () => true,
): Promise<HttpReceiver> {
  const cameAtMs: number[] = []
  const server = createServer((request, response) => {
    cameAtMs.push(Date.now())
    const [next] = troubles
    const isTroubled = next !== undefined && isMet(next, request.url ?? '/')
    const trouble = isTroubled ? troubles.shift() : undefined
    const met = trouble?.kind === 'cut' ? cut(request) : meet(request, response, trouble, work)
    // A sender that was stopped in the middle of its request is no trouble of ours.
    met.catch(() => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${port}`, cameAtMs, close }
}

async function meet(
  request: IncomingMessage,
  response: ServerResponse,
  trouble: Trouble | undefined,
  work: (asked: Asked) => Reply,
): Promise<void> {
  const body = await bodyOf(request)
  if (trouble?.kind === 'status') {
    response.writeHead(trouble.status, trouble.headers)
    response.end(trouble.body ?? '{}')
    return
  }
  const { url = '/', headers } = request
  const reply = work({ path: url, headers, body })
  if (trouble?.kind === 'cut_after') await cut(request)
  else answer(response, reply)
}

function cut(request: IncomingMessage): Promise<void> {
  request.socket.destroy()
  return Promise.resolve()
}

function answer(response: ServerResponse, { status, json, headers }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(json === undefined ? '' : JSON.stringify(json))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
