import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

import { expect, onTestFinished, test } from 'vitest'

import { LogCollector } from '../../../services/collect/log-collector.ts'
import { runSource } from '../../../services/collect/run-source.ts'
import { openSyslog, type SyslogOptions } from '../../../services/collect/sources/syslog.ts'
import { aCertificate } from '../../support/certificate.ts'
import { aLogWorld, collectorOptions } from '../a-log-door.ts'
import { aLine, lineFormat } from '../a-line-format.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

/** A listener whose messages end in a log in memory. */
async function aListener(differs: Partial<SyslogOptions>) {
  const { world, intake, events } = await aLogWorld()
  const troubles: string[] = []
  const source = await openSyslog({
    transport: 'tcp',
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    boot: 'boot',
    onTrouble: (message) => troubles.push(message),
    ...differs,
  })
  const collector = await LogCollector.open(collectorOptions(lineFormat, intake))
  const stopping = new AbortController()
  const onRetry = (): void => undefined
  const context = { signal: stopping.signal, random: () => 0.01, onRetry }
  const running = runSource(source, collector, context)
  const stop = async (): Promise<void> => {
    stopping.abort()
    await running
    await source.close()
  }
  onTestFinished(stop)
  const numbers = async (): Promise<number[]> => {
    const found = (await events()).map(({ extra }) => Number(extra['number']))
    return found.sort((one, other) => one - other)
  }
  return { port: source.port, numbers, events, troubles, world, stop }
}

const message = (number: number): string => `<134>1 - db app - - - ${aLine(number)}`
const counted = (number: number): string => `${message(number).length} ${message(number)}`
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

async function send(socket: Socket, text: string): Promise<void> {
  socket.on('error', () => undefined)
  await new Promise<void>((resolve) => socket.end(text, () => resolve()))
}

test.for([
  { why: 'counted', frame: counted },
  { why: 'by line', frame: (number: number) => `${message(number)}\n` },
])('takes messages over TCP: $why', async ({ frame }) => {
  const { port, numbers, events } = await aListener({})
  await send(connectTcp(port, '127.0.0.1'), upTo(2_500).map(frame).join(''))
  await expect.poll(numbers).toEqual(upTo(2_500))
  expect(new Set((await events()).map(({ event_id }) => event_id)).size).toBe(2_500)
})

test('takes messages over TLS, from senders that its authority vouches for alone', async () => {
  const { cert, key } = aCertificate(await temporaryDirectory())
  const { port, numbers, troubles } = await aListener({
    transport: 'tls',
    tls: { cert, key, ca: cert },
  })
  const known = connectTls({ port, host: '127.0.0.1', ca: cert, cert, key })
  await once(known, 'secureConnect')
  expect(known.authorized).toBe(true)
  await send(known, upTo(100).map(counted).join(''))
  await send(connectTls({ port, host: '127.0.0.1', ca: cert }), counted(1_000))
  await send(connectTcp(port, '127.0.0.1'), counted(1_001))
  await expect.poll(() => troubles.length).toBe(2)
  await expect.poll(numbers).toEqual(upTo(100))
})

test('takes datagrams, each a message', async () => {
  const { port, numbers } = await aListener({ transport: 'udp' })
  const socket = createSocket('udp4')
  for (const number of upTo(50)) socket.send(message(number), port, '127.0.0.1')
  await expect.poll(numbers).toEqual(upTo(50))
  socket.close()
})

test('holds TCP senders back while the log is away, and loses nothing of theirs', async () => {
  const { port, numbers, world } = await aListener({ queueMaxBytes: 20_000 })
  world.isDown = true
  const sending = send(connectTcp(port, '127.0.0.1'), upTo(3_000).map(counted).join(''))
  await sending
  world.isDown = false
  await expect.poll(numbers).toEqual(upTo(3_000))
})

test('drops datagrams while the log is away, and says so', async () => {
  const { port, troubles, world } = await aListener({ transport: 'udp', queueMaxBytes: 1_000 })
  world.isDown = true
  const socket = createSocket('udp4')
  for (const number of upTo(200)) socket.send(message(number), port, '127.0.0.1')
  await expect.poll(() => troubles).toEqual(['datagrams are dropped: the log is slow'])
  socket.close()
  world.isDown = false
})

test.for<{ why: string; differs: Partial<SyslogOptions>; code: string }>([
  { why: 'an address of another machine', differs: { host: '192.0.2.1' }, code: 'BAD_SETTINGS' },
  {
    why: 'a certificate that is none',
    differs: { transport: 'tls', tls: { cert: 'x', key: 'y', ca: undefined } },
    code: 'BAD_SETTINGS',
  },
])('refuses $why', async ({ differs, code }) => {
  await expect(aListener(differs)).rejects.toMatchObject({ code })
})

test('refuses a port that is taken', async () => {
  const { port } = await aListener({})
  await expect(aListener({ port })).rejects.toMatchObject({ code: 'PORT_IN_USE' })
})
