import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ResolvedCorrelation } from '#sigma/correlation-resolve.ts'
import { createSequenceEngine } from '../../../services/correlate/sequence/engine.ts'
import type { SequenceEngine } from '../../../services/correlate/sequence/engine.ts'
import type { SequenceMatch } from '../../../services/correlate/sequence/entry.ts'
import type { Firing } from '../../../services/correlate/sequence/firing.ts'
import { aMatch, correlationsOf, SECOND_US } from './a-correlation.ts'
import { expectedFirings } from './oracle.ts'
import type { Expected } from './oracle.ts'

const RUNS = process.env['TOCSIN_SOAK'] === undefined ? 300 : 3_000
const HORIZON_S = 7
const LAYERS = ['model', 'application', 'data', 'network'] as const

const BLOCKS = [
  'type: event_count, rules: [a, b], condition: { gte: 3 }',
  'type: event_count, rules: [a], condition: { lt: 3 }',
  'type: event_count, rules: [a, b], condition: { gt: 1, lte: 3 }',
  'type: event_count, rules: [a, b], condition: { eq: 2 }',
  'type: event_count, rules: [a], condition: { neq: 2, gte: 1 }',
  'type: value_count, rules: [a, b], condition: { gte: 3, field: n }',
  'type: value_count, rules: [a, b], condition: { lte: 2, field: [n, user_id] }',
  'type: value_sum, rules: [a, b], condition: { gt: 5, field: n }',
  'type: value_sum, rules: [a, b], condition: { gte: 1, lt: 5, field: n }',
  'type: value_avg, rules: [a], condition: { gte: 2, field: n }',
  'type: value_percentile, rules: [a, b], condition: { gt: 2, field: n, percentile: 80 }',
  'type: value_median, rules: [a, b], condition: { lt: 2, field: n }',
  'type: temporal, rules: [a, b, c]',
  'type: temporal, rules: [a, b, c], condition: { eq: 2 }',
  'type: temporal, rules: [a, b, c], condition: a and (b or c)',
  'type: temporal, rules: [a, b, c], condition: a and (b or not c)',
  'type: temporal, rules: [a, b, c], condition: (a and not b) or (b and not c)',
  'type: temporal_ordered, rules: [a, b, c]',
  'type: temporal_ordered, rules: [a, b, c], condition: { gte: 2 }',
  'type: temporal_ordered, rules: [a, b, c], condition: { lt: 2 }',
  'type: temporal_ordered, rules: [a, b, c], condition: a and b and not c',
  'type: temporal_ordered, rules: [a, b, c], condition: (a and c and not b) or (b and c)',
]
const GROUPS = ['session_id', 'user_id', '[session_id, user_id]']
const single = BLOCKS.map(
  (block, index) => `title: t
name: it-${index}
correlation: { ${block}, timespan: ${4 + (index % 3)}s, group-by: ${GROUPS[index % 3]} }`,
)
const chains = [
  `title: t
name: many
correlation:
  { type: event_count, rules: [a], timespan: 4s, group-by: user_id, condition: { gte: 2 } }
---
title: t
name: few
correlation:
  { type: event_count, rules: [b], timespan: 4s, group-by: user_id, condition: { lt: 2 } }
---
title: t
name: many-then-c
generate: true
correlation: { type: temporal_ordered, rules: [many, c], timespan: 6s, group-by: session_id }
---
title: t
name: many-often
correlation:
  { type: event_count, rules: [many], timespan: 9s, group-by: user_id, condition: { gte: 2 } }
---
title: t
name: many-values
correlation:
  { type: value_count, rules: [many, few], timespan: 9s, condition: { gte: 2, field: n } }
---
title: t
name: few-and-no-c
correlation:
  type: temporal
  rules: [few, c]
  timespan: 5s
  group-by: who
  aliases: { who: { few: user_id, c: session_id } }
  condition: few and not c
---
title: t
name: top
correlation: { type: temporal, rules: [many-then-c, few-and-no-c], timespan: 9s }`,
]
const CORRELATIONS = correlationsOf([...single, ...chains].join('\n---\n'))
const EAGER = /gte: 3|gt: 5|rules: \[a, b, c\] }|gte: 2 }|b or c\)$/

/** Events, each matched by some rules; and how late each match comes. */
const event = fc.record({
  second: fc.integer({ min: 0, max: 30 }),
  rules: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
  layer: fc.constantFrom(...LAYERS),
  session: fc.constantFrom('s-1', 's-2'),
  user: fc.constantFrom('s-1', 'u-1'),
  number: fc.constantFrom('0', '1', '2', '2.5', '4'),
  lateness: fc.array(fc.integer({ min: 0, max: HORIZON_S }), { minLength: 3, maxLength: 3 }),
  isRepeated: fc.boolean(),
})
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never
type Arrival = { match: SequenceMatch; arrivesAt: number }

function arrivalsOf(events: readonly Event[]): Arrival[] {
  return events
    .flatMap(({ second, rules, layer, session, user, number, lateness, isRepeated }, index) =>
      rules.flatMap((rule, place) => {
        const match = aMatch(rule, second, {
          layer,
          session_id: session,
          user_id: user,
          event_id: `e-${index}`,
          group_by: { n: number },
        })
        const arrivesAt = second + (lateness[place] ?? 0)
        const once = { match, arrivesAt }
        return isRepeated ? [once, { match, arrivesAt: second + HORIZON_S }] : [once]
      }),
    )
    .sort((one, other) => one.arrivesAt - other.arrivesAt)
}

const told = (firing: Firing): Expected => ({
  correlation: firing.correlationId,
  tenant: firing.tenantId,
  groupBy: { ...firing.groupBy },
  session: firing.about.sessionId,
  value: firing.value,
  events: [...firing.eventIds],
  first: firing.firstUs,
  last: firing.lastUs,
})
const texts = (all: Iterable<Expected>): string[] =>
  [...all].map((one) => JSON.stringify(one)).sort()

type Schedule = { watermarkLag: number[]; restartAt: number[] }

/** Runs an engine with watermarks and restarts in between. */
function run(
  correlations: readonly ResolvedCorrelation[],
  arrivals: readonly Arrival[],
  { watermarkLag, restartAt }: Schedule,
): Firing[] {
  const limits = { horizonUs: HORIZON_S * SECOND_US }
  let engine: SequenceEngine = createSequenceEngine(correlations, limits)
  const state = new Map<string, string>()
  const save = (): void => {
    for (const { key, body } of engine.takeChanges()) {
      if (body === undefined) state.delete(key)
      else state.set(key, JSON.stringify(body))
    }
  }
  const firings: Firing[] = []
  for (const [index, { match }] of arrivals.entries()) {
    const oldestUs = Math.min(...arrivals.slice(index).map((one) => one.match.occurred_at))
    const lagUs = (watermarkLag[index % watermarkLag.length] ?? 0) * SECOND_US
    firings.push(...engine.onWatermark(oldestUs + limits.horizonUs - lagUs))
    firings.push(...engine.onMatch(match))
    if (!restartAt.includes(index)) continue
    save()
    engine = createSequenceEngine(correlations, limits)
    for (const [key, body] of state) engine.restore(key, JSON.parse(body))
  }
  firings.push(...engine.onWatermark(Infinity))
  save()
  expect({ groups: engine.groupCount, kept: [...state.keys()] }).toEqual({ groups: 0, kept: [] })
  return firings
}

const schedule = fc.record({
  watermarkLag: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 8 }),
  restartAt: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 3 }),
})

const SLOW = { timeout: 600_000 }

test('any arrival, watermarks and restarts end in the firings of the definition', SLOW, () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 24 }), schedule, (events, how) => {
      const arrivals = arrivalsOf(events)
      const firings = run(CORRELATIONS, arrivals, how)
      const last = new Map(firings.map((firing) => [firing.firingId, told(firing)]))
      const matches = arrivals.map(({ match }) => match)
      expect(texts(last.values())).toEqual(texts(expectedFirings(CORRELATIONS, matches)))
      const settledIds = firings.filter(({ isSettled }) => isSettled).map((one) => one.firingId)
      expect(new Set(settledIds).size).toBe(settledIds.length)
    }),
    { numRuns: RUNS },
  )
})

test('what more matches cannot undo is claimed with the match that completes it', SLOW, () => {
  const eager = CORRELATIONS.filter(({ correlation }) => {
    const { condition } = correlation
    if (correlation.name?.startsWith('it-') !== true) return false
    return EAGER.test(BLOCKS[Number(correlation.id.slice(3))] ?? '') && condition !== undefined
  })
  expect(eager.length).toBeGreaterThanOrEqual(5)
  fc.assert(
    fc.property(fc.array(event, { maxLength: 16 }), (events) => {
      const engine = createSequenceEngine(eager)
      const known: SequenceMatch[] = []
      const claimed = new Set<string>()
      const key = (one: Expected): string =>
        JSON.stringify([one.correlation, one.tenant, one.groupBy])
      for (const { match } of arrivalsOf(events)) {
        known.push(match)
        for (const firing of engine.onMatch(match)) claimed.add(key(told(firing)))
        const due = expectedFirings(eager, known).map(key)
        expect([...claimed].sort()).toEqual([...new Set(due)].sort())
      }
    }),
    { numRuns: RUNS / 3 },
  )
})
