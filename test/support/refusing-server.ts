import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Refusal = { status: number; body: string; headers?: Record<string, string> }

/** A server on a free port that answers every request so. */
export async function aRefusingServer(
  refusal: Refusal,
): Promise<{ url: string; port: number; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(refusal.status, refusal.headers)
    response.end(refusal.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${port}`, port, close }
}
