import { afterEach, describe, expect, test } from 'vitest'

import { findingUid, type OcsfEvent } from '../../services/export/ocsf.ts'
import { aStageWorld } from '../support/stage-world.ts'
import { publish, rejectsOf, run } from './courier-run.ts'
import { exampleSink } from './example-sinks.ts'
import { ocsfEvent } from './findings.ts'
import { startElastic } from './receivers/elastic.ts'
import type { Trouble } from './receivers/http-receiver.ts'
import type { Receiver, StartReceiver } from './receivers/receiver.ts'
import { startSentinel } from './receivers/sentinel.ts'
import { startSplunk } from './receivers/splunk.ts'
import { startWebhook } from './receivers/webhook.ts'

const COUNT = 24
const KINDS: { file: string; name: string; start: StartReceiver; sizeChars: number }[] = [
  { file: 'splunk', name: 'splunk', start: startSplunk, sizeChars: 60_000 },
  {
    file: 'elastic',
    name: 'elastic',
    start: (troubles) => startElastic(troubles),
    sizeChars: 60_000,
  },
  { file: 'sentinel', name: 'sentinel', start: startSentinel, sizeChars: 60_000 },
  { file: 'webhook', name: 'webhook', start: startWebhook, sizeChars: 1_000 },
]
const BUSY: Trouble = { kind: 'status', status: 503 }
const TROUBLES: { why: string; troubles: Trouble[]; mayRepeat: boolean }[] = [
  { why: 'nothing is amiss', troubles: [], mayRepeat: false },
  { why: 'it fails for a while', troubles: [BUSY, BUSY, BUSY], mayRepeat: false },
  {
    why: 'it throttles',
    troubles: [{ kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
    mayRepeat: false,
  },
  { why: 'it cuts connections', troubles: [{ kind: 'cut' }, { kind: 'cut' }], mayRepeat: false },
  {
    why: 'it cuts a connection after it has taken everything',
    troubles: [{ kind: 'cut_after' }, { kind: 'cut_after' }],
    mayRepeat: true,
  },
  {
    why: 'a proxy before it answers with a page',
    troubles: [{ kind: 'status', status: 502, body: '<html>' }],
    mayRepeat: false,
  },
  {
    why: 'it does not let us in for a while',
    troubles: [{ kind: 'status', status: 403 }],
    mayRepeat: false,
  },
]

const open: Receiver[] = []
afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close()
})

describe.for(KINDS)('$name', ({ file, name, start, sizeChars }) => {
  test.for(TROUBLES)('brings every finding, though $why', async ({ troubles, mayRepeat }) => {
    const receiver = await started(start([...troubles]))
    const world = await aStageWorld()
    const events = findings(COUNT, sizeChars)
    await publish(world, events)
    await run(world, exampleSink(file, name, receiver.settings)).untilDone()
    expect([...new Set(receiver.taken)].sort()).toEqual(uidsOf(events))
    expect(receiver.taken.length > COUNT).toBe(mayRepeat)
    expect(receiver.complaints).toEqual([])
    expect(await rejectsOf(world)).toEqual([])
  })

  test('goes on where it stopped, and sends again what was not acknowledged', async () => {
    const world = await aStageWorld()
    const events = findings(COUNT, sizeChars)
    await publish(world, events)
    const away = await started(start(Array.from({ length: 100 }, () => BUSY)))
    const first = run(world, exampleSink(file, name, away.settings))
    await expect.poll(() => away.cameAtMs.length).toBeGreaterThan(1)
    await first.stop()
    const receiver = await started(start([]))
    await run(world, exampleSink(file, name, receiver.settings)).untilDone()
    expect([...receiver.taken].sort()).toEqual(uidsOf(events))
  })

  test('waits as long as it is asked to', async () => {
    const asked: Trouble = { kind: 'status', status: 429, headers: { 'retry-after': '1' } }
    const receiver = await started(start([asked]))
    const world = await aStageWorld()
    await publish(world, findings(1, 10))
    await run(world, exampleSink(file, name, receiver.settings)).untilDone()
    const [first = 0, second = 0] = receiver.cameAtMs
    // Clocks and timers count in whole milliseconds, each in its own.
    expect(second - first).toBeGreaterThan(990)
  })

  test('rejects what the receiver refuses, and brings the rest', async () => {
    const receiver = await started(start([]))
    const world = await aStageWorld()
    const events = [...findings(4, 10), { ...ocsfEvent(), message: 'x'.repeat(6_000_000) }]
    await publish(world, events)
    await run(world, exampleSink(file, name, receiver.settings)).untilDone()
    expect([...receiver.taken].sort()).toEqual(uidsOf(events.slice(0, 4)))
    expect(await rejectsOf(world)).toMatchObject([
      { source: 'alerts.ocsf.v1', reason: 'TOO_LARGE', detail: `the sink ${name} did not get it` },
    ])
  })

  test('sends nothing below the severity asked for', async () => {
    const receiver = await started(start([]))
    const world = await aStageWorld()
    const [low, high] = [ocsfEvent({ alert_id: 'l', level: 'low' }), ocsfEvent({ alert_id: 'h' })]
    await publish(world, [low, high])
    const settings = { ...receiver.settings, severity_min: 'medium' }
    await run(world, exampleSink(file, name, settings)).untilDone()
    expect(receiver.taken).toEqual(['h'])
  })
})

describe('splunk', () => {
  test('rejects the event that is refused by its number, and sends the others', async () => {
    const invalid = { text: 'Invalid data format', code: 6, 'invalid-event-number': 1 }
    const body = JSON.stringify(invalid)
    const receiver = await started(startSplunk([{ kind: 'status', status: 400, body }]))
    const world = await aStageWorld({ laneCount: 1 })
    await publish(world, findings(3, 10))
    await run(world, exampleSink('splunk', 'splunk', receiver.settings)).untilDone()
    expect(receiver.taken).toEqual(['a-0', 'a-2'])
    expect(await rejectsOf(world)).toMatchObject([{ position: 1, reason: 'code_6' }])
  })

  test('waits for a person where the token has no acknowledgement', async () => {
    const body = JSON.stringify({ text: 'Success', code: 0 })
    const without: Trouble = { kind: 'status', status: 200, body }
    const receiver = await started(startSplunk([without, without]))
    const world = await aStageWorld()
    await publish(world, findings(2, 10))
    const running = run(world, exampleSink('splunk', 'splunk', receiver.settings))
    await running.untilDone()
    expect(running.retries).toEqual(['SINK_REFUSED', 'SINK_REFUSED'])
    expect(receiver.taken).toHaveLength(2)
  })
})

describe('elasticsearch', () => {
  test('sends again what it was too busy for, and no newer word is lost', async () => {
    const receiver = await startElastic([], [0, 5])
    open.push(receiver)
    const world = await aStageWorld({ laneCount: 1 })
    const updated = ocsfEvent({ alert_id: 'z' })
    const events = ['new', 'later', 'last'].map((message) => ({ ...updated, message }))
    await publish(world, [...events, ...findings(3, 10)])
    await run(world, exampleSink('elastic', 'elastic', receiver.settings)).untilDone()
    expect([...receiver.documents.keys()].sort()).toEqual(['a-0', 'a-1', 'a-2', 'z'])
    expect(receiver.documents.get('z')).toMatchObject({ message: 'last' })
  })

  test('rejects the document that it cannot read', async () => {
    const item = (status: number, error?: object) => ({ index: { status, error } })
    const items = [item(201), item(400, { type: 'document_parsing_exception' })]
    const body = JSON.stringify({ errors: true, items })
    const receiver = await startElastic([{ kind: 'status', status: 200, body }])
    open.push(receiver)
    const world = await aStageWorld({ laneCount: 1 })
    await publish(world, findings(2, 10))
    await run(world, exampleSink('elastic', 'elastic', receiver.settings)).untilDone()
    const reason = 'document_parsing_exception'
    expect(await rejectsOf(world)).toMatchObject([{ position: 1, reason }])
  })
})

async function started(starting: Promise<Receiver>): Promise<Receiver> {
  const receiver = await starting
  open.push(receiver)
  return receiver
}

function findings(count: number, sizeChars: number): OcsfEvent[] {
  return Array.from({ length: count }, (_, at) => {
    const summary = 'x'.repeat(sizeChars)
    return ocsfEvent({ alert_id: `a-${at}`, session_id: `s-${at % 7}`, summary })
  })
}

function uidsOf(events: readonly OcsfEvent[]): string[] {
  return events.map(findingUid).sort()
}
