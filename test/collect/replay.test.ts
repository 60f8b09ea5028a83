import { describe, expect, test } from 'vitest'

import type { PlacedEvent } from '../../services/collect/order.ts'
import { refuse, rejectOf } from '../../services/collect/normalize/reject.ts'
import { replayInto, type ReplayOptions } from '../../services/collect/replay.ts'
import { WATERMARK_HEADER } from '../../services/lib/domain/headers.ts'
import type { OutgoingRecord } from '../../services/lib/domain/log.ts'
import { formatTime, MINUTE_US } from '../../services/lib/domain/time.ts'
import { aStageWorld } from '../support/stage-world.ts'
import { anEventLine, normalize } from './an-event.ts'

const START_US = 30_000_000 * MINUTE_US
const LANE_COUNT = 4
const PROMISE_COUNT = LANE_COUNT * 4
const NEVER = new AbortController().signal

function placed(index: number, minute: number): PlacedEvent {
  const normalized = normalize(
    anEventLine({
      event_id: `e-${index}`,
      session_id: `s-${index % 3}`,
      occurred_at: formatTime(START_US + minute * MINUTE_US + index),
    }),
  )
  if (!normalized.ok) throw new TypeError('the dull event is one')
  const { layer, topic, event } = normalized
  return { layer, topic, event, line: index + 1, bytes: Buffer.alloc(0) } as PlacedEvent
}

const EVENTS = [0, 0, 1, 1, 1, 4].map((minute, index) => placed(index, minute))
const REJECTS = [2, 9].map((position) =>
  rejectOf({ source: 'input', partition: 0, position, bytes: 3 }, refuse('NOT_JSON', '')),
)

async function* batches() {
  yield await Promise.resolve({ events: EVENTS.slice(0, 4), rejects: REJECTS.slice(0, 1) })
  yield { events: EVENTS.slice(4), rejects: REJECTS.slice(1) }
}

/** Runs a replay; each send as words: event ids, `minute:n` for a promise, reject positions. */
async function replayed(differs: Partial<ReplayOptions> = {}) {
  const { log, codec } = await aStageWorld({ laneCount: LANE_COUNT })
  const sends: OutgoingRecord[][] = []
  const counts: [number, number][] = []
  const result = await replayInto({
    batches: batches(),
    log,
    codec,
    writer: 'collect:replay',
    sender: {
      send: (records) => Promise.resolve(void sends.push([...records])),
      close: () => Promise.resolve(),
    },
    skip: { eventCount: 0, rejectCount: 0 },
    onAcknowledged: ({ eventCount, rejectCount }) => void counts.push([eventCount, rejectCount]),
    signal: NEVER,
    ...differs,
  })
  const words = sends.map((records) => records.flatMap((record) => wordOf(record)))
  return { result, sends, words, counts }

  function wordOf(record: OutgoingRecord): string[] {
    if (record.value === null) {
      const watermark = record.headers[WATERMARK_HEADER] ?? ''
      const isFirst = record.topic === 'events.application.v1' && record.partition === 0
      const minute = (Number(watermark) - START_US) / MINUTE_US
      return isFirst ? [watermark === 'inf' ? 'inf' : `minute:${minute}`] : []
    }
    if (record.topic === 'rejects.v1') {
      const decoded = codec.decode('rejects.v1', record.value)
      return decoded.ok ? [`reject:${decoded.value.position}`] : []
    }
    const decoded = codec.decode('events.application.v1', record.value)
    return decoded.ok ? [decoded.value.event_id] : []
  }
}

const WHOLE = 'minute:0 e-0 e-1 minute:1 e-2 e-3 reject:2 e-4 minute:4 e-5 reject:9 inf'.split(' ')

describe('replayInto', () => {
  test('promises each new minute before its first event, and inf at the end', async () => {
    const { words, result } = await replayed()
    expect(words.flat()).toEqual(WHOLE)
    expect(result).toEqual({ isFinished: true, acknowledged: { eventCount: 6, rejectCount: 2 } })
  })

  test('a promise goes to every lane of every events topic, and never lapses', async () => {
    const { sends } = await replayed()
    const promises = sends.flat().filter((record) => record.value === null)
    expect(promises.length).toBe(4 * PROMISE_COUNT)
    const places = promises
      .slice(0, PROMISE_COUNT)
      .map(({ topic, partition }) => `${topic}/${partition}`)
    expect(new Set(places).size).toBe(PROMISE_COUNT)
    expect(promises[0]).toMatchObject({
      key: '~progress/collect:replay/0',
      headers: {
        'tocsin-watermark': String(START_US),
        'tocsin-writer': 'collect:replay',
        'tocsin-lane': '0',
      },
    })
    expect(promises.every((record) => !('tocsin-lease-ms' in record.headers))).toBe(true)
  })

  test('events of one session keep their lane and order', async () => {
    const { sends } = await replayed({ batchMaxCount: 1 })
    const lanes = new Map<string, Set<number>>()
    for (const { key, partition, value } of sends.flat())
      if (value !== null) lanes.set(key, (lanes.get(key) ?? new Set()).add(partition))
    expect([...lanes.values()].every((partitions) => partitions.size === 1)).toBe(true)
  })

  test('acknowledges as it goes, in bounded sends', async () => {
    const { counts, sends } = await replayed({ batchMaxCount: 2 })
    expect(counts).toEqual([
      [1, 0],
      [3, 0],
      [4, 1],
      [6, 1],
      [6, 2],
    ])
    expect(Math.max(...sends.map((records) => records.length))).toBeLessThanOrEqual(
      PROMISE_COUNT + 2,
    )
  })

  test('a send is bounded in bytes too', async () => {
    expect((await replayed({ batchMaxBytes: 1 })).counts.length).toBe(
      EVENTS.length + REJECTS.length + 1,
    )
  })

  test('resumed anywhere, it says its promise again and sends what is missing', async () => {
    for (let eventCount = 1; eventCount < EVENTS.length; eventCount++) {
      const { words, result } = await replayed({ skip: { eventCount, rejectCount: 1 } })
      const minute = [0, 0, 1, 1, 1][eventCount - 1]
      const rest = WHOLE.slice(WHOLE.indexOf(`e-${eventCount - 1}`) + 1)
      const expected = rest.filter((word) => word !== 'reject:2')
      expect(words.flat()).toEqual([`minute:${minute}`, ...expected])
      expect(result.acknowledged).toEqual({ eventCount: 6, rejectCount: 2 })
    }
  })

  test('a run whose events were all acknowledged only says that it is finished', async () => {
    const { words } = await replayed({ skip: { eventCount: 6, rejectCount: 2 } })
    expect(words.flat()).toEqual(['inf'])
  })

  test('stops between two sends, and does not say that it is finished', async () => {
    const stopping = new AbortController()
    const { words, result } = await replayed({
      batchMaxCount: 2,
      signal: stopping.signal,
      onAcknowledged: ({ eventCount }) => (eventCount >= 3 ? stopping.abort() : undefined),
    })
    expect(words.flat()).toEqual(['minute:0', 'e-0', 'e-1', 'minute:1', 'e-2'])
    expect(result).toEqual({ isFinished: false, acknowledged: { eventCount: 3, rejectCount: 0 } })
  })

  test('nothing counts as acknowledged that was not', async () => {
    const counts: number[] = []
    const failing = replayed({
      batchMaxCount: 1,
      onAcknowledged: ({ eventCount }) => void counts.push(eventCount),
      sender: {
        send: () => (counts.length < 2 ? Promise.resolve() : Promise.reject(new Error('gone'))),
        close: () => Promise.resolve(),
      },
    })
    await expect(failing).rejects.toThrow('gone')
    expect(counts).toEqual([1, 2])
  })
})
