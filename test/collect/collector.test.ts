import { describe, expect, test } from 'vitest'

import {
  afterPost,
  newCollector,
  promiseBefore,
  promiseOf,
  writerOf,
  type CollectorState,
} from '../../services/collect/collector.ts'

const NOW_MS = 1_800_000_000_000
const NOW_US = NOW_MS * 1000
const S = 1_000_000
const aCollector = (differs: Partial<CollectorState> = {}): CollectorState => ({
  ...newCollector({ tenantId: 'acme', collectorId: 'tap' }, 5 * S, NOW_MS),
  highestUs: NOW_US - 100 * S,
  ...differs,
})

describe('promiseOf', () => {
  test.for([
    {
      why: 'its newest minus its lateness',
      state: aCollector(),
      afterMs: 0,
      promise: NOW_US - 105 * S,
    },
    {
      why: 'and the time it is idle',
      state: aCollector(),
      afterMs: 60_000,
      promise: NOW_US - 45 * S,
    },
    {
      why: 'no more than the clock says',
      state: aCollector({ highestUs: NOW_US + 900 * S }),
      afterMs: 0,
      promise: NOW_US,
    },
    {
      why: 'no less than before',
      state: aCollector({ promisedUs: NOW_US - S }),
      afterMs: 0,
      promise: NOW_US - S,
    },
    {
      why: 'what it says itself',
      state: aCollector({ statedUs: NOW_US - 7 * S }),
      afterMs: 0,
      promise: NOW_US - 7 * S,
    },
    {
      why: 'which idle time does not raise',
      state: aCollector({ statedUs: NOW_US - 7 * S }),
      afterMs: 9_000,
      promise: NOW_US - 7 * S,
    },
    {
      why: 'that it is finished',
      state: aCollector({ statedUs: Infinity }),
      afterMs: 0,
      promise: Infinity,
    },
    {
      why: 'nothing before its first event',
      state: aCollector({ highestUs: -Infinity }),
      afterMs: 9_000,
      promise: -Infinity,
    },
  ])('$why', ({ state, afterMs, promise }) =>
    expect(promiseOf(state, NOW_MS + afterMs)).toBe(promise),
  )
})

describe('promiseBefore', () => {
  const minuteUs = Math.floor(NOW_US / (60 * S)) * 60 * S - 600 * S

  test.for([
    {
      why: 'a first event',
      promisedUs: -Infinity,
      at: minuteUs + 30 * S,
      promise: minuteUs + 25 * S,
    },
    { why: 'the same minute', promisedUs: minuteUs, at: minuteUs + 64 * S, promise: undefined },
    {
      why: 'a new minute, less the lateness',
      promisedUs: minuteUs,
      at: minuteUs + 65 * S,
      promise: minuteUs + 60 * S,
    },
  ])('$why', ({ promisedUs, at, promise }) => {
    expect(promiseBefore(aCollector({ promisedUs, highestUs: -Infinity }), at, NOW_MS)).toBe(
      promise,
    )
  })
})

test('a post raises the newest and never lowers it', () => {
  const state = aCollector()
  expect(afterPost(state, state.highestUs - S, [], NOW_MS).highestUs).toBe(state.highestUs)
  expect(afterPost(state, state.highestUs + S, [], NOW_MS).highestUs).toBe(state.highestUs + S)
})

test('collectors of two tenants are two writers, and no name has a blank', () => {
  expect(writerOf({ tenantId: 'a', collectorId: 'b/c d' })).toBe('collect:a/b%2Fc%20d')
})
