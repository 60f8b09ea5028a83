import { AssignerProtocol } from 'kafkajs'
import { expect, test } from 'vitest'

import {
  decodeAssignment,
  encodeAssignments,
  encodeMember,
  type GroupShape,
  type LaneAssignment,
} from '../../../services/lib/adapters/kafka/assignment.ts'

const NOW_MS = 1_000_000

const shape: GroupShape = {
  topics: ['alerts.v1', 'sessions.v1', 'rules.v1'],
  topicPrefix: 't.',
  laneCount: 4,
  mode: 'lanes',
}

const joining = (
  memberId: string,
  last: LaneAssignment = { generation: 0, lanes: [] },
): { memberId: string; memberMetadata: Buffer } => ({
  memberId,
  memberMetadata: encodeMember(shape, last),
})

const assignmentsOf = (
  members: ReturnType<typeof joining>[],
): Record<string, LaneAssignment & { partitions: unknown }> =>
  Object.fromEntries(
    encodeAssignments(members, shape, NOW_MS).map(({ memberId, memberAssignment }) => {
      const partitions = AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment
      return [memberId, { ...decodeAssignment(memberAssignment), partitions }]
    }),
  )

test('a lane is its partition of every topic; a topic of one goes with lane 0', () => {
  expect(assignmentsOf([joining('a'), joining('b')])).toEqual({
    a: {
      generation: NOW_MS,
      lanes: [0, 1],
      partitions: { 't.alerts.v1': [0, 1], 't.sessions.v1': [0, 1], 't.rules.v1': [0] },
    },
    b: {
      generation: NOW_MS,
      lanes: [2, 3],
      partitions: { 't.alerts.v1': [2, 3], 't.sessions.v1': [2, 3] },
    },
  })
})

test.for([
  { why: 'the time, where it is ahead of all', known: NOW_MS - 1, expected: NOW_MS },
  { why: 'more than a member saw, where clocks differ', known: NOW_MS, expected: NOW_MS + 1 },
  { why: 'and by much', known: NOW_MS + 500, expected: NOW_MS + 501 },
])('the generation is $why', ({ known, expected }) => {
  const given = assignmentsOf([joining('a', { generation: known, lanes: [] }), joining('b')])
  expect([given['a']?.generation, given['b']?.generation]).toEqual([expected, expected])
})

test('a member that speaks nonsense of itself counts as one that owned nothing', () => {
  const userData = Buffer.from('{"generation":"x","lanes":7}')
  const memberMetadata = AssignerProtocol.MemberMetadata.encode({
    version: 1,
    topics: [],
    userData,
  })
  const given = assignmentsOf([{ memberId: 'odd', memberMetadata }])
  expect(given['odd']).toMatchObject({ generation: NOW_MS, lanes: [0, 1, 2, 3] })
  expect(decodeAssignment(Buffer.alloc(0))).toEqual({ generation: 0, lanes: [] })
})
