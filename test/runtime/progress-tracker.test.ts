import { describe, expect, test } from 'vitest'

import {
  COLLECTORS_MAX_COUNT,
  ProgressTracker,
  type TrackedPartition,
} from '#runtime/progress-tracker.ts'

const COLLECTED: TrackedPartition[] = [
  { id: 'application', expected: { kind: 'any' } },
  { id: 'data', expected: { kind: 'any' } },
]
const promise = (writer: string, watermarkUs: number, leaseMs?: number) => ({
  writer,
  lane: 0,
  watermarkUs,
  leaseMs,
})

test('nothing is promised until every input has spoken', () => {
  const tracker = new ProgressTracker(COLLECTED)
  expect(tracker.note('application', promise('tap', 10), 0)).toBe(false)
  expect(tracker.watermarkUs).toBe(-Infinity)
  expect(tracker.note('data', promise('tap', 7), 0)).toBe(true)
  expect(tracker.watermarkUs).toBe(7)
})

test('the slowest writer of an input decides', () => {
  const tracker = new ProgressTracker(COLLECTED.slice(0, 1))
  tracker.note('application', promise('tap', 10), 0)
  tracker.note('application', promise('logs', 4), 0)
  tracker.note('application', promise('tap', 20), 0)
  expect(tracker.watermarkUs).toBe(10)
  tracker.note('application', promise('logs', 30), 0)
  expect(tracker.watermarkUs).toBe(20)
})

test('it never goes back: a newcomer behind it is late', () => {
  const tracker = new ProgressTracker(COLLECTED.slice(0, 1))
  tracker.note('application', promise('tap', 10), 0)
  expect(tracker.note('application', promise('newcomer', 3), 0)).toBe(false)
  expect(tracker.note('application', promise('tap', 9), 0)).toBe(false)
  expect(tracker.watermarkUs).toBe(10)
})

test.for([
  { why: 'on the last millisecond of its lease', nowMs: 100, watermarkUs: 5 },
  { why: 'past its lease', nowMs: 101, watermarkUs: 50 },
])('a silent collector $why', ({ nowMs, watermarkUs }) => {
  const tracker = new ProgressTracker(COLLECTED.slice(0, 1))
  tracker.note('application', promise('silent', 5, 100), 0)
  tracker.note('application', promise('alive', 50), 0)
  tracker.lapse(nowMs)
  expect(tracker.watermarkUs).toBe(watermarkUs)
})

test('a stage is waited for before its first word, and never lapses', () => {
  const expected = {
    kind: 'stages',
    writers: [
      { name: 'a', lane: 0 },
      { name: 'b', lane: 0 },
    ],
  } as const
  const tracker = new ProgressTracker([{ id: 'alerts', expected }])
  tracker.note('alerts', promise('a', Infinity), 0)
  expect(tracker.watermarkUs).toBe(-Infinity)
  tracker.note('alerts', promise('b', 8), 0)
  tracker.lapse(1e12)
  expect(tracker.watermarkUs).toBe(8)
})

test('restored it stands where it stood', () => {
  const tracker = new ProgressTracker(COLLECTED)
  tracker.note('application', promise('tap', Infinity), 0)
  tracker.note('data', promise('tap', 7), 0)
  const restored = new ProgressTracker(COLLECTED)
  restored.restore(JSON.parse(JSON.stringify(tracker.save())), 0)
  expect(restored.watermarkUs).toBe(7)
  expect(restored.note('data', promise('tap', Infinity), 0)).toBe(true)
  expect(restored.watermarkUs).toBe(Infinity)
})

test('a writer that reads its own topic does not wait for itself', () => {
  const expected = { kind: 'stages' as const, writers: [{ name: 'detect', lane: 0 }] }
  const tracker = new ProgressTracker([{ id: 'alerts', expected }], { ownWriter: 'correlate' })
  tracker.note('alerts', promise('correlate', 5), 0)
  tracker.note('alerts', promise('detect', 9), 0)
  expect(tracker.watermarkUs).toBe(9)
})

test('it moves in steps, to the last that was promised in full, and to the end at once', () => {
  const tracker = new ProgressTracker(COLLECTED.slice(0, 1), { stepUs: 10 })
  expect(tracker.note('application', promise('tap', 29), 0)).toBe(true)
  expect(tracker.watermarkUs).toBe(20)
  expect(tracker.note('application', promise('tap', 29.5), 0)).toBe(false)
  expect(tracker.note('application', promise('tap', 30), 0)).toBe(true)
  expect(tracker.watermarkUs).toBe(30)
  expect(tracker.note('application', promise('tap', Infinity), 0)).toBe(true)
  expect(tracker.watermarkUs).toBe(Infinity)
})

describe('collectors that come and go', () => {
  const remembered = (tracker: ProgressTracker): string[] =>
    tracker.save().writers.map(([, name]) => name)
  const manyFinished = (count: number): ProgressTracker => {
    const tracker = new ProgressTracker(COLLECTED.slice(0, 1))
    tracker.note('application', promise('alive', 5), 0)
    for (let number = 1; number < count; number++)
      tracker.note('application', promise(`finished-${number}`, Infinity), 0)
    return tracker
  }

  test.for([
    { why: 'as many as may be', more: 0, forgotten: false },
    { why: 'one more', more: 1, forgotten: true },
  ])(
    'where there are $why, the first that finished is forgotten: $forgotten',
    ({ more, forgotten }) => {
      const tracker = manyFinished(COLLECTORS_MAX_COUNT + more)
      expect(remembered(tracker)).toHaveLength(COLLECTORS_MAX_COUNT)
      expect(remembered(tracker).includes('finished-1/0')).toBe(!forgotten)
      expect(remembered(tracker)).toContain('alive/0')
      expect(tracker.watermarkUs).toBe(5)
    },
  )

  test('the longest silent of the lapsed goes first, whoever was heard first', () => {
    const tracker = new ProgressTracker(COLLECTED.slice(0, 1))
    for (let number = 0; number < COLLECTORS_MAX_COUNT; number++)
      tracker.note('application', promise(`c-${number}`, 5, 100), 0)
    tracker.note('application', promise('c-0', 6, 100), 50)
    tracker.note('application', promise('newcomer', 9, 100), 151)
    expect(remembered(tracker)).not.toContain('c-1/0')
    expect(remembered(tracker)).toContain('c-0/0')
    expect(tracker.watermarkUs).toBe(9)
  })

  test('who is waited for is never forgotten', () => {
    const tracker = new ProgressTracker(COLLECTED.slice(0, 1))
    for (let number = 0; number <= COLLECTORS_MAX_COUNT; number++)
      tracker.note('application', promise(`c-${number}`, 5 + number), 0)
    expect(remembered(tracker)).toHaveLength(COLLECTORS_MAX_COUNT + 1)
    expect(tracker.watermarkUs).toBe(5)
  })

  test('one that was forgotten and speaks again is waited for', () => {
    const tracker = manyFinished(COLLECTORS_MAX_COUNT + 1)
    tracker.note('application', promise('finished-1', 7), 0)
    tracker.note('application', promise('alive', 50), 0)
    expect(tracker.watermarkUs).toBe(7)
  })
})
