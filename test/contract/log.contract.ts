import { describe, expect, test } from 'vitest'

import {
  all,
  aRecord,
  at,
  codeOf,
  keys,
  LANE_COUNT,
  LANES,
  noise,
  numbered,
  owned,
  TOPIC,
  useWorld,
  type LogWorld,
} from './log-world.ts'

/** What every log promises (services/lib/domain/log.ts), whatever it is kept in. */
export function logContract(name: string, makeWorld: () => Promise<LogWorld>): void {
  describe(`the log port, ${name}`, () => {
    const { log, send, member, reopen } = useWorld(makeWorld)

    describe('topics', () => {
      test('those that are there are left as they are', async () => {
        await send([aRecord()])
        expect(await log().createTopics()).toEqual([])
        expect(await log().endOffsets(TOPIC)).toEqual([1, 0, 0, 0])
      })

      test('end offsets are told by partition; a topic of one has one', async () => {
        await send([...numbered(2, { partition: 3 }), aRecord({ partition: 1 })])
        expect(await log().endOffsets(TOPIC)).toEqual([0, 1, 0, 2])
        expect(await log().endOffsets('rules.v1')).toEqual([0])
      })
    })

    test('without topics a log says that they are missing', async () => {
      const bare = await makeWorld()
      const bareLog = await bare.open(LANE_COUNT)
      const use = async (): Promise<void> => (await bareLog.openSender()).send([aRecord()])
      expect(await codeOf(use)).toBe('TOPIC_MISSING')
      await bareLog.close()
      await bare.end()
    })

    describe('sending', () => {
      test.for([
        { why: 'plain text', record: aRecord() },
        { why: 'no value: a tombstone', record: aRecord({ value: null }) },
        {
          why: 'a value of no bytes is not a tombstone',
          record: aRecord({ value: Buffer.alloc(0) }),
        },
        { why: 'every byte', record: aRecord({ value: Buffer.from([...Array(256).keys()]) }) },
        { why: 'a key beyond ASCII', record: aRecord({ key: 'acmé/漢字/😀' }) },
        { why: 'an empty key', record: aRecord({ key: '' }) },
        {
          why: 'headers',
          record: aRecord({
            headers: { 'tocsin-source': 'observe x 1 2 3', größe: 'ä', leer: '' },
          }),
        },
        {
          why: 'headers beside a tombstone',
          record: aRecord({ value: null, headers: { a: 'b' } }),
        },
      ])('comes back as it went: $why', async ({ record }) => {
        await send([record])
        const [chunk] = await all(log().readToEnd(at(0)))
        const { key, value, headers } = record
        expect(chunk).toEqual({
          topic: TOPIC,
          partition: 0,
          records: [{ offset: 0, key, value, headers, corrupt: false }],
          nextOffset: 1,
        })
      })

      test('a value of 700 KB that cannot be compressed comes back whole', async () => {
        const value = noise(700_000)
        await send([aRecord({ value })])
        const [chunk] = await all(log().readToEnd(at(0)))
        expect(chunk?.records[0]?.value?.equals(value)).toBe(true)
        expect(chunk?.records[0]?.corrupt).toBe(false)
      })

      test('is durable when it resolves: another opening of the log has it', async () => {
        const sender = await log().openSender()
        await sender.send(numbered(3))
        await reopen()
        expect(keys(await all(log().readToEnd(at(0))))).toEqual(['k-0', 'k-1', 'k-2'])
      })

      test('keeps the order within each partition, over many sends to many at once', async () => {
        const sender = await log().openSender()
        for (let round = 0; round < 20; round++) {
          const records = Array.from({ length: 200 }, (_, index) =>
            aRecord({
              partition: index % LANE_COUNT,
              key: `${round * 50 + Math.floor(index / 4)}`,
            }),
          )
          await sender.send(records)
        }
        for (const partition of LANES) {
          const found = keys(await all(log().readToEnd(at(0, partition))))
          expect(found).toEqual(Array.from({ length: 1000 }, (_, index) => String(index)))
        }
      })

      test('keeps everything of sends that overlap, in their order', async () => {
        const sender = await log().openSender()
        const sends = Array.from({ length: 50 }, (_, index) =>
          sender.send([aRecord({ key: String(index) })]),
        )
        await Promise.all(sends)
        const found = keys(await all(log().readToEnd(at(0))))
        expect(found).toEqual(Array.from({ length: 50 }, (_, index) => String(index)))
      })

      test('nothing to send is no work', async () => {
        await send([])
        expect(await log().endOffsets(TOPIC)).toEqual([0, 0, 0, 0])
      })

      test('a checkpoint of 6 MB lies in its changelog without a gap', async () => {
        const topic = 'state.observe.v1'
        await send(numbered(6_000, { topic, partition: 2, value: noise(1_000) }))
        const chunks = await all(log().readToEnd(at(0, 2, topic)))
        expect(keys(chunks)).toEqual(numbered(6_000).map((record) => record.key))
        expect(chunks.at(-1)?.nextOffset).toBe(6_000)
      })
    })

    describe('offsets', () => {
      test('are absent until committed, and then there for the next process', async () => {
        const before = await member()
        expect(await before.committed([at(0), at(0, 1)])).toEqual([])
        await before.commit([at(7), at(3, 2)])
        await before.close()
        await reopen()
        const after = await member()
        expect(await after.committed([at(0), at(0, 1), at(0, 2)])).toEqual([at(7), at(3, 2)])
      })

      test('may be committed again, also backwards', async () => {
        const subscription = await member()
        for (const offset of [5, 9, 2]) {
          await subscription.commit([at(offset)])
          expect(await subscription.committed([at(0)])).toEqual([at(offset)])
        }
      })

      test('are a group’s own', async () => {
        const first = await member('detect')
        await first.commit([at(5)])
        const second = await member('observe')
        expect(await second.committed([at(0)])).toEqual([])
      })
    })

    describe('ownership', () => {
      test.for(['lanes', 'single'] as const)(
        'one member alone has every lane: %s',
        async (mode) => {
          const topics = [TOPIC, 'rules.v1'] as const
          const subscription = await owned(await log().subscribe({ group: 'g', topics, mode }))
          expect(subscription.ownership().lanes).toEqual(LANES)
          await send([aRecord({ topic: 'rules.v1', key: 'rule' })])
          expect(keys(await subscription.read([at(0, 0, 'rules.v1')], 1, 30_000))).toEqual(['rule'])
        },
      )

      test('the generation grows from process to process', async () => {
        const generations: number[] = []
        for (let round = 0; round < 3; round++) {
          const subscription = await member()
          generations.push(subscription.ownership().generation)
          await subscription.close()
          await reopen()
        }
        const [first = 0, second = 0, third = 0] = generations
        expect(first).toBeGreaterThan(0)
        expect(second).toBeGreaterThan(first)
        expect(third).toBeGreaterThan(second)
      })

      test('waiting for a change ends after its time where there is none', async () => {
        const subscription = await member()
        const { generation } = subscription.ownership()
        await subscription.ownershipChanged(generation, 50)
        expect(subscription.ownership().generation).toBe(generation)
      })
    })
  })
}
