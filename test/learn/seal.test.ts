import { readFileSync } from 'node:fs'
import { Type } from 'avsc'
import { mean } from 'simple-statistics'
import { expect, test } from 'vitest'

import { ONCE_WEIGHT, OTHER_NAMES } from '#domain/baseline-form.ts'
import type { Baseline } from '#domain/records/index.ts'
import { DAY_US } from '#domain/time.ts'
import { shareBytes } from '../../services/learn/budget.ts'
import { decayedWeight } from '../../services/learn/decay.ts'
import {
  compareSamples,
  mergeSamples,
  sampleOf,
  type Sample,
} from '../../services/learn/samples.ts'
import { sealBaselines } from '../../services/learn/seal.ts'
import { aSession, START_US } from '../support/records.ts'

const OWNER = { tenant_id: 'acme', agent_id: 'assistant' }
const SEAL = { epoch: 1, sealedAtUs: START_US + DAY_US }
const SEAL_MAX_BYTES = 65_536

const aSample = (index: number, differs: Partial<Sample> = {}): Sample => ({
  ...sampleOf(aSession({ session_id: `s-${index}`, ended_at: START_US + index * 1_000_000 })),
  ...differs,
})
const find = (baselines: readonly Baseline[], measure: string): Baseline | undefined =>
  baselines.find((baseline) => baseline.measure === measure)

/** Some of everything, different for each number. */
const busy = (index: number): Sample =>
  aSample(index, {
    measures: { tool_calls: (index * 7) % 11, rows_read: (index * 37) % 101 },
    sets: { tool_name: [`t-${index % 5}`] },
    counts: { transition: { [`0/t-${index % 5}`]: 1 + (index % 3), [`9/t-${index % 2}`]: 1 } },
  })

test('two halves merged seal as the whole does, however they are split', () => {
  const whole = Array.from({ length: 60 }, (_, index) => busy(index))
  const sealOf = (samples: readonly Sample[]): Baseline[] => sealBaselines(OWNER, samples, SEAL)
  const expected = sealOf(mergeSamples([], whole, SEAL.sealedAtUs))
  for (const isFirst of [(index: number) => index < 30, (index: number) => index % 3 === 0]) {
    const one = whole.filter((_, index) => isFirst(index))
    const other = whole.filter((_, index) => !isFirst(index)).toReversed()
    expect(sealOf(mergeSamples(one, other, SEAL.sealedAtUs))).toEqual(expected)
    expect(sealOf(mergeSamples(other, one, SEAL.sealedAtUs))).toEqual(expected)
  }
})

test('sealed counts of two halves add up to those of the whole, to the last bit', () => {
  const whole = Array.from({ length: 60 }, (_, index) =>
    aSample(index, { ended_at: START_US - index * 17 * 3_600_000_000, counts: busy(index).counts }),
  )
  const countsOf = (samples: readonly Sample[]): Baseline['counts'] =>
    find(sealBaselines(OWNER, samples, SEAL), 'transition')?.counts ?? {}
  const [one, other] = [countsOf(whole.slice(0, 23)), countsOf(whole.slice(23))]
  const all = countsOf(whole)
  expect(Object.keys(all)).toEqual(['0', '9'])
  for (const [context, names] of Object.entries(all))
    for (const [name, weight] of Object.entries(names))
      expect((one[context]?.[name] ?? 0) + (other[context]?.[name] ?? 0)).toBe(weight)
})

test.for([
  { why: 'just now', days: 0, weight: ONCE_WEIGHT },
  { why: 'from a clock that runs ahead', days: -1, weight: ONCE_WEIGHT },
  { why: 'a half-life ago', days: 7, weight: ONCE_WEIGHT / 2 },
  { why: 'two half-lives ago', days: 14, weight: ONCE_WEIGHT / 4 },
])('once, $why', ({ days, weight }) => {
  expect(decayedWeight(days * DAY_US)).toBe(weight)
})

test('of sessions that are all fresh a share is what simple-statistics says', () => {
  const tools = ['a', 'b', 'a', 'a', 'c', 'a', 'b']
  const samples = tools.map((tool, index) =>
    aSample(index, {
      ended_at: SEAL.sealedAtUs,
      counts: { transition: { [`0/${tool}`]: 1 } },
    }),
  )
  const counts = find(sealBaselines(OWNER, samples, SEAL), 'transition')?.counts['0'] ?? {}
  const total = Object.values(counts).reduce((sum, weight) => sum + weight, 0)
  for (const tool of ['a', 'b', 'c'])
    expect((counts[tool] ?? 0) / total).toBeCloseTo(mean(tools.map((t) => (t === tool ? 1 : 0))))
})

test('a baseline says its format, since when, and of how many sessions', () => {
  const samples = [busy(3), busy(1), aSample(2)]
  const sealed = sealBaselines(OWNER, samples, SEAL)
  expect(sealed.every((baseline) => baseline.format_version === 2)).toBe(true)
  expect(find(sealed, 'tool_calls')).toMatchObject({
    samples_count: 3,
    since_at: START_US + 1_000_000,
  })
  expect(find(sealed, 'transition')).toMatchObject({ kind: 'counts', samples_count: 2 })
})

test('what only samples that are gone speak of is sealed as unknown', () => {
  const gone = aSample(9, { measures: { rows: 9 }, sets: { destination: ['evil.example'] } })
  const sealed = sealBaselines(OWNER, [aSample(1)], SEAL, [gone])
  expect(sealed.map(({ measure, samples_count }) => [measure, samples_count])).toEqual([
    ['destination', 0],
    ['rows', 0],
    ['tool_calls', 1],
  ])
})

const TYPE = Type.forSchema(
  JSON.parse(
    readFileSync(new URL('../../schemas/baselines.v1.avsc', import.meta.url), 'utf8'),
  ) as Parameters<typeof Type.forSchema>[0],
)

test('a thousand busy sessions take no more than they may; the newest names stay', () => {
  const measures = Object.fromEntries(Array.from({ length: 60 }, (_, one) => [`m-${one}`, one]))
  const samples = Array.from({ length: 1000 }, (_, index) => {
    const many = Array.from({ length: 64 }, (__, one) => `${index}-a-name-of-some-length-${one}`)
    const counts = Object.fromEntries(many.map((name) => [`tool-${index}/path/${name}`, 1]))
    return aSample(index, {
      measures,
      sets: { tool_name: [`t-${index % 9}`], object: many, query: many, destination: many },
      counts: { argument_origin: counts, transition: counts, hour_of_week: { '/12': 1 } },
    })
  })
  const sealed = sealBaselines(OWNER, samples, SEAL)
  const bytes = sealed.reduce((sum, baseline) => sum + TYPE.toBuffer(baseline).length, 0)
  expect(bytes).toBeLessThanOrEqual(SEAL_MAX_BYTES)
  expect(bytes).toBeGreaterThan(SEAL_MAX_BYTES / 2)
  const object = find(sealed, 'object')
  const kept = Object.keys(object?.last_seen ?? {})
  expect(kept.length + (object?.evicted_count ?? 0)).toBe(64_000)
  expect(kept.every((name) => name.startsWith('99'))).toBe(true)
  expect(find(sealed, 'tool_name')).toMatchObject({ evicted_count: 0 })
  expect(find(sealed, 'argument_origin')?.evicted_count).toBeGreaterThan(60_000)
})

test('a context knows how much was cut of it', () => {
  const names = Object.fromEntries(Array.from({ length: 4000 }, (_, one) => [`x/name-${one}`, 1]))
  const samples = [aSample(1, { ended_at: SEAL.sealedAtUs, counts: { transition: names } })]
  const transition = find(sealBaselines(OWNER, samples, SEAL), 'transition')
  const weights = Object.values(transition?.counts['x'] ?? {})
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(4000 * ONCE_WEIGHT)
  expect(transition?.counts['x']?.[OTHER_NAMES]).toBe(
    (transition?.evicted_count ?? 0) * ONCE_WEIGHT,
  )
})

const priced = (count: number): { bytes: number }[] =>
  Array.from({ length: count }, () => ({ bytes: 10 }))

test.for([
  { why: 'all fits', sizes: [3, 4], bytes: 70, kept: [3, 4] },
  { why: 'one byte is missing', sizes: [3, 4], bytes: 69, kept: [3, 3] },
  { why: 'a short list leaves its share to the longer', sizes: [9, 1], bytes: 60, kept: [5, 1] },
  { why: 'equals share alike', sizes: [9, 9], bytes: 60, kept: [3, 3] },
  { why: 'there is less than nothing', sizes: [1, 1], bytes: -5, kept: [0, 0] },
])('bytes are shared: $why', ({ sizes, bytes, kept }) => {
  expect(shareBytes(sizes.map(priced), bytes)).toEqual(kept)
})

test('samples merge in their order, each once', () => {
  const [a, b, c] = [aSample(1), aSample(2), aSample(3)]
  const merged = mergeSamples([c, a], [b, { ...a }], SEAL.sealedAtUs)
  expect(merged).toEqual([a, b, c])
  expect(merged.toSorted(compareSamples)).toEqual(merged)
})
