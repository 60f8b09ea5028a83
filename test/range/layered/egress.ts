import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startOwnProxy } from './own-proxy.ts'
import { hasSquid, startSquid } from './squid.ts'

/** Hosts of the range, all of which are this machine. */
export const OUTSIDE_HOST = 'ledger-sync.example'
export const OWN_HOST = 'files.harbour.example'

/** The way out: a proxy that logs as deploy/squid-logformat.conf says, and what is behind it. */
export type Egress = {
  proxy: 'squid' | 'own'
  logFile: string
  /** Where a web page is, at one of the hosts of the range. */
  pageAt: (host: string) => string
  /** The proxy, as a client with a name reaches it. */
  proxyUrl: (user: string) => string
  stop: () => Promise<void>
}

/** Starts squid where there is one, else a proxy of our own that logs the same. */
export async function startEgress(): Promise<Egress> {
  // As root squid becomes somebody else, who must be able to write here.
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-egress-'))
  chmodSync(directory, 0o777)
  const logFile = join(directory, 'egress.log')
  writeFileSync(logFile, '', { mode: 0o666 })
  chmodSync(logFile, 0o666)
  const web = createServer((_, answer) => answer.end('a page\n'))
  const webPort = await listening(web)
  const isSquid = hasSquid()
  const proxy = isSquid
    ? await startSquid({ directory, logFile, hosts: [OUTSIDE_HOST, OWN_HOST] })
    : await startOwnProxy(logFile)
  return {
    proxy: isSquid ? 'squid' : 'own',
    logFile,
    pageAt: (host) => `http://${host}:${webPort}`,
    proxyUrl: (user) => `http://${user}:secret@127.0.0.1:${proxy.port}`,
    stop: async () => {
      await proxy.stop()
      web.closeAllConnections()
      web.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}
