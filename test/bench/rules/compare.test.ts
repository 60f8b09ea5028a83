import { expect, test } from 'vitest'

import { compareMatches, isAsDocumented, type DocumentedDifferences } from './compare.ts'

const NOTHING_DOCUMENTED: DocumentedDifferences = new Map()
const A_DOCUMENTED: DocumentedDifferences = new Map([['a', 'the standard says so']])

test.for([
  { why: 'the same sets', ours: [['a', 'b'], []], peers: [['a', 'b'], []], differing: 0 },
  { why: 'the same ids in another order', ours: [['b', 'a']], peers: [['a', 'b']], differing: 0 },
  { why: 'a rule that only we match', ours: [['a', 'b']], peers: [['a']], differing: 1 },
  { why: 'a rule that only the peer matches', ours: [[]], peers: [['a']], differing: 1 },
  { why: 'an id twice here and once there', ours: [['a', 'a']], peers: [['a']], differing: 1 },
  { why: 'two lines that differ', ours: [['a'], ['b']], peers: [['b'], ['a']], differing: 2 },
  { why: 'a line that one lacks', ours: [['a']], peers: [['a'], ['a']], differing: 1 },
])('$why: $differing lines differ', ({ ours, peers, differing }) => {
  expect(compareMatches(ours, peers, NOTHING_DOCUMENTED).differingCount).toBe(differing)
})

test('a difference names its rule, who alone matched it, how often and where', () => {
  const { rules } = compareMatches([['a'], ['a'], []], [[], [], []], NOTHING_DOCUMENTED)
  const documented = undefined
  expect(rules).toEqual([{ ruleId: 'a', side: 'ours', count: 2, firstLines: [1, 2], documented }])
})

test.for([
  { why: 'nothing differs', ours: [['b']], peers: [['b']], known: NOTHING_DOCUMENTED, fits: true },
  { why: 'it is documented', ours: [['a']], peers: [[]], known: A_DOCUMENTED, fits: true },
  { why: 'it is not', ours: [['a']], peers: [[]], known: NOTHING_DOCUMENTED, fits: false },
  { why: 'one of two is not', ours: [['a', 'b']], peers: [[]], known: A_DOCUMENTED, fits: false },
  { why: 'a file ends early', ours: [[]], peers: [[], []], known: A_DOCUMENTED, fits: false },
])('as documented where $why: $fits', ({ ours, peers, known, fits }) => {
  expect(isAsDocumented(compareMatches(ours, peers, known))).toBe(fits)
})
