import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { Fault } from '#domain/fault.ts'
import { openSentLog } from '../../services/collect/already-sent.ts'
import {
  checkpointFile,
  type CheckpointPlace,
} from '../../services/collect/collector-checkpoint.ts'
import { LogCollector, type LogCollectorOptions } from '../../services/collect/log-collector.ts'
import type { RawBatch, RawRecord } from '../../services/collect/raw-source.ts'
import { runSource } from '../../services/collect/run-source.ts'
import type { Post } from '../../services/collect/source.ts'
import { aLogWorld, collectorOptions } from './a-log-door.ts'
import { aLine, lineFormat } from './a-line-format.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const aRecord = (line: string | undefined, place = line ?? 'long', stream = ''): RawRecord => ({
  bytes: line === undefined ? undefined : Buffer.from(line),
  byteCount: line?.length ?? 2_000_000,
  place,
  stream,
})
const records = (from: number, to: number): RawRecord[] =>
  Array.from({ length: to - from }, (_, index) => aRecord(aLine(from + index)))
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)
const OPEN = { mark: null, end: 'open' } as const

/** A collector with a checkpoint on the disk; `state.isKilled` ends it before it can be kept. */
async function aCollector(differs: Partial<LogCollectorOptions> = {}) {
  const world = await aLogWorld()
  const place = checkpointFile(join(await temporaryDirectory(), 'lines.json'))
  const state = { isKilled: false }
  const checkpoint: CheckpointPlace = {
    load: () => place.load(),
    save: (kept) => (state.isKilled ? Promise.reject(new Error('killed')) : place.save(kept)),
  }
  const sent = openSentLog(world.log, world.codec)
  const open = (again: Partial<LogCollectorOptions> = {}) =>
    LogCollector.open({
      ...collectorOptions(lineFormat, world.intake),
      checkpoint,
      sent,
      ...differs,
      ...again,
    })
  const told = async () => {
    const events = await world.events()
    const ids = new Set(events.map(({ event_id }) => event_id))
    return { seqs: events.map(({ collector_seq: seq }) => seq), idCount: ids.size }
  }
  return { ...world, open, state, told }
}

test('goes on after its checkpoint with number, mark and what its reader knew', async () => {
  const { open, events } = await aCollector()
  const first = await open()
  await first.take([aRecord('#one', 'h'), ...records(0, 2)], { mark: { at: 7 }, end: 'open' })
  const second = await open()
  expect(second.mark).toEqual({ at: 7 })
  await second.take(records(2, 4), OPEN)
  expect((await events()).map(({ collector_seq: seq, extra }) => [seq, extra])).toEqual([
    [1, { number: '0', header: '#one', text: '' }],
    [2, { number: '1', header: '#one', text: '' }],
    [3, { number: '2', header: '#one', text: '' }],
    [4, { number: '3', header: '#one', text: '' }],
  ])
})

test('what a killed process had sent and could not note is not sent again', async () => {
  const { open, state, told } = await aCollector()
  await (await open()).take(records(0, 10), OPEN)
  state.isKilled = true
  await expect((await open()).take(records(10, 20), OPEN)).rejects.toThrow('killed')
  state.isKilled = false
  const after = await open()
  await after.take(records(10, 15), OPEN)
  await after.take(records(15, 25), OPEN)
  expect(await told()).toEqual({ seqs: upTo(25), idCount: 25 })
})

test('where nobody can read back it is sent again, with the same ids and numbers', async () => {
  const { open, state, told } = await aCollector({ sent: undefined })
  state.isKilled = true
  await expect((await open()).take(records(0, 5), OPEN)).rejects.toThrow('killed')
  state.isKilled = false
  await (await open()).take(records(0, 5), OPEN)
  const { seqs, idCount } = await told()
  expect([seqs, idCount]).toEqual([[1, 1, 2, 2, 3, 3, 4, 4, 5, 5], 5])
})

test('a stream has a reader of its own', async () => {
  const { open, events } = await aCollector()
  const lines = [aRecord('#a', 'a', 'a'), aRecord('#b', 'b', 'b'), aRecord(aLine(0), '0', 'a')]
  await (await open()).take(lines, OPEN)
  await (await open()).take([aRecord(aLine(1), '1', 'b')], OPEN)
  expect((await events()).map(({ extra }) => extra['header'])).toEqual(['#a', '#b'])
})

test('counts what records became, and names what was refused by its place', async () => {
  const { open } = await aCollector()
  const taken = await (
    await open()
  ).take([aRecord('#h'), aRecord('bad'), aRecord(aLine(0)), aRecord(undefined)], OPEN)
  expect(taken).toEqual({
    acceptedCount: 1,
    skipped: new Map([['HEADER', 1]]),
    rejected: [
      { index: 2, reason: 'NOT_JSON', detail: '' },
      { index: 4, reason: 'LINE_TOO_LONG', detail: 'the limit is 1048576 bytes' },
    ],
  })
})

test('promises its newest event and the quiet since, less its lateness', async () => {
  const posts: Post[] = []
  const take = (post: Post): Promise<void> => Promise.resolve(void posts.push(post))
  let nowMs = 1_700_000_100_000
  const { open } = await aCollector({ intake: { take }, nowMs: () => nowMs, sent: undefined })
  const collector = await open()
  await collector.take([], OPEN)
  await collector.take([aRecord(aLine(0, '', 1_700_000_000_000_000))], OPEN)
  nowMs += 5_000
  await collector.take([], OPEN)
  await collector.take([], OPEN)
  await collector.take([], { mark: null, end: 'finished' })
  expect(posts.map(({ statedUs, events }) => [events.length, statedUs])).toEqual([
    [1, 1_700_000_000_000_000 - 1_000_000],
    [0, 1_700_000_000_000_000 - 1_000_000 + 5_000_000],
    [0, Infinity],
  ])
})

// What was written meanwhile came late: nobody had looked, and quiet was promised all the same.
test('promises no quiet for the time in which the log was away', async () => {
  const posts: Post[] = []
  const state = { nowMs: 1_700_000_100_000, refusals: 0 }
  const take = (post: Post): Promise<void> => {
    if (state.refusals === 0) return Promise.resolve(void posts.push(post))
    state.refusals -= 1
    state.nowMs += 60_000
    return Promise.reject(new Fault('LOG_UNAVAILABLE', 'away'))
  }
  const { open } = await aCollector({ intake: { take }, nowMs: () => state.nowMs, sent: undefined })
  async function* batches(): AsyncGenerator<RawBatch> {
    yield { records: [aRecord(aLine(0, '', 1_700_000_000_000_000))], mark: null }
    state.nowMs += 5_000
    state.refusals = 2
    yield { records: [], mark: null }
  }
  const source = { batches, close: () => Promise.resolve() }
  const { signal } = new AbortController()
  await runSource(source, await open(), { signal, random: () => 0, onRetry: () => undefined })
  expect(posts.map(({ statedUs }) => statedUs)).toEqual([
    1_700_000_000_000_000 - 1_000_000,
    1_700_000_000_000_000 - 1_000_000 + 5_000_000,
    Infinity,
  ])
})

test('refuses a checkpoint that is none', async () => {
  const path = join(await temporaryDirectory(), 'lines.json')
  await writeFile(path, '{')
  const { open } = await aCollector({ checkpoint: checkpointFile(path) })
  await expect(open()).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' })
})
