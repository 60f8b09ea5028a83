import { appendFileSync } from 'node:fs'
import { Socket } from 'node:net'

/**
 * Loaded before a server (`node --import`): tells of every connection that its process opens to the
 * outside addresses of RECORDED_ADDRESSES, in the words of ulogd2's JSON. Such an address is this
 * machine. RECORDED_USER is the number the process is known by.
 */
const {
  RECORDED_ADDRESSES = '',
  RECORDED_USER = '',
  RECORDED_PACKETS = '',
  RECORDED_FLOWS = '',
} = process.env
const ADDRESSES = RECORDED_ADDRESSES.split(',')
const TCP = 6
const CONNTRACK_DESTROYED = 4
const HOOK_OUTPUT = 3

type Target = { host?: string | undefined; port?: number | string | undefined }
type Connect = (this: Socket, ...words: unknown[]) => Socket

const proto = Socket.prototype as { connect: Connect }
const connect = proto.connect
proto.connect = function (this: Socket, ...words) {
  const target = targetOf(words)
  const { host } = target ?? {}
  if (target !== undefined && host !== undefined && ADDRESSES.includes(host)) {
    target.host = '127.0.0.1'
    record(this, { address: host, port: Number(target.port), startedAtMs: Date.now() })
  }
  return connect.apply(this, words)
}

/** `net.connect` hands its words on as one list, of which the options are the first. */
function targetOf([first]: unknown[]): Target | undefined {
  const options: unknown = Array.isArray(first) ? first[0] : first
  return typeof options === 'object' && options !== null ? options : undefined
}

type Opened = { address: string; port: number; startedAtMs: number }

function record(socket: Socket, { address, port, startedAtMs }: Opened): void {
  socket.once('connect', () => {
    const sourcePort = socket.localPort
    const ends = { src_ip: socket.localAddress, dest_ip: address }
    write(RECORDED_PACKETS, {
      ...moment('oob.time', startedAtMs),
      'oob.prefix': 'egress',
      'oob.hook': HOOK_OUTPUT,
      'oob.uid': Number(RECORDED_USER),
      'ip.protocol': TCP,
      src_port: sourcePort,
      dest_port: port,
      'tcp.syn': 1,
      ...ends,
    })
    socket.once('close', () => {
      write(RECORDED_FLOWS, {
        'ct.event': CONNTRACK_DESTROYED,
        ...moment('flow.start', startedAtMs),
        ...moment('flow.end', Date.now()),
        'orig.ip.protocol': TCP,
        'orig.l4.sport': sourcePort,
        'orig.l4.dport': port,
        'orig.raw.pktlen': socket.bytesWritten,
        'reply.raw.pktlen': socket.bytesRead,
        ...ends,
      })
    })
  })
}

/** An epoch time as ulogd2 has it: two numbers, of seconds and of microseconds. */
function moment(name: string, timeMs: number): Record<string, number> {
  const seconds = Math.floor(timeMs / 1000)
  return { [`${name}.sec`]: seconds, [`${name}.usec`]: (timeMs - seconds * 1000) * 1000 }
}

function write(file: string, told: object): void {
  const line = { timestamp: new Date().toISOString().slice(0, -1), dvc: 'range', ...told }
  appendFileSync(file, `${JSON.stringify(line)}\n`)
}
