import { connect, type TLSSocket } from 'node:tls'

import { z } from 'zod'

import { cefOf } from '../cef.ts'
import { ocsfText } from '../ocsf.ts'
import { syslogFrame } from '../syslog-message.ts'
import { allTaken, SinkFault, type Sink, type SinkWorld } from './sink.ts'

const TIMEOUT_MS = 30_000
/** The number that IANA keeps for examples: a setting, since an enterprise has its own. */
const EXAMPLE_ENTERPRISE = 32_473

export function syslogSchema() {
  return z.strictObject({
    kind: z.literal('syslog'),
    host: z.string().min(1).max(255),
    port: z.number().int().min(1).max(65_535).default(6514),
    /** What a message holds: the finding as JSON, or a line of the Common Event Format. */
    format: z.enum(['ocsf', 'cef']).default('ocsf'),
    facility: z.number().int().min(0).max(23).default(13),
    enterprise_id: z.number().int().min(1).max(4_294_967_295).default(EXAMPLE_ENTERPRISE),
    /** The name on the receiver's certificate, where it is not the host's. */
    server_name: z.string().min(1).max(255).optional(),
  })
}

type SyslogSettings = z.infer<ReturnType<typeof syslogSchema>>

/**
 * Syslog over TLS (RFC 5425). It knows no acknowledgement, so each batch has a connection of its
 * own: we end our half, and the batch has arrived when the receiver, which must have read all of it
 * to see that end, closes its half in turn. A batch whose connection was cut goes again.
 */
export function openSyslog(
  settings: SyslogSettings,
  ca: string | undefined,
  world: SinkWorld,
): Sink {
  const { host, port, format, facility, enterprise_id: enterpriseId, server_name } = settings
  const speaker = { hostname: world.hostname, facility, enterpriseId }
  const open = (): TLSSocket =>
    connect({
      host,
      port,
      ...(server_name !== undefined && { servername: server_name }),
      ...(ca !== undefined && { ca }),
      minVersion: 'TLSv1.2',
    })
  return {
    target: `${host}:${port} ${format}`,
    limits: { maxCount: 500, maxBytes: 1_000_000 },
    encode: (event) =>
      syslogFrame(event, format === 'cef' ? cefOf(event) : ocsfText(event), speaker),
    send: async (batch, signal) => {
      const bytes = Buffer.concat(batch.map((parcel) => parcel.body))
      await sendAndEnd(open, bytes, world.lingerMs, signal)
      return allTaken('read to its end by the receiver')
    },
    close: () => undefined,
  }
}

/**
 * Writes all of it, keeps still for `lingerMs`, ends our half, and waits for the other. Whoever
 * closes before we ended has not read everything; within `lingerMs` we would have heard of it.
 *
 * @throws SinkFault where the receiver did not close a whole conversation in its turn.
 */
function sendAndEnd(
  open: () => TLSSocket,
  bytes: Buffer,
  lingerMs: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = open()
    let hasEnded = false
    const fail = (reason: string): void => {
      reject(new SinkFault('SINK_UNAVAILABLE', reason))
      socket.destroy()
    }
    const stop = (): void => fail('stopped')
    signal.addEventListener('abort', stop, { once: true })
    socket.setTimeout(TIMEOUT_MS, () => fail('no answer in time'))
    socket.once('secureConnect', () => {
      socket.resume()
      socket.write(bytes, () => {
        setTimeout(() => {
          hasEnded = true
          socket.end()
        }, lingerMs)
      })
    })
    socket.once('end', () => {
      if (!hasEnded) fail('the receiver closed before the end')
    })
    socket.once('error', (error: NodeJS.ErrnoException) =>
      fail(`the connection failed (${error.code ?? error.name})`),
    )
    socket.once('close', () => {
      signal.removeEventListener('abort', stop)
      if (hasEnded) resolve()
      else fail('the receiver closed before the end')
    })
  })
}
