import { onTestFinished } from 'vitest'

import {
  openHttpServer,
  type HttpLimits,
  type HttpServerOptions,
} from '../../../services/lib/adapters/http/server.ts'
import { type DoorRoute } from '../../../services/lib/domain/door.ts'

export const TOKENS = { admin: 'admin-token', ingest: 'ingest-token' }
export const ECHO: DoorRoute = {
  method: 'POST',
  path: '/echo',
  roles: ['ingest'],
  handle: async (request) => ({
    status: 200,
    contentType: 'text/plain',
    text: (await request.readBody()).toString(),
  }),
}
export const failing = (path: string, error: unknown): DoorRoute => ({
  method: 'GET',
  path,
  roles: [],
  handle: () => Promise.reject(error),
})

export async function aServer(differs: Partial<HttpServerOptions> = {}) {
  const errors: unknown[] = []
  const server = await openHttpServer({
    host: '127.0.0.1',
    port: 0,
    tokens: TOKENS,
    routes: [ECHO],
    onError: (error) => errors.push(error),
    ...differs,
  })
  onTestFinished(() => server.close())
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, init)
    const text = await response.text()
    return { status: response.status, text, headers: response.headers }
  }
  const post = (
    body: string | Buffer<ArrayBuffer> | ReadableStream,
    headers: Record<string, string> = {},
    token = TOKENS.ingest,
  ) =>
    call('/echo', {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    })
  return { server, call, post, errors }
}

export const withLimits = (limits: Partial<HttpLimits>) => aServer({ limits })
export const codeOf = (text: string): string =>
  (JSON.parse(text) as { error: { code: string } }).error.code
