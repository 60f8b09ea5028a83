import { rmSync } from 'node:fs'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { cefOf } from '../../services/export/cef.ts'
import { findingUid, type OcsfEvent } from '../../services/export/ocsf.ts'
import { syslogFrame } from '../../services/export/syslog-message.ts'
import { aStageWorld } from '../support/stage-world.ts'
import { aDirectory } from '../support/replays.ts'
import { publish, run } from './courier-run.ts'
import { exampleSink } from './example-sinks.ts'
import { ocsfEvent } from './findings.ts'
import { HAS_OPENSSL, makeCertificate, type Certificate } from './receivers/certificate.ts'
import { HAS_RSYSLOG, startRsyslog } from './receivers/rsyslog.ts'
import { startSyslog, type SyslogReceiver, type SyslogTrouble } from './receivers/syslog.ts'

const COUNT = 30
const HOSTILE = 'a|b\\c=d]"\ne\u2028\u202ef\u0000g é 名'
const SPEAKER = { hostname: 'here', facility: 13, enterpriseId: 32_473 }

const directory = aDirectory()
let certificate: Certificate
const open: { close(): Promise<void> }[] = []

beforeAll(() => {
  if (HAS_OPENSSL) certificate = makeCertificate(directory)
})
afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close()
})
afterAll(() => rmSync(directory, { recursive: true }))

describe.skipIf(!HAS_OPENSSL)('syslog over TLS', () => {
  const ROWS: { why: string; troubles: SyslogTrouble[]; mayRepeat?: boolean }[] = [
    { why: 'nothing is amiss', troubles: [] },
    { why: 'it cuts connections at once', troubles: ['cut', 'cut'] },
    { why: 'it cuts a connection in the middle', troubles: ['cut_in_the_middle'], mayRepeat: true },
    { why: 'it crashes after it has read everything', troubles: ['cut_after'], mayRepeat: true },
  ]

  test.for(ROWS)('brings every finding, though $why', async ({ troubles, mayRepeat = false }) => {
    const receiver = await started([...troubles])
    const world = await aStageWorld()
    const events = findings()
    await publish(world, events)
    await run(world, exampleSink('syslog', 'syslog', receiver.settings)).untilDone()
    expect([...new Set(receiver.taken)].sort()).toEqual(uidsOf(events))
    expect(receiver.taken.length > COUNT).toBe(mayRepeat)
    expect(receiver.complaints).toEqual([])
  })

  test('does not speak to a receiver that nobody vouches for', async () => {
    const receiver = await started([])
    const world = await aStageWorld()
    await publish(world, findings())
    const settings = { ...receiver.settings, server_name: 'elsewhere.example.com' }
    const running = run(world, exampleSink('syslog', 'syslog', settings))
    await expect.poll(() => running.retries.length).toBeGreaterThan(1)
    await running.stop()
    expect(receiver.taken).toEqual([])
  })
})

describe.skipIf(!HAS_RSYSLOG || !HAS_OPENSSL)('rsyslog itself', () => {
  test.for(['syslog', 'cef'] as const)('takes every finding as %s', async (name) => {
    const own = aDirectory()
    const rsyslog = await startRsyslog(own, certificate)
    open.push({
      close: async () => {
        await rsyslog.close()
        rmSync(own, { recursive: true })
      },
    })
    const world = await aStageWorld()
    const events = findings()
    await publish(world, events)
    const settings = { host: 'localhost', port: rsyslog.port, ca_file: certificate.certFile }
    await run(world, exampleSink('syslog', name, settings)).untilDone()
    await expect.poll(() => rsyslog.lines().length).toBe(COUNT)
    const uids = rsyslog.lines().map((line) => / event="([^"]*)"/.exec(line)?.[1] ?? '')
    expect(uids.sort()).toEqual(uidsOf(events))
    const texts = rsyslog.lines().map((line) => line.slice(line.indexOf(']') + 1).trim())
    const isWhole = (text: string): boolean =>
      name === 'cef' ? text.startsWith('CEF:0|Tocsin|') : hasHostileSummary(text)
    expect(texts.filter((text) => !isWhole(text))).toEqual([])
  })
})

describe('text out of events', () => {
  const event = ocsfEvent({ title: HOSTILE, summary: HOSTILE, user_id: HOSTILE, alert_id: HOSTILE })

  test('ends no line of CEF, and no field of it', () => {
    const line = cefOf(event)
    expect(line).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u)
    const [header, ...fields] = line.split(/(?<!\\)\|/)
    expect([header, ...fields].slice(0, 7)).toEqual([
      'CEF:0',
      'Tocsin',
      'Tocsin',
      '1',
      'secret-left',
      'a\\|b\\\\c=d]"\u00b7e\u00b7\u00b7f\u00b7g é 名',
      '8',
    ])
    expect(line).toContain('suser=a|b\\\\c\\=d]"\u00b7e\u00b7\u00b7f\u00b7g é 名 ')
  })

  test('ends no structured data, and counts in bytes', () => {
    const frame = syslogFrame(event, 'text', SPEAKER).toString('utf8')
    const [length = '', ...rest] = frame.split(' ')
    expect(Number(length)).toBe(Buffer.byteLength(rest.join(' ')))
    expect(frame).toContain('uid="a|b\\\\c=d\\]\\"\u00b7e')
    expect(frame).toContain('] text')
  })
})

async function started(troubles: SyslogTrouble[]): Promise<SyslogReceiver> {
  const receiver = await startSyslog(certificate, troubles)
  open.push(receiver)
  return receiver
}

function findings(): OcsfEvent[] {
  return Array.from({ length: COUNT }, (_, at) =>
    ocsfEvent({ alert_id: `a-${at}`, session_id: `s-${at % 5}`, summary: HOSTILE }),
  )
}

function hasHostileSummary(text: string): boolean {
  return (JSON.parse(text) as OcsfEvent).message === HOSTILE
}

function uidsOf(events: readonly OcsfEvent[]): string[] {
  return events.map(findingUid).sort()
}
