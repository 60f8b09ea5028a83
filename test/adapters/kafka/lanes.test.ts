import fc from 'fast-check'
import { expect, test } from 'vitest'

import { assignLanes, type LaneMember } from '../../../services/lib/adapters/kafka/lanes.ts'

const member = (id: string, lanes: number[] = [], generation = 0): LaneMember => ({
  id,
  lanes,
  generation,
})

const assigned = (
  members: LaneMember[],
  laneCount: number,
  mode: 'lanes' | 'single' = 'lanes',
): Record<string, number[]> => Object.fromEntries(assignLanes(members, laneCount, mode))

test.for([
  { why: 'one member has all', members: [member('a')], laneCount: 3, expected: { a: [0, 1, 2] } },
  {
    why: 'two share evenly',
    members: [member('a'), member('b')],
    laneCount: 4,
    expected: { a: [0, 1], b: [2, 3] },
  },
  {
    why: 'what does not divide evenly differs by one',
    members: [member('a'), member('b'), member('c')],
    laneCount: 8,
    expected: { a: [0, 1, 2], b: [3, 4, 5], c: [6, 7] },
  },
  {
    why: 'more members than lanes: some stand by',
    members: [member('a'), member('b'), member('c')],
    laneCount: 2,
    expected: { a: [0], b: [1], c: [] },
  },
  {
    why: 'a newcomer takes no more than its share',
    members: [member('new'), member('old', [0, 1, 2, 3], 1)],
    laneCount: 4,
    expected: { new: [2, 3], old: [0, 1] },
  },
  {
    why: 'a member left: the others keep theirs and take its lanes',
    members: [member('a', [0, 3], 5), member('c', [2, 5], 5)],
    laneCount: 6,
    expected: { a: [0, 1, 3], c: [2, 4, 5] },
  },
  {
    why: 'a lane claimed twice stays with the newer owner',
    members: [member('a', [0, 1], 4), member('b', [1, 0], 7)],
    laneCount: 4,
    expected: { a: [2, 3], b: [0, 1] },
  },
  {
    why: 'lanes that no longer exist are not given',
    members: [member('a', [7, 8, 1], 1)],
    laneCount: 2,
    expected: { a: [0, 1] },
  },
])('lanes: $why', ({ members, laneCount, expected }) => {
  expect(assigned(members, laneCount)).toEqual(expected)
})

test.for([
  {
    why: 'the first by name, where nobody had any',
    members: [member('b'), member('a')],
    expected: { a: [0, 1, 2], b: [] },
  },
  {
    why: 'the one that had them keeps them',
    members: [member('a'), member('b', [0, 1, 2], 3)],
    expected: { a: [], b: [0, 1, 2] },
  },
  {
    why: 'of two that say so the newer owner',
    members: [member('a', [0, 1, 2], 3), member('b', [0, 1, 2], 4)],
    expected: { a: [], b: [0, 1, 2] },
  },
  {
    why: 'a standby that heard of the newest generation has no lanes, the owner keeps them',
    members: [member('a', [], 4), member('b', [0, 1, 2], 4)],
    expected: { a: [], b: [0, 1, 2] },
  },
])('single: $why', ({ members, expected }) => {
  expect(assigned(members, 3, 'single')).toEqual(expected)
})

const someMembers = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 4 }),
    lanes: fc.array(fc.nat(20), { maxLength: 16 }),
    generation: fc.nat(5),
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 9 },
)

test('each lane goes to one member, counts differ by one at most, order says nothing', () => {
  fc.assert(
    fc.property(someMembers, fc.integer({ min: 1, max: 17 }), (members, laneCount) => {
      const given = assignLanes(members, laneCount, 'lanes')
      const all = [...given.values()].flat().sort((left, right) => left - right)
      expect(all).toEqual(Array.from({ length: laneCount }, (_, lane) => lane))
      const counts = [...given.values()].map((lanes) => lanes.length)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      const turned = assignLanes(members.toReversed(), laneCount, 'lanes')
      expect(Object.fromEntries(turned)).toEqual(Object.fromEntries(given))
    }),
  )
})

test('who stays keeps what it had, as far as its share allows', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 16 }),
      (beforeCount, afterCount, laneCount) => {
        const ids = Array.from({ length: 6 }, (_, index) => `m${index}`)
        const before = ids.slice(0, beforeCount).map((id) => member(id))
        const held = assignLanes(before, laneCount, 'lanes')
        const after = ids.slice(0, afterCount).map((id) => member(id, held.get(id) ?? [], 1))
        const given = assignLanes(after, laneCount, 'lanes')
        for (const { id, lanes } of after) {
          const now = given.get(id) ?? []
          const kept = lanes.filter((lane) => now.includes(lane))
          expect(kept.length).toBe(Math.min(lanes.length, now.length))
        }
      },
    ),
  )
})
