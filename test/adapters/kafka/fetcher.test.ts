import { afterEach, beforeEach, expect, test } from 'vitest'

import { Fetcher } from '../../../services/lib/adapters/kafka/fetcher.ts'
import type { Chunk, Position } from '../../../services/lib/domain/log.ts'
import { until } from '../../support/servers/process.ts'
import { aBatch, FakePartitions } from './fakes.ts'

const TOPIC = 'alerts.v1'
const WAIT_MS = 5_000

let partitions: FakePartitions
let fetcher: Fetcher
let nowMs: number

beforeEach(() => {
  nowMs = 0
  partitions = new FakePartitions()
  fetcher = new Fetcher(partitions, {
    topicPrefix: 't.',
    unavailableAfterMs: 1_000,
    stalledAfterMs: 2_000,
    nowMs: () => nowMs,
  })
})
afterEach(() => fetcher.close())

const at = (offset: number, partition = 0): Position => ({ topic: TOPIC, partition, offset })

function append(firstOffset: number, keys: string[], partition = 0): void {
  const id = `t.${TOPIC}/${partition}`
  const stored = partitions.batches.get(id) ?? []
  partitions.batches.set(id, [...stored, aBatch(TOPIC, firstOffset, keys)])
}

const offsets = (chunks: readonly Chunk[]): number[] =>
  chunks.flatMap((chunk) => chunk.records.map((record) => record.offset))

test('a batch is handed out in parts, each where the last one ended', async () => {
  append(0, ['a', 'b', 'c', 'd', 'e'])
  const seen: unknown[] = []
  for (let offset = 0; offset < 5;) {
    const [chunk] = await fetcher.read([at(offset)], 2, WAIT_MS)
    seen.push([chunk?.records.map((record) => record.key), chunk?.nextOffset])
    offset = chunk?.nextOffset ?? 5
  }
  expect(seen).toEqual([
    [['a', 'b'], 2],
    [['c', 'd'], 4],
    [['e'], 5],
  ])
})

test('where compaction left a hole, reading goes on behind it', async () => {
  append(0, ['a'])
  append(7, ['h'])
  const [chunk] = await fetcher.read([at(1)], 10, WAIT_MS)
  expect(chunk).toMatchObject({ records: [{ offset: 7 }], nextOffset: 8 })
})

test('a batch that compaction emptied moves the position, though it holds nothing', async () => {
  const empty = aBatch(TOPIC, 4, ['x'])
  const bytes = empty.subarray(0, 61)
  bytes.writeInt32BE(49, 8)
  bytes.writeInt32BE(0, 57)
  const { crc32c } = await import('@node-rs/crc32')
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17)
  partitions.batches.set(`t.${TOPIC}/0`, [bytes])
  const [chunk] = await fetcher.read([at(4)], 10, WAIT_MS)
  expect(chunk).toMatchObject({ records: [], nextOffset: 5 })
})

test('a damaged batch is fetched once more, and then counted as corrupt', async () => {
  const bytes = aBatch(TOPIC, 0, ['a', 'b'])
  bytes[70] = (bytes[70] ?? 0) ^ 1
  partitions.batches.set(`t.${TOPIC}/0`, [bytes])
  append(2, ['c'])
  const [chunk] = await fetcher.read([at(0)], 10, WAIT_MS)
  expect(chunk?.records.map(({ offset, corrupt }) => [offset, corrupt])).toEqual([
    [0, true],
    [2, false],
  ])
  expect(chunk?.nextOffset).toBe(3)
  expect(partitions.fetches.length).toBeGreaterThanOrEqual(2)
})

test('damage on the way only, and the second fetch is good', async () => {
  append(0, ['a'])
  const good = partitions.batches.get(`t.${TOPIC}/0`) ?? []
  const damaged = Buffer.from(good[0] ?? [])
  damaged[70] = (damaged[70] ?? 0) ^ 1
  partitions.batches.set(`t.${TOPIC}/0`, [damaged])
  partitions.afterFetch = () => partitions.batches.set(`t.${TOPIC}/0`, good)
  const [chunk] = await fetcher.read([at(0)], 10, WAIT_MS)
  expect(chunk?.records.map(({ key, corrupt }) => [key, corrupt])).toEqual([['a', false]])
})

test.for([
  { why: 'before the first', firstOffset: 3, offset: 2 },
  { why: 'behind the end', firstOffset: 0, offset: 5 },
])('an offset that is not there is a fault, not a jump: $why', async ({ firstOffset, offset }) => {
  append(0, ['a', 'b', 'c', 'd'])
  partitions.firstOffset = firstOffset
  await expect(fetcher.read([at(offset)], 10, WAIT_MS)).rejects.toMatchObject({
    code: 'OFFSET_OUT_OF_RANGE',
  })
})

test('the first and the end themselves are within', async () => {
  append(0, ['a', 'b', 'c', 'd'])
  partitions.firstOffset = 3
  expect(offsets(await fetcher.read([at(3)], 10, WAIT_MS))).toEqual([3])
  expect(await fetcher.read([at(4)], 10, 20)).toEqual([])
})

test('records that are there and do not come are LOG_STALLED, after their time', async () => {
  partitions.claimedEnd = 5
  expect(await fetcher.read([at(0)], 10, 20)).toEqual([])
  nowMs = 2_000
  expect(await fetcher.read([at(0)], 10, 20)).toEqual([])
  nowMs = 2_001
  await expect(fetcher.read([at(0)], 10, WAIT_MS)).rejects.toMatchObject({ code: 'LOG_STALLED' })
})

test('a silent broker is waited for, then a fault; when it is back all goes on', async () => {
  append(0, ['a'])
  partitions.failure = new Error('connection refused')
  expect(await fetcher.read([at(0)], 10, 20)).toEqual([])
  nowMs = 1_001
  await expect(fetcher.read([at(0)], 10, 20)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  partitions.failure = undefined
  expect(offsets(await fetcher.read([at(0)], 10, WAIT_MS).catch(() => []))).toBeDefined()
  await until(
    async () => offsets(await fetcher.read([at(0)], 10, 50).catch(() => [])).length === 1,
    WAIT_MS,
    'coming back',
  )
  expect(partitions.refreshCount).toBeGreaterThan(0)
})

test('a full buffer is not filled further, and the others go on', async () => {
  const large = 'x'.repeat(400_000)
  for (let offset = 0; offset < 12; offset++) append(offset, [large])
  append(0, ['small'], 1)
  await fetcher.read([at(0)], 1, WAIT_MS)
  expect(offsets(await fetcher.read([at(0, 1)], 1, WAIT_MS))).toEqual([0])
  expect(await fetcher.read([at(1, 1)], 1, 100)).toEqual([])
  const ofFirst = partitions.fetches.flat().filter(({ partition }) => partition === 0)
  expect(ofFirst.length).toBeGreaterThan(1)
  expect(Math.max(...ofFirst.map(({ offset }) => offset))).toBeLessThan(10)
})

test('what was given up is dropped and read anew when it is owned again', async () => {
  append(0, ['a', 'b'])
  expect(offsets(await fetcher.read([at(0)], 1, WAIT_MS))).toEqual([0])
  fetcher.retain(() => false)
  expect(offsets(await fetcher.read([at(0)], 5, WAIT_MS))).toEqual([0, 1])
})
