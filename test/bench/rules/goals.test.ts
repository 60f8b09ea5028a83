import { expect, test } from 'vitest'

import { cpuRatioOf, goalsOf, growthShare, type Goal, type TreeResult } from './goals.ts'
import type { LaneResult, Measured } from './lane-bench.ts'
import type { Loaded, Timing } from './protocol.ts'
import type { ScalingStep } from './scaling.ts'
import { geometricMean, spreadOf } from './statistics.ts'

const LOADED: Loaded = {
  filesCount: 2,
  rulesCount: 2,
  refusedCount: 0,
  loadMs: 100,
  rssGrowthBytes: 2 ** 20,
}

const atRate = (...rates: number[]): Timing[] =>
  rates.map((eventsPerSecond) => ({ eventsPerSecond, cpuSecondsPerMillion: 1, matchesCount: 3 }))

function aMeasured(ours: Timing[], peers: Timing[]): Measured {
  return {
    ours: { repeated: ours, fresh: ours, unseen: [], unparsed: ours },
    peer: { parsed: peers, unparsed: peers },
    comparison: undefined,
  }
}

function aTree(untold: Measured, differs: Partial<TreeResult> = {}): TreeResult {
  const lane: LaneResult = {
    lane: { name: 'one', describes: 'one', path: '', logsource: undefined, isGenerated: false },
    untold,
    told: undefined,
    naive: { eventsCount: 1, interpreterPerSecond: 1, ruleByRulePerSecond: 10, differingCount: 0 },
    peerTurn: undefined,
  }
  return { name: 'rules', filesCount: 2, loaded: LOADED, lanes: [lane], ...differs }
}

const aStep = (rulesCount: number, microsPerEvent: number): ScalingStep => ({
  rulesCount,
  microsPerEvent,
  peerMicrosPerEvent: undefined,
  loaded: LOADED,
})

const goalAbout = (goals: readonly Goal[], words: string): Goal | undefined =>
  goals.find(({ promise }) => promise.includes(words))

test.for([
  { why: 'just fast enough', ours: 1300, isMet: true },
  { why: 'a little too slow', ours: 1299, isMet: false },
])("beside the peer's default, $why: $isMet", ({ ours, isMet }) => {
  const goals = goalsOf([aTree(aMeasured(atRate(ours), atRate(1000)))], [])
  expect(goalAbout(goals, 'events parsed')?.isMet).toBe(isMet)
})

test('without a peer there is no goal beside it', () => {
  const goals = goalsOf([aTree(aMeasured(atRate(1000), []))], [])
  expect(goalAbout(goals, 'peer')).toBeUndefined()
})

test.for([
  { why: 'a hundred times the faster loop', ours: 1000, isMet: true },
  { why: 'a hundred times the slower loop only', ours: 999, isMet: false },
])('beside loops, $why: $isMet', ({ ours, isMet }) => {
  const goals = goalsOf([aTree(aMeasured(atRate(ours), []))], [])
  expect(goalAbout(goals, 'without an index')?.isMet).toBe(isMet)
})

test.for([
  { why: 'at the bound', loaded: { ...LOADED, loadMs: 2500 }, about: 'within', isMet: true },
  { why: 'late', loaded: { ...LOADED, loadMs: 2501 }, about: 'within', isMet: false },
  {
    why: 'at most',
    loaded: { ...LOADED, rssGrowthBytes: 300 * 2 ** 20 },
    about: 'MiB',
    isMet: true,
  },
  { why: 'more', loaded: { ...LOADED, rssGrowthBytes: 301 * 2 ** 20 }, about: 'MiB', isMet: false },
])('loading, $why ($about): $isMet', ({ loaded, about, isMet }) => {
  const goals = goalsOf([aTree(aMeasured(atRate(1), []), { loaded })], [])
  expect(goalAbout(goals, about)?.isMet).toBe(isMet)
})

test.for([
  { why: 'half as fast as the rules', micros: 50, isMet: true },
  { why: 'faster than half', micros: 50.1, isMet: false },
])('cost grows $why: $isMet', ({ micros, isMet }) => {
  const goals = goalsOf([], [aStep(100, 1), aStep(1000, 2), aStep(10_000, micros)])
  expect(goalAbout(goals, '100 to 10000')?.isMet).toBe(isMet)
})

test('growth counts for each time the rules grew', () => {
  expect(growthShare(aStep(100, 2), aStep(300, 3))).toBeCloseTo(0.5)
})

test.for([
  { values: [3], median: 3, min: 3, max: 3 },
  { values: [5, 1, 3], median: 3, min: 1, max: 5 },
  { values: [4, 1, 2, 9], median: 3, min: 1, max: 9 },
])('of $values the middle is $median', ({ values, ...spread }) => {
  expect(spreadOf(values)).toEqual(spread)
})

test.for([
  { values: [], mean: undefined },
  { values: [2], mean: 2 },
  { values: [0.5, 2], mean: 1 },
])('the geometric mean of $values is $mean', ({ values, mean }) => {
  expect(geometricMean(values)).toBe(mean)
})

test.for([
  { why: 'each step grows half as fast', last: 5, isMet: true },
  { why: 'the last step grows faster, though all of them do not', last: 5.1, isMet: false },
])('$why: $isMet', ({ last, isMet }) => {
  const goals = goalsOf([], [aStep(100, 1), aStep(1000, 1), aStep(10_000, last)])
  expect(goalAbout(goals, 'each step')?.isMet).toBe(isMet)
})

test.for([
  { why: 'nobody disturbs either', cpu: 1, ratio: 1 },
  { why: 'the peer takes twice the CPU', cpu: 2, ratio: 2 },
])('by CPU, where $why: $ratio', ({ cpu, ratio }) => {
  const peers = atRate(1000).map((timing) => ({ ...timing, cpuSecondsPerMillion: cpu }))
  expect(cpuRatioOf(aMeasured(atRate(1000), peers), 'fresh')).toBe(ratio)
})
