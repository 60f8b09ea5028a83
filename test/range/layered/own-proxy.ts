import { appendFileSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'

import type { Proxy } from './squid.ts'

/**
 * Where there is no squid: a proxy that logs as deploy/squid-logformat.conf has squid log. For it
 * every host is this machine. It takes whole requests and tunnels.
 */
export async function startOwnProxy(logFile: string): Promise<Proxy> {
  const server = createServer((asked, answer) => pass(asked, answer, logFile))
  server.on('connect', (asked: IncomingMessage, socket: Socket) => tunnel(asked, socket, logFile))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const stop = (): Promise<void> => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
  return { port, stop }
}

function pass(asked: IncomingMessage, answer: ServerResponse, logFile: string): void {
  const startedAtMs = Date.now()
  const url = new URL(asked.url ?? '')
  const path = `${url.pathname}${url.search}`
  const onward = request({ host: '127.0.0.1', port: url.port, path, method: asked.method })
  onward.on('response', (found) => {
    let bytesIn = 0
    found.on('data', (part: Buffer) => (bytesIn += part.length))
    found.on('end', () => {
      const bytesOut = Buffer.byteLength(`${asked.method} ${url.href} HTTP/1.1`)
      log(logFile, asked, { startedAtMs, url: url.href, bytesOut, bytesIn })
    })
    found.pipe(answer)
  })
  onward.on('error', () => answer.writeHead(502).end())
  asked.pipe(onward)
}

function tunnel(asked: IncomingMessage, socket: Socket, logFile: string): void {
  const startedAtMs = Date.now()
  const url = asked.url ?? ''
  const upstream = connect(Number(url.split(':').at(-1)), '127.0.0.1')
  upstream.on('connect', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    socket.pipe(upstream).pipe(socket)
  })
  socket.on('error', () => upstream.destroy())
  upstream.on('error', () => socket.destroy())
  upstream.on('close', () => {
    const bytesOut = upstream.bytesWritten
    log(logFile, asked, { startedAtMs, url, bytesOut, bytesIn: upstream.bytesRead })
  })
}

type Passed = { startedAtMs: number; url: string; bytesOut: number; bytesIn: number }

/** Squid writes a line when a request or a tunnel ends. */
function log(logFile: string, asked: IncomingMessage, passed: Passed): void {
  const nowMs = Date.now()
  const isTunnel = asked.method === 'CONNECT'
  const [, name = ''] = (asked.headers['proxy-authorization'] ?? '').split(' ')
  const line = {
    ts: nowMs / 1000,
    dur_ms: nowMs - passed.startedAtMs,
    client: '127.0.0.1',
    client_port: asked.socket.remotePort,
    method: asked.method,
    url: passed.url,
    status: 200,
    squid: isTunnel ? 'TCP_TUNNEL:HIER_DIRECT' : 'TCP_MISS:HIER_DIRECT',
    bytes_out: passed.bytesOut,
    bytes_in: passed.bytesIn,
    srv_ip: '127.0.0.1',
    srv_port: '-',
    user: Buffer.from(name, 'base64').toString().split(':')[0] ?? '-',
    agent: asked.headers['user-agent'] ?? '-',
    mcp_method: '-',
    traceparent: '-',
  }
  appendFileSync(logFile, `${JSON.stringify(line)}\n`)
}
