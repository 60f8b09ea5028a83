import { describe, expect, test } from 'vitest'

import type { OutgoingRecord } from '../../services/lib/domain/log.ts'
import { until } from '../support/servers/process.ts'
import {
  all,
  aRecord,
  at,
  keys,
  numbered,
  readUntil,
  useWorld,
  type LogWorld,
} from './log-world.ts'

/** What is there comes at once; on a busy machine that may take a while. */
const READ_MAX_MS = 30_000
const FOLLOWED_MAX_MS = 30_000

/** What every log promises its readers, as members of a group and outside any. */
export function logReadingContract(name: string, makeWorld: () => Promise<LogWorld>): void {
  describe(`reading through the log port, ${name}`, () => {
    const { log, send, member } = useWorld(makeWorld)

    describe('reading as a member', () => {
      test('gives at most the limit, in the order asked, and says where to go on', async () => {
        await send([...numbered(5), ...numbered(5, { partition: 1 })])
        const subscription = await member()
        const read = await readUntil(subscription, [at(0, 1), at(0)], 7)
        expect(read.map(({ partition, nextOffset }) => [partition, nextOffset])).toEqual([
          [1, 5],
          [0, 2],
        ])
        const rest = await subscription.read([at(5, 1), at(2)], 7, READ_MAX_MS)
        expect(rest.map(({ partition, nextOffset }) => [partition, nextOffset])).toEqual([[0, 5]])
      })

      test.for([
        { why: 'the limit is below what is there', limit: 4, expected: 4 },
        { why: 'the limit is what is there', limit: 5, expected: 5 },
        { why: 'the limit is above what is there', limit: 6, expected: 5 },
      ])('$why', async ({ limit, expected }) => {
        await send(numbered(5))
        const [chunk] = await (await member()).read([at(0)], limit, READ_MAX_MS)
        expect(chunk?.records.length).toBe(expected)
        expect(chunk?.nextOffset).toBe(expected)
      })

      test('the positions asked for are the truth: again, back, and over a gap', async () => {
        await send(numbered(6))
        const subscription = await member()
        for (const offset of [0, 0, 3, 1, 5, 0]) {
          const [chunk] = await subscription.read([at(offset)], 2, READ_MAX_MS)
          expect(chunk?.records[0]?.offset).toBe(offset)
          expect(chunk?.records[0]?.key).toBe(`k-${offset}`)
        }
      })

      test('waits at the end, and resolves with the first record that comes', async () => {
        await send(numbered(1))
        const subscription = await member()
        const reading = subscription.read([at(1)], 10, 30_000)
        await send([aRecord({ key: 'later' })])
        expect(keys(await reading)).toEqual(['later'])
      })

      test('resolves empty after its wait', async () => {
        const subscription = await member()
        const beforeMs = performance.now()
        expect(await subscription.read([at(0)], 10, 200)).toEqual([])
        expect(performance.now() - beforeMs).toBeGreaterThan(190)
      })

      test('a read under way ends when the subscription is closed', async () => {
        const subscription = await member()
        const reading = subscription.read([at(0)], 10, 2_000)
        await subscription.close()
        expect(await reading).toEqual([])
      })
    })

    describe('reading to the end', () => {
      test.for([
        { why: 'from the start', from: 0, expected: ['k-0', 'k-1', 'k-2', 'k-3', 'k-4'] },
        { why: 'from within', from: 3, expected: ['k-3', 'k-4'] },
        { why: 'from the last', from: 4, expected: ['k-4'] },
        { why: 'from the end: nothing', from: 5, expected: [] },
      ])('$why', async ({ from, expected }) => {
        await send(numbered(5))
        expect(keys(await all(log().readToEnd(at(from))))).toEqual(expected)
      })

      test('an empty partition gives nothing', async () => {
        expect(await all(log().readToEnd(at(0, 1)))).toEqual([])
      })

      test('chunks hold no more than asked', async () => {
        await send(numbered(7))
        const chunks = await all(log().readToEnd(at(0), 3))
        expect(chunks.map((chunk) => chunk.records.length)).toEqual([3, 3, 1])
        expect(chunks.map((chunk) => chunk.nextOffset)).toEqual([3, 6, 7])
      })

      test('what comes after the call is not waited for', async () => {
        await send(numbered(3))
        const found: string[] = []
        for await (const chunk of log().readToEnd(at(0), 1)) {
          found.push(...keys([chunk]))
          if (found.length < 3) await send([aRecord({ key: 'later' })])
        }
        expect(found).toEqual(['k-0', 'k-1', 'k-2'])
      })
    })

    describe('following', () => {
      test('gives all there is before it resolves, what comes later, and ends', async () => {
        const rule = (key: string): OutgoingRecord => aRecord({ topic: 'rules.v1', key })
        await send([rule('a'), rule('b')])
        const found: string[] = []
        const stop = await log().follow('rules.v1', (chunk) => {
          found.push(...keys([chunk]))
        })
        expect(found).toEqual(['a', 'b'])
        await send([rule('c')])
        await until(() => found.length === 3, FOLLOWED_MAX_MS, 'following')
        await stop()
        await send([rule('d')])
        expect(found).toEqual(['a', 'b', 'c'])
      })

      test('reads every partition of a topic that has several', async () => {
        const record = (partition: number): OutgoingRecord =>
          aRecord({ topic: 'enforcement.v1', partition, key: `k-${partition}` })
        await send([record(0), record(1)])
        const found: string[] = []
        const stop = await log().follow('enforcement.v1', (chunk) => {
          found.push(...keys([chunk]))
        })
        expect(found.sort()).toEqual(['k-0', 'k-1'])
        await send([record(1)])
        await until(() => found.length === 3, FOLLOWED_MAX_MS, 'following')
        await stop()
      })

      test('an empty topic resolves at once', async () => {
        const stop = await log().follow('rules.v1', () => undefined)
        await stop()
        expect(await log().endOffsets('rules.v1')).toEqual([0])
      })
    })
  })
}
