import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Who is told of an incident, and who revokes tokens: the demo's own, on this machine. */
export type Outside = {
  url: string
  /** Who has been told so far, each once, by name. */
  told: () => string[]
  close: () => void
}

/** Opens it on a free port. It keeps no token: after a revocation all it knows of are dead. */
export async function openOutside(): Promise<Outside> {
  const told = new Set<string>()
  let isActive = true
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      const name = toldName(request)
      if (name !== undefined) told.add(name)
      if (request.url === '/revoke') isActive = false
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(request.url === '/introspect' ? { active: isActive } : {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: addressOf(server), told: () => [...told].sort(), close: () => closeAll(server) }
}

function toldName({ url = '' }: IncomingMessage): string | undefined {
  return /^\/told\/([a-z-]+)$/.exec(url)?.[1]
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function closeAll(server: Server): void {
  server.closeAllConnections()
  server.close()
}
