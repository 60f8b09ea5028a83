import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:tls'

import type { Certificate } from './certificate.ts'
import type { Receiver } from './receiver.ts'

/** What a receiver does with a connection instead of reading it to its end. */
export type SyslogTrouble = 'cut' | 'cut_in_the_middle' | 'cut_after'

/** Syslog has no key by which a receiver would know a message again. */
export type SyslogReceiver = Omit<Receiver, 'keys'> & { messages: string[] }

const HEADER =
  /^<(\d{1,3})>1 \d{4}-\d\d-\d\dT[\d:.]{12}Z [\x21-\x7e]{1,255} tocsin - (?:finding|incident) \[/

/** Syslog over TLS (RFC 5425): frames by octet counting; a message counts once it is whole. */
export async function startSyslog(
  certificate: Certificate,
  troubles: SyslogTrouble[],
): Promise<SyslogReceiver> {
  const messages: string[] = []
  const taken: string[] = []
  const complaints: string[] = []
  const cameAtMs: number[] = []
  let under: Socket | undefined
  const server = createServer(certificate, (socket) => {
    const raw = under
    cameAtMs.push(Date.now())
    const trouble = troubles.shift()
    socket.on('error', () => undefined)
    if (trouble === 'cut') {
      socket.destroy()
      return
    }
    let rest: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      rest = takeFrames(rest, (message) => {
        messages.push(message)
        taken.push(/ event="([^"]*)"/.exec(message)?.[1] ?? '')
        if (!HEADER.test(message)) complaints.push(message.slice(0, 100))
      })
      if (trouble === 'cut_in_the_middle') socket.destroy()
    })
    socket.on('end', () => {
      // A receiver that crashes has its connection reset by the system under it.
      if (trouble === 'cut_after') raw?.resetAndDestroy()
      else socket.end()
    })
  })
  server.on('connection', (socket: Socket) => (under = socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const settings = { host: 'localhost', port, ca_file: certificate.certFile }
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  return { settings, messages, taken, complaints, cameAtMs, close }
}

/** Takes whole frames off the front; what is left waits for more. */
function takeFrames(bytes: Buffer, onMessage: (message: string) => void): Buffer {
  let rest = bytes
  for (;;) {
    const blank = rest.indexOf(0x20)
    const length = Number(rest.subarray(0, Math.max(0, blank)).toString('latin1'))
    if (blank < 1 || rest.length < blank + 1 + length) return rest
    onMessage(rest.subarray(blank + 1, blank + 1 + length).toString('utf8'))
    rest = rest.subarray(blank + 1 + length)
  }
}
