import { writeFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { orderInput, type OrderOptions } from '../../services/collect/ordered-input.ts'
import type { Input } from '../../services/collect/source.ts'
import { formatTime } from '../../services/lib/domain/time.ts'
import { anEventJson, anEventLine, normalize } from './an-event.ts'
import { openInput } from '../../services/collect/sources/file.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const BASE: OrderOptions = { normalize, sourceName: 'input' }
const inOrder = ['e-1', 'e-2', 'e-3'].map((event_id, index) =>
  anEventLine({ event_id, occurred_at: formatTime(1_800_000_000_000_000 + index) }),
)

function inputOf(text: string | Buffer): Input {
  return {
    read: () => ({
      chunks: Readable.from([Buffer.from(text)]),
      sha256: () => 'hash',
      damage: () => undefined,
    }),
    close: () => Promise.resolve(),
  }
}

async function orderOf(input: Input, options: Partial<OrderOptions> = {}) {
  const ordered = await orderInput(input, { ...BASE, ...options })
  const events: string[] = []
  const rejects: string[] = []
  for await (const batch of ordered.batches()) {
    for (const { event, line } of batch.events) events.push(`${line}:${event.event_id}`)
    for (const { position, reason } of batch.rejects) rejects.push(`${position}:${reason}`)
  }
  return { events, rejects, stats: ordered.stats }
}

describe('orderInput', () => {
  test('leaves what is in order, counts it, and rejects lines by position', async () => {
    const text = [inOrder[0], 'x', inOrder[1], '', '[]', inOrder[2]].join('\n')
    expect(await orderOf(inputOf(text))).toEqual({
      events: ['1:e-1', '3:e-2', '6:e-3'],
      rejects: ['2:NOT_JSON', '5:NOT_AN_OBJECT'],
      stats: {
        acceptedCount: 3,
        rejectedCount: 2,
        unknownFieldCount: 0,
        sha256: 'hash',
        wasSorted: false,
        damage: undefined,
      },
    })
  })

  test('sorts what is not', async () => {
    const { events, stats } = await orderOf(inputOf(inOrder.toReversed().join('\n')))
    expect(events).toEqual(['3:e-1', '2:e-2', '1:e-3'])
    expect(stats.wasSorted).toBe(true)
  })

  const tied = (differs: Record<string, unknown>): string =>
    anEventLine({ event_id: 'e', ...differs })
  test.for([
    {
      why: 'the model spoke first',
      first: tied({ layer: 'model', action: 'error' }),
      second: tied({}),
    },
    {
      why: 'a call precedes its query',
      first: tied({}),
      second: tied({ layer: 'data', action: 'select' }),
    },
    {
      why: 'a query precedes its flow',
      first: tied({ layer: 'data', action: 'select' }),
      second: tied({ layer: 'network', action: 'flow' }),
    },
    {
      why: 'layer weighs more than collector',
      first: tied({ collector_id: 'z' }),
      second: tied({ layer: 'data', action: 'select', collector_id: 'a' }),
    },
    {
      why: 'by collector',
      first: tied({ collector_id: 'a', collector_seq: 9 }),
      second: tied({ collector_id: 'b' }),
    },
    {
      why: 'by sequence, as numbers',
      first: tied({ collector_seq: 9, event_id: 'z' }),
      second: tied({ collector_seq: 10 }),
    },
    { why: 'by event id', first: tied({ event_id: 'a' }), second: tied({ event_id: 'b' }) },
    {
      why: 'by the bytes of the line',
      first: tied({ content: 'a' }),
      second: tied({ content: 'b' }),
    },
    {
      why: 'by time before all',
      first: tied({ collector_seq: 9 }),
      second: tied({ layer: 'model', action: 'error', occurred_at: '2026-01-05T08:00:03.913149Z' }),
    },
  ])('ties: $why', async ({ first, second }) => {
    expect((await orderOf(inputOf(`${first}\n${second}`))).stats.wasSorted).toBe(false)
    const turned = await orderOf(inputOf(`${second}\n${first}`))
    expect(turned.events.map((event) => event.slice(0, 2))).toEqual(['2:', '1:'])
  })

  test('an event that is repeated stays', async () => {
    const line = anEventLine()
    expect((await orderOf(inputOf(`${line}\n${line}`))).events).toEqual(['1:e-1', '2:e-1'])
  })

  test('gives the same in memory, read again, or sorted on disk', async () => {
    const directory = await temporaryDirectory()
    const line = fc
      .record({ at: fc.nat({ max: 20 }), id: fc.nat({ max: 3 }), size: fc.nat({ max: 300 }) })
      .map(({ at, id, size }) =>
        anEventLine({
          event_id: `e-${id}`,
          occurred_at: formatTime(1_800_000_000_000_000 + at),
          content: 'x'.repeat(size),
        }),
      )
    const lines = fc.array(fc.oneof({ weight: 9, arbitrary: line }, fc.constant('bad')), {
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 5_000 }), async (all, heldMaxBytes) => {
        // One line a chunk: else a batch, and so a run, would be the whole input.
        const input: Input = {
          ...inputOf(''),
          read: () => ({
            ...inputOf('').read(),
            chunks: Readable.from(all.map((one) => Buffer.from(`${one}\n`))),
          }),
        }
        const onDisk = await orderOf(input, { heldMaxBytes, temporaryDirectory: directory })
        expect(onDisk).toEqual(await orderOf(input))
      }),
      { numRuns: 60 },
    )
    expect(await readdir(directory)).toEqual([])
  })

  test('a run can end early without leaving files', async () => {
    const directory = await temporaryDirectory()
    const input = inputOf(inOrder.toReversed().join('\n'))
    const options = { ...BASE, heldMaxBytes: 1, temporaryDirectory: directory }
    const ordered = await orderInput(input, options)
    for await (const _ of ordered.batches()) break
    expect(await readdir(directory)).toEqual([])
  })

  test('an input that changes between two readings is refused', async () => {
    let hash = 0
    const input: Input = {
      ...inputOf(''),
      read: () => ({ ...inputOf(inOrder.join('\n')).read(), sha256: () => `hash-${hash++}` }),
    }
    await expect(orderOf(input, { heldMaxBytes: 1 })).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
    })
  })

  test('a temporary directory that is not there is a fault of one line', async () => {
    const input = inputOf(inOrder.toReversed().join('\n'))
    const options = { heldMaxBytes: 1, temporaryDirectory: '/nowhere' }
    await expect(orderOf(input, options)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: 'Cannot sort the input in /nowhere: the system says ENOENT',
    })
  })

  test('a line above the limit is one reject, and those around it are kept', async () => {
    const text = [inOrder[0], anEventLine({ content: 'x'.repeat(2_000) }), inOrder[1]].join('\n')
    const found = await orderOf(inputOf(text), { lineMaxBytes: 1_000 })
    expect(found.events).toEqual(['1:e-1', '3:e-2'])
    expect(found.rejects).toEqual(['2:LINE_TOO_LONG'])
  })
})

describe('a cut gzip', () => {
  const lines = Array.from({ length: 2_000 }, (_, index) =>
    JSON.stringify(
      anEventJson({
        event_id: `e-${index}`,
        occurred_at: formatTime(1_800_000_000_000_000 + index),
      }),
    ),
  )

  async function cutInput(raw: Buffer): Promise<Input> {
    const path = join(await temporaryDirectory(), 'cut')
    await writeFile(path, raw)
    return openInput(path, { standardInput: Readable.from([]) })
  }

  test('keeps the events before the cut and adds one reject', async () => {
    const raw = gzipSync(lines.join('\n'))
    const { events, rejects, stats } = await orderOf(
      await cutInput(raw.subarray(0, raw.length / 2)),
    )
    expect(events.length).toBeGreaterThan(500)
    expect(events).toEqual(events.map((_, index) => `${index + 1}:e-${index}`))
    expect(rejects).toEqual([`${events.length + 1}:TRUNCATED_INPUT`])
    expect(stats.damage).toBe('truncated')
  })

  test.for([
    { why: 'at the end of a line', end: '\n', position: 2_001 },
    { why: 'after a whole last line', end: '', position: 2_000 },
  ])('cut $why: loses no event', async ({ end, position }) => {
    const raw = gzipSync(lines.join('\n') + end)
    const { events, rejects } = await orderOf(await cutInput(raw.subarray(0, -4)))
    expect(events.length).toBe(2_000)
    expect(rejects).toEqual([`${position}:TRUNCATED_INPUT`])
  })
})
