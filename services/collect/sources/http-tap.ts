import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { Duplex } from 'node:stream'

import { Fault } from '#domain/fault.ts'
import type { Recorder } from '../tap/recorder.ts'
import { Wires } from '../tap/wires.ts'
import { HttpExchange } from './http-exchange.ts'
import { Upstream, type Target } from './upstream.ts'

export type HttpTapOptions = {
  host: string
  /** 0 takes a free one. */
  port: number
  /** The server it stands before; undefined: a proxy, whose clients name the server. */
  upstream: URL | undefined
  /** What events call the server; undefined: its host and port. */
  serverId: string | undefined
  recorder: Recorder
  /** Hears, once a host, of encrypted traffic that passes unseen. */
  onUnseen: (host: string) => void
}

/** A tap on HTTP at work. */
export type RunningHttpTap = {
  url: string
  /** A restriction has come or gone. */
  restricted: () => void
  /** Takes no more requests and ends those under way. */
  close: () => Promise<void>
}

const TLS_HANDSHAKE = 0x16
const HEADERS_MAX_BYTES = 64 * 1024
const KEEP_ALIVE_MS = 65_000
const HOSTS_TOLD_MAX_COUNT = 1_000

/**
 * Opens a tap on HTTP: before one server, or as a proxy. A proxy reads what is plain inside of
 * CONNECT, and lets what is encrypted through as it is.
 *
 * @throws Fault PORT_IN_USE, BAD_SETTINGS where the address is none of this machine.
 */
export async function openHttpTap(options: HttpTapOptions): Promise<RunningHttpTap> {
  const tap = new HttpTap(options)
  const url = await tap.listen()
  return { url, restricted: () => tap.restricted(), close: () => tap.close() }
}

class HttpTap {
  readonly #options: HttpTapOptions
  readonly #server: Server
  readonly #wires: Wires
  /** For each connection of a client one to its server, which does not outlive it. */
  readonly #upstreams = new WeakMap<Socket, Upstream>()
  readonly #exchanges = new Set<HttpExchange>()
  /** Where a client's connection leads that was opened with CONNECT. */
  readonly #tunnels = new WeakMap<Duplex, Target>()
  readonly #told = new Set<string>()
  #exchangeCount = 0

  constructor(options: HttpTapOptions) {
    this.#options = options
    this.#wires = new Wires(options.recorder)
    const settings = { maxHeaderSize: HEADERS_MAX_BYTES, keepAliveTimeout: KEEP_ALIVE_MS }
    this.#server = createServer(settings, (request, response) => void this.#take(request, response))
    if (options.upstream === undefined)
      this.#server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
        this.#tunnel(request, socket, head),
      )
  }

  listen(): Promise<string> {
    const { host, port } = this.#options
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause) => reject(listenFault(cause, host, port)))
      this.#server.listen(port, host, () => {
        const address = this.#server.address()
        const bound = typeof address === 'object' && address !== null ? address.port : port
        resolve(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`)
      })
    })
  }

  restricted(): void {
    for (const exchange of this.#exchanges) exchange.restricted()
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = this.#targetOf(request)
    if (target === undefined) {
      response.writeHead(400, { 'content-type': 'text/plain' })
      response.end('This is a proxy: name the server in the request.\n')
      return
    }
    const { recorder, serverId } = this.#options
    if (recorder.parts.outbox.isBlocked) await recorder.parts.outbox.room()
    const upstream = this.#upstreamOf(request.socket, target)
    const exchange = new HttpExchange({
      request,
      response,
      open: (options) => upstream.open(target, options),
      openAside: (options) => upstream.openAside(target, options),
      serverId: serverId ?? `${target.host}:${target.port}`,
      number: ++this.#exchangeCount,
      recorder,
      wires: this.#wires,
    })
    this.#exchanges.add(exchange)
    response.once('close', () => this.#exchanges.delete(exchange))
    exchange.run()
  }

  #targetOf(request: IncomingMessage): Target | undefined {
    const { upstream } = this.#options
    if (upstream !== undefined) return targetOfUrl(upstream)
    const tunnel = this.#tunnels.get(request.socket)
    if (tunnel !== undefined) return tunnel
    const url = URL.parse(request.url ?? '')
    return url?.protocol === 'http:' ? targetOfUrl(url) : undefined
  }

  #upstreamOf(client: Socket, { isSecure }: Target): Upstream {
    const known = this.#upstreams.get(client)
    if (known !== undefined) return known
    const upstream = new Upstream(isSecure, () => performance.now())
    client.once('close', () => upstream.close())
    this.#upstreams.set(client, upstream)
    return upstream
  }

  /** A client wants a connection of its own: what is plain inside of it is read. */
  #tunnel(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const target = targetOfAuthority(request.url ?? '')
    socket.on('error', () => undefined)
    if (target === undefined) return void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    const begin = (first: Buffer): void => {
      socket.pause()
      socket.unshift(first)
      if (first[0] === TLS_HANDSHAKE) return this.#passUnseen(target, socket)
      this.#tunnels.set(socket, target)
      this.#server.emit('connection', socket as Socket)
      socket.resume()
    }
    if (head.length > 0) begin(head)
    else socket.once('data', begin)
  }

  #passUnseen({ host, port }: Target, socket: Duplex): void {
    const name = `${host}:${port}`
    if (!this.#told.has(name) && this.#told.size < HOSTS_TOLD_MAX_COUNT) {
      this.#told.add(name)
      this.#options.onUnseen(name)
    }
    const upstream = connect(port, host)
    upstream.on('error', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
    upstream.on('close', () => socket.destroy())
    socket.pipe(upstream)
    upstream.pipe(socket)
  }
}

function targetOfUrl(url: URL): Target {
  const isSecure = url.protocol === 'https:'
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
  return { host: bare(url.hostname), port, isSecure }
}

function targetOfAuthority(authority: string): Target | undefined {
  const url = URL.parse(`http://${authority}`)
  if (url === null || url.hostname === '') return undefined
  return targetOfUrl(url)
}

/** Brackets stand around an address in a URL only. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

function listenFault(cause: Error, host: string, port: number): unknown {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return new Fault('PORT_IN_USE', `Port ${port} on ${host} is in use`, { cause })
  return new Fault('BAD_SETTINGS', `Cannot listen on ${host} port ${port}: ${code}`, { cause })
}
