import { describe, expect, test } from 'vitest'

import { openIntake, type IntakeLimits } from '../../services/collect/intake.ts'
import type { PlacedEvent } from '../../services/collect/order.ts'
import type { Post } from '../../services/collect/source.ts'
import { readProgress } from '../../services/lib/domain/headers.ts'
import type { OutgoingRecord, Sender } from '../../services/lib/domain/log.ts'
import { formatTime, MINUTE_US } from '../../services/lib/domain/time.ts'
import { aStageWorld } from '../support/stage-world.ts'
import { anEventLine, normalize } from './an-event.ts'

const LANE_COUNT = 2
const START_US = 30_000_000 * MINUTE_US
const S = 1_000_000

type EventSpec = { at: number; seq?: number; collector?: string; tenant?: string }

/** An event `at` seconds after the start. */
function placed({ at, seq = 1, collector = 'tap', tenant = 'acme' }: EventSpec): PlacedEvent {
  const normalized = normalize(
    anEventLine({
      event_id: `e-${at}`,
      occurred_at: formatTime(START_US + at * S),
      collector_id: collector,
      collector_seq: seq,
      tenant_id: tenant,
    }),
  )
  if (!normalized.ok) throw new TypeError('the dull event is one')
  const { layer, topic, event } = normalized
  return { layer, topic, event, line: 1, bytes: Buffer.alloc(0) } as PlacedEvent
}

const aPost = (events: EventSpec[], differs: Partial<Post> = {}): Post => ({
  events: events.map(placed),
  rejects: [],
  latenessUs: 5 * S,
  statedUs: undefined,
  collector: undefined,
  ...differs,
})

/** An intake on a log of words; the clock begins an hour after the start of event time. */
async function anIntake(limits: Partial<IntakeLimits> = {}) {
  const { log, codec } = await aStageWorld({ laneCount: LANE_COUNT })
  const clock = { nowMs: START_US / 1000 + 3_600_000 }
  const world = { isDown: false }
  const sent: OutgoingRecord[][] = []
  const sender: Sender = {
    send: (records) => {
      if (world.isDown) return Promise.reject(new Error('down'))
      sent.push([...records])
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
  }
  const intake = openIntake({ log, sender, codec, nowMs: () => clock.nowMs, limits })
  const words = (): string[] => {
    const records = sent.splice(0).flat()
    return records.flatMap(wordOf)
  }
  return { intake, clock, world, sent, words }

  function wordOf({ topic, partition, key, headers, value }: OutgoingRecord): string[] {
    const progress = readProgress(key, headers)
    if (progress !== undefined) {
      if (topic !== 'events.application.v1' || partition !== 0) return []
      const at = progress.watermarkUs === Infinity ? 'inf' : (progress.watermarkUs - START_US) / S
      return [`${progress.writer.replace('collect:acme/', '')}:${at}`]
    }
    if (topic === 'alerts.v1') {
      const decoded = codec.decode('alerts.v1', value)
      return decoded.ok ? [`${decoded.value.rule_id} ${decoded.value.session_id}`] : []
    }
    const decoded = codec.decode('events.application.v1', value)
    return decoded.ok ? [`${decoded.value.event_id}${decoded.value.late ? ' late' : ''}`] : []
  }
}

describe('a collector’s promise', () => {
  test('stands before its first event and before each new minute, in event time', async () => {
    const { intake, words } = await anIntake()
    await intake.take(aPost([{ at: 70 }, { at: 20 }, { at: 64 }, { at: 65 }]))
    expect(words()).toEqual(['tap:15', 'e-20', 'e-64', 'tap:60', 'e-65', 'e-70'])
  })

  test('goes to every lane of every events topic, with a lease', async () => {
    const { intake, sent } = await anIntake()
    await intake.take(aPost([{ at: 0 }]))
    const promises = sent.flat().filter(({ value }) => value === null)
    expect(promises.length).toBe(4 * LANE_COUNT)
    expect(promises.every(({ headers }) => headers['tocsin-lease-ms'] === '30000')).toBe(true)
  })

  test('is renewed by each tick, and rises while the collector is idle', async () => {
    const { intake, clock, words } = await anIntake()
    await intake.take(aPost([{ at: 0 }]))
    words()
    await intake.tick()
    clock.nowMs += 1_000
    await intake.tick()
    expect(words()).toEqual(['tap:-5', 'tap:-4'])
  })

  test('makes late what is older than it, and nothing else', async () => {
    const { intake, clock, words } = await anIntake()
    await intake.take(aPost([{ at: 100 }]))
    clock.nowMs += 10_000
    await intake.tick()
    words()
    await intake.take(aPost([{ at: 104 }, { at: 105 }, { at: 106 }]))
    expect(words()).toEqual(['e-104 late', 'e-105', 'e-106'])
  })

  test('of another collector makes nobody late', async () => {
    const { intake, words } = await anIntake()
    await intake.take(aPost([{ at: 1_000 }]))
    await intake.take(aPost([{ at: 0, collector: 'other' }]))
    expect(words()).toEqual(['tap:995', 'e-1000', 'other:-5', 'e-0'])
  })

  test('may be stated by the poster, and holds until it states another', async () => {
    const { intake, clock, words } = await anIntake()
    await intake.take(aPost([{ at: 100 }], { statedUs: START_US + 99 * S }))
    clock.nowMs += 60_000
    await intake.tick()
    expect(words()).toEqual(['tap:95', 'e-100', 'tap:99', 'tap:99'])
  })

  test('is inf when the poster says so, and the collector is forgotten', async () => {
    const { intake, words } = await anIntake()
    await intake.take(aPost([{ at: 100 }], { statedUs: Infinity }))
    await intake.tick()
    expect(words()).toEqual(['tap:95', 'e-100', 'tap:inf'])
  })

  test('may be stated without an event', async () => {
    const { intake, words } = await anIntake()
    const collector = { tenantId: 'acme', collectorId: 'quiet' }
    await intake.take(aPost([], { collector, statedUs: START_US }))
    expect(words()).toEqual(['quiet:0'])
  })

  test('is inf for all when the door closes for good, and not when it comes back', async () => {
    for (const { end, said } of [
      { end: 'finished', said: ['tap:inf'] },
      { end: 'paused', said: [] },
    ] as const) {
      const { intake, words } = await anIntake()
      await intake.take(aPost([{ at: 0 }]))
      words()
      await intake.stop(end)
      expect(words()).toEqual(said)
    }
  })
})

describe('what a collector leaves out', () => {
  test('is reported after a grace, once, on the address of the collector', async () => {
    const { intake, clock, words } = await anIntake()
    await intake.take(
      aPost([
        { at: 0, seq: 1 },
        { at: 1, seq: 4 },
      ]),
    )
    words()
    clock.nowMs += 4_999
    await intake.tick()
    expect(words().filter((word) => word.includes('hole'))).toEqual([])
    clock.nowMs += 1
    await intake.tick()
    await intake.tick()
    expect(words().filter((word) => word.includes('hole'))).toEqual([
      'collector-sequence-hole server:tap',
    ])
  })

  test('and comes in time is no loss', async () => {
    const { intake, clock, words } = await anIntake()
    await intake.take(
      aPost([
        { at: 0, seq: 1 },
        { at: 1, seq: 3 },
      ]),
    )
    await intake.take(aPost([{ at: 0.5, seq: 2 }]))
    clock.nowMs += 10_000
    await intake.tick()
    expect(words().filter((word) => word.includes('hole'))).toEqual([])
  })

  test('a collector that falls silent is reported once, and promises no more', async () => {
    const { intake, clock, words } = await anIntake({ silentMaxMs: 60_000 })
    await intake.take(aPost([{ at: 0 }]))
    clock.nowMs += 59_999
    await intake.tick()
    expect(words().at(-1)).toBe('tap:54.999')
    clock.nowMs += 1
    await intake.tick()
    await intake.tick()
    expect(words()).toEqual(['collector-lapsed server:tap'])
  })
})

describe('the intake', () => {
  test('changes nothing where the log does not acknowledge', async () => {
    const { intake, world, words } = await anIntake()
    await intake.take(aPost([{ at: 20 }]))
    words()
    world.isDown = true
    await expect(intake.take(aPost([{ at: 500 }]))).rejects.toThrow('down')
    world.isDown = false
    await intake.take(aPost([{ at: 30 }]))
    expect(words()).toEqual(['e-30'])
  })

  test('sends one thing at a time, in the order it came', async () => {
    const { intake, words } = await anIntake()
    const posts = [5, 1, 3].map((at) => intake.take(aPost([{ at }])))
    await Promise.all([...posts, intake.tick()])
    expect(words()).toEqual(['tap:0', 'e-5', 'e-1', 'e-3', 'tap:0'])
  })

  test('keeps track of so many collectors, and takes nothing of a post with one more', async () => {
    const { intake, words } = await anIntake({ collectorsMaxCount: 2 })
    await intake.take(aPost([{ at: 0, collector: 'a' }]))
    words()
    const two = aPost([
      { at: 0, collector: 'b' },
      { at: 1, collector: 'c' },
    ])
    await expect(intake.take(two)).rejects.toThrow('No more than 2')
    await intake.take(aPost([{ at: 0, collector: 'b' }]))
    expect(words()).toEqual(['b:-5', 'e-0'])
  })
})
