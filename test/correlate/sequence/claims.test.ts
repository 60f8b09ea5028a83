import { expect, test } from 'vitest'
import { createSequenceEngine } from '../../../services/correlate/sequence/engine.ts'
import type { SequenceEngine } from '../../../services/correlate/sequence/engine.ts'
import type { Firing } from '../../../services/correlate/sequence/firing.ts'
import { aMatch, at, correlationOf, correlationsOf, SECOND_US } from './a-correlation.ts'

const THREE = correlationOf('type: event_count, rules: [a], timespan: 10s, condition: { gte: 3 }')

const feed = (engine: SequenceEngine, seconds: readonly number[]): Firing[] =>
  seconds.flatMap((second) => engine.onMatch(aMatch('a', second)))

test.for([
  { why: 'one burst is told once', seconds: [1, 2, 3, 4, 5, 6], count: 1 },
  { why: 'once more in the next time span', seconds: [7, 8, 9, 10, 11, 12], count: 2 },
  { why: 'two bursts apart are two', seconds: [1, 2, 3, 31, 32, 33], count: 2 },
  {
    why: 'a late match among told ones counts in what follows, and leaves it again',
    seconds: [1, 2, 3, 9, 10, 4, 13.9, 14, 20],
    count: 3,
  },
  {
    why: 'a late match from before the window never was in it',
    seconds: [11, 14, 4, 14.5],
    count: 1,
  },
])('$why', ({ seconds, count }) => {
  const engine = createSequenceEngine(THREE)
  expect(feed(engine, seconds)).toHaveLength(count)
  expect(engine.onWatermark(Infinity).filter((firing) => firing.eventIds.length === 0)).toEqual([])
})

test('a claim that stands is not told again; one that a late match changes is', () => {
  const engine = createSequenceEngine(THREE, { horizonUs: 5 * SECOND_US })
  const [claim] = feed(engine, [1, 2, 6])
  expect(claim).toMatchObject({ value: 3, eventIds: ['a-1', 'a-2', 'a-6'], isSettled: false })
  expect(engine.onWatermark(at(6))).toEqual([])
  expect(feed(engine, [3])).toEqual([])
  expect(engine.onWatermark(at(8))).toEqual([])
  expect(engine.onWatermark(at(9))).toMatchObject([
    { firingId: claim?.firingId, eventIds: ['a-1', 'a-2', 'a-3'], lastUs: at(3), isSettled: true },
  ])
  expect(engine.onWatermark(Infinity)).toEqual([])
})

test('an absence is decided when the watermark is past its window and the horizon', () => {
  const alone = correlationOf(
    'type: temporal, rules: [a, b], timespan: 10s, condition: a and not b',
  )
  const engine = createSequenceEngine(alone, { horizonUs: 5 * SECOND_US })
  expect(feed(engine, [1])).toEqual([])
  expect(engine.onWatermark(at(16) - 1)).toEqual([])
  expect(engine.onWatermark(at(16))).toMatchObject([{ eventIds: ['a-1'], isSettled: true }])
})

test('each tenant and group has its own firing, about the session that completed it', () => {
  const byAgent = correlationsOf(
    `title: t
name: n
correlation:
  { type: event_count, rules: [a], timespan: 10s, group-by: agent_id, condition: { gte: 2 } }`,
  )
  const engine = createSequenceEngine(byAgent)
  const fired = [
    aMatch('a', 1),
    aMatch('a', 2, { session_id: 's-2' }),
    aMatch('a', 3, { session_id: 's-2' }),
    aMatch('a', 3, { tenant_id: 'other' }),
    aMatch('a', 3, { agent_id: 'other' }),
    aMatch('a', 4, { agent_id: null }),
    aMatch('a', 5),
    aMatch('a', 6, { tenant_id: 'other' }),
  ].flatMap((match) => engine.onMatch(match))
  expect(fired).toMatchObject([
    { tenantId: 'acme', groupBy: { agent_id: 'assistant' }, about: { sessionId: 's-2' }, value: 2 },
    { tenantId: 'other', groupBy: { agent_id: 'assistant' }, value: 2 },
  ])
  expect(fired[0]?.firingId).not.toBe(fired[1]?.firingId)
})
