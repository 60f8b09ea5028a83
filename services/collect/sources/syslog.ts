import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

import { Fault } from '#domain/fault.ts'
import type { RawRecord, RawSource } from '../raw-source.ts'
import { RecordQueue } from '../record-queue.ts'
import { SyslogFramer, type SyslogFrame } from '../syslog-framing.ts'
import { readSyslog } from '../syslog-message.ts'

export type SyslogOptions = {
  transport: 'udp' | 'tcp' | 'tls'
  host: string
  /** 0 takes a free one. */
  port: number
  /** PEM; asked for with `tls`. Where `ca` is given, clients must show a certificate of it. */
  tls: { cert: string; key: string; ca: string | undefined } | undefined
  /** Another each time the source is opened: messages have no name of their own. */
  boot: string
  onTrouble: (message: string) => void
  messageMaxBytes?: number
  queueMaxBytes?: number
}

/** A source that listens, once it does. */
export type SyslogSource = RawSource & { port: number }

const MIB = 1024 * 1024
const MESSAGE_MAX_BYTES = MIB
const QUEUE_MAX_BYTES = 16 * MIB
const CONNECTIONS_MAX_COUNT = 512
const DATAGRAM_BUFFER_BYTES = 8 * MIB
/** Dropped datagrams are told of at the first, and then at each thousandth. */
const DROPPED_TOLD_EVERY = 1_000

/**
 * Listens for syslog: RFC 5424 and what older programs write, by UDP, TCP or TLS. While the log is
 * away TCP senders are held back and datagrams dropped and told of. What was received and is not
 * in the log when the process is killed is lost: syslog acknowledges nothing.
 *
 * @throws Fault PORT_IN_USE, BAD_SETTINGS.
 */
export async function openSyslog(options: SyslogOptions): Promise<SyslogSource> {
  try {
    return options.transport === 'udp' ? await openDatagrams(options) : await openStream(options)
  } catch (cause) {
    throw asFault(cause, options)
  }
}

async function openDatagrams(options: SyslogOptions): Promise<SyslogSource> {
  const { host, port, boot, onTrouble, queueMaxBytes = QUEUE_MAX_BYTES } = options
  const queue = new RecordQueue({ maxBytes: queueMaxBytes })
  const toRecord = recordMaker(boot)
  let droppedCount = 0
  const type = host.includes(':') ? 'udp6' : 'udp4'
  const socket = createSocket({ type, recvBufferSize: DATAGRAM_BUFFER_BYTES })
  socket.on('message', (bytes) => {
    if (!queue.isFull) return queue.push(toRecord({ bytes, byteCount: bytes.length }))
    if (droppedCount++ % DROPPED_TOLD_EVERY === 0)
      onTrouble('datagrams are dropped: the log is slow')
  })
  socket.bind(port, host)
  await once(socket, 'listening')
  return sourceOf(queue, socket.address().port, () => {
    const closed = once(socket, 'close')
    socket.close()
    return closed
  })
}

async function openStream(options: SyslogOptions): Promise<SyslogSource> {
  const { host, port, tls, boot, onTrouble } = options
  const { messageMaxBytes = MESSAGE_MAX_BYTES, queueMaxBytes = QUEUE_MAX_BYTES } = options
  const sockets = new Set<Socket>()
  const onRoom = (): void => {
    for (const socket of sockets) socket.resume()
  }
  const queue = new RecordQueue({ maxBytes: queueMaxBytes, onRoom })
  const toRecord = recordMaker(boot)
  const take = (socket: Socket): void => {
    const framer = new SyslogFramer(messageMaxBytes)
    sockets.add(socket)
    const push = (frames: readonly SyslogFrame[]): void => {
      for (const frame of frames) queue.push(toRecord(frame))
      if (queue.isFull) for (const one of sockets) one.pause()
    }
    socket.on('data', (chunk: Buffer) => push(framer.push(chunk)))
    socket.on('end', () => push(framer.end()))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const server = tls === undefined ? createServer(take) : tlsServer(tls, take, onTrouble)
  server.maxConnections = CONNECTIONS_MAX_COUNT
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  const openPort = typeof address === 'object' && address !== null ? address.port : port
  return sourceOf(queue, openPort, () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    return closed
  })
}

/** Stops listening when it is told to end, so that what is left has an end. */
function sourceOf(queue: RecordQueue, port: number, stop: () => Promise<unknown>): SyslogSource {
  let stopped: Promise<unknown> | undefined
  const close = async (): Promise<void> => {
    stopped ??= stop()
    await stopped
  }
  return {
    port,
    close,
    batches: (signal) => {
      signal.addEventListener('abort', () => void close(), { once: true })
      return queue.batches(signal)
    },
  }
}

function tlsServer(
  { cert, key, ca }: NonNullable<SyslogOptions['tls']>,
  take: (socket: Socket) => void,
  onTrouble: (message: string) => void,
): Server {
  const mutual = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true }
  const server = createTlsServer({ cert, key, minVersion: 'TLSv1.2', ...mutual }, take)
  server.on('tlsClientError', () => onTrouble('a client failed to open TLS'))
  return server
}

/** What has no name of its own gets a number. */
function recordMaker(boot: string): (frame: SyslogFrame) => RawRecord {
  let count = 0
  return ({ bytes, byteCount }) => {
    const place = `${boot}-${count++}`
    if (bytes === undefined) return { bytes, byteCount, place, stream: '' }
    const { message, stream } = readSyslog(bytes)
    return { bytes: message, byteCount, place, stream }
  }
}

function asFault(cause: unknown, { host, port }: SyslogOptions): unknown {
  const { code = '' } = cause as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return new Fault('PORT_IN_USE', `Port ${port} on ${host} is in use`, { cause })
  if (/^(?:EADDRNOTAVAIL|ENOTFOUND|EACCES)$/.test(code))
    return new Fault('BAD_SETTINGS', `Cannot listen on ${host} port ${port}: ${code}`, { cause })
  if (/^ERR_(?:OSSL|TLS|SSL)/.test(code))
    return new Fault('BAD_SETTINGS', 'The certificate or its key cannot be used', { cause })
  return cause
}
