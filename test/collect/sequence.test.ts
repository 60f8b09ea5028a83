import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  noteSequence,
  takeOverdueHoles,
  type SequenceState,
} from '../../services/collect/sequence.ts'

const after = (...posts: number[][]): SequenceState | undefined =>
  posts.reduce<SequenceState | undefined>(
    (state, numbers, index) => noteSequence(state, numbers, index),
    undefined,
  )
const holesOf = (state: SequenceState | undefined): string[] =>
  (state?.holes ?? []).map(({ from, to }) => `${from}-${to}`)

describe('noteSequence', () => {
  test.for([
    { why: 'no gap', posts: [[1, 2], [3]], holes: [] },
    { why: 'any order within a post', posts: [[3, 1, 2]], holes: [] },
    { why: 'begins anywhere', posts: [[700], [701]], holes: [] },
    { why: 'one left out', posts: [[1, 3]], holes: ['2-2'] },
    { why: 'between posts', posts: [[1], [5]], holes: ['2-4'] },
    { why: 'filled later', posts: [[1], [5], [2, 3, 4]], holes: [] },
    { why: 'filled in the middle', posts: [[1], [5], [3]], holes: ['2-2', '4-4'] },
    { why: 'filled at its end', posts: [[1], [5], [4]], holes: ['2-3'] },
    { why: 'what comes again', posts: [[1, 2, 3], [2]], holes: [] },
    { why: 'nothing at all', posts: [[]], holes: [] },
  ])('$why: $holes', ({ posts, holes }) => expect(holesOf(after(...posts))).toEqual(holes))

  test('keeps at most 100 holes, and forgets no number', () => {
    const state = after(Array.from({ length: 150 }, (_, index) => index * 2))
    expect(state?.holes.length).toBe(100)
    expect(holesOf(state)[0]).toBe('1-99')
  })

  test('what is missing is what never came', () => {
    const posts = fc.array(fc.array(fc.nat({ max: 60 })), { maxLength: 10 })
    fc.assert(
      fc.property(posts, (all) => {
        const state = after(...all)
        const first = Math.min(...(all.find((numbers) => numbers.length > 0) ?? [0]))
        const seen = new Set(all.flat())
        const missing = Array.from({ length: 61 }, (_, number) => number).filter(
          (number) => number > first && number < (state?.highest ?? 0) && !seen.has(number),
        )
        const holes = (state?.holes ?? []).flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, index) => from + index),
        )
        expect(holes.sort((left, right) => left - right)).toEqual(missing)
      }),
    )
  })
})

describe('takeOverdueHoles', () => {
  const state: SequenceState = { highest: 9, holes: [{ from: 2, to: 3, missedAtMs: 1_000 }] }

  test('a hole has time to be filled', () => {
    expect(takeOverdueHoles(state, 5_999, 5_000)).toEqual({ state, overdue: [] })
  })

  test('and is reported once', () => {
    const taken = takeOverdueHoles(state, 6_000, 5_000)
    expect(taken.overdue).toEqual(state.holes)
    expect(takeOverdueHoles(taken.state, 60_000, 5_000).overdue).toEqual([])
  })
})
