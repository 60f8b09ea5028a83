import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { Fault } from '#domain/fault.ts'
import { Delivery, type Parcel } from '../../../services/collect/tap/delivery.ts'
import { Outbox, type OutboxOptions } from '../../../services/collect/tap/outbox.ts'
import { orphanedOutboxes } from '../../../services/collect/tap/tap-files.ts'
import { eventually } from '../../support/live.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const RULES = { maxBytes: 1_000_000, whenFull: 'drop-and-count' } as const

async function anOutbox(differs: Partial<OutboxOptions> = {}) {
  const path = join(await temporaryDirectory(), 'a.outbox')
  const open = (): Outbox => new Outbox({ path, collectorId: 'tap-1', ...RULES, ...differs })
  return { path, open, outbox: open() }
}
const add = (outbox: Outbox, count = 1): void => {
  for (let index = 0; index < count; index++) outbox.append((seq) => `{"seq":${seq}}`)
}
const linesOf = (outbox: Outbox): string[] =>
  outbox.next(1_000_000)?.lines.toString('utf8').trim().split('\n') ?? []

describe('an outbox', () => {
  test('numbers on where it was closed, whether or not all was delivered', async () => {
    const { outbox, open } = await anOutbox()
    add(outbox, 3)
    outbox.confirm(3)
    outbox.close()
    const again = open()
    add(again, 2)
    again.close()
    const third = open()
    expect([third.collectorId, third.lastSeq, third.pendingCount]).toEqual(['tap-1', 5, 2])
    expect(linesOf(third)).toEqual(['{"seq":4}', '{"seq":5}'])
    third.close()
  })

  test('is one process’s: another is told so', async () => {
    const { open, outbox } = await anOutbox()
    expect(open).toThrow(expect.objectContaining({ code: 'LOG_LOCKED' }) as Error)
    outbox.close()
  })

  test('that is full loses what comes, counts it and leaves a hole', async () => {
    const { outbox, open } = await anOutbox({ maxBytes: 20 })
    add(outbox, 5)
    expect([outbox.pendingCount, outbox.droppedCount, outbox.lastSeq]).toEqual([3, 2, 5])
    outbox.confirm(3)
    add(outbox)
    expect(linesOf(outbox)).toEqual(['{"seq":6}'])
    outbox.close()
    const again = open()
    expect(again.droppedCount).toBe(2)
    again.close()
  })

  test('that must lose nothing blocks when full, until there is room', async () => {
    const { outbox } = await anOutbox({ maxBytes: 20, whenFull: 'block' })
    add(outbox, 3)
    expect(outbox.isBlocked).toBe(true)
    add(outbox)
    const room = outbox.room()
    outbox.confirm(4)
    await room
    expect([outbox.isBlocked, outbox.droppedCount, outbox.lastSeq]).toEqual([false, 0, 4])
    outbox.close()
  })

  test.for([
    { why: 'as many as fit', maxBytes: 27, count: 3 },
    { why: 'one less', maxBytes: 26, count: 2 },
    { why: 'one at least', maxBytes: 1, count: 1 },
  ])('gives $why at a time', async ({ maxBytes, count }) => {
    const { outbox } = await anOutbox()
    add(outbox, 4)
    expect(outbox.next(maxBytes)).toMatchObject({ count, lastSeq: count })
    outbox.close()
  })

  test('of a process that is gone is found, one that is in use is not', async () => {
    const { path, outbox } = await anOutbox()
    add(outbox)
    expect(orphanedOutboxes(join(path, '..'), RULES)).toEqual([])
    outbox.close()
    const [found] = orphanedOutboxes(join(path, '..'), RULES)
    expect(found?.pendingCount).toBe(1)
    found?.close()
  })
})

describe('delivery', () => {
  async function aDelivery() {
    const { outbox } = await anOutbox()
    const world = { isAway: false }
    const brought: Parcel[] = []
    const trouble: (string | undefined)[] = []
    const bring = (parcel: Parcel): Promise<void> => {
      if (world.isAway) return Promise.reject(new Fault('LOG_UNAVAILABLE', 'away'))
      if (parcel.count > 0 || parcel.isLast) brought.push(parcel)
      return Promise.resolve()
    }
    const courier = { bring, close: () => Promise.resolve() }
    const onTrouble = (fault: Fault | undefined): void => void trouble.push(fault?.code)
    const delivery = new Delivery({ outbox, courier, onTrouble })
    const texts = (): string => brought.map(({ lines }) => lines.toString('utf8')).join('')
    return { outbox, delivery, world, brought, trouble, texts }
  }

  test('brings in order what comes, and says at the end that it is the last', async () => {
    const { outbox, delivery, texts, brought } = await aDelivery()
    add(outbox, 3)
    await eventually(texts, (text) => text.includes('3'))
    add(outbox, 2)
    expect(await delivery.finish(5_000)).toBe(true)
    expect(texts()).toBe('{"seq":1}\n{"seq":2}\n{"seq":3}\n{"seq":4}\n{"seq":5}\n')
    expect(brought.at(-1)).toMatchObject({ count: 0, isLast: true })
    expect(outbox.pendingCount).toBe(0)
    outbox.close()
  })

  test('tries again while nobody takes it, and tells of the trouble once', async () => {
    const { outbox, delivery, world, trouble, texts } = await aDelivery()
    world.isAway = true
    add(outbox)
    await eventually(
      () => trouble,
      (said) => said.length > 0,
    )
    add(outbox)
    world.isAway = false
    await eventually(texts, (text) => text.includes('2'))
    expect(trouble).toEqual(['LOG_UNAVAILABLE', undefined])
    expect(await delivery.finish(5_000)).toBe(true)
    outbox.close()
  })

  test('gives up at the end after so many failures; what is left stays', async () => {
    const { outbox, delivery, world } = await aDelivery()
    world.isAway = true
    add(outbox)
    expect(await delivery.finish(60_000, 2)).toBe(false)
    expect(outbox.pendingCount).toBe(1)
    outbox.close()
  })
})
