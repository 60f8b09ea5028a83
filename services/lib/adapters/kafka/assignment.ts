import { AssignerProtocol } from 'kafkajs'

import { partitionCountOf, topicSpec, type TopicName } from '#domain/topics.ts'
import { assignLanes } from './lanes.ts'

/** Name of our way to divide partitions; all members of a group must speak it. */
export const LANE_PROTOCOL = 'tocsin-lanes'
const VERSION = 1

/** What a member is given: its lanes, and the generation that all members of this round share. */
export type LaneAssignment = { generation: number; lanes: number[] }

/** What a group reads and how it divides it. */
export type GroupShape = {
  topics: readonly TopicName[]
  topicPrefix: string
  laneCount: number
  mode: 'lanes' | 'single'
}

/** What a member tells the leader when it joins: what it reads and what it owned last. */
export function encodeMember(shape: GroupShape, last: LaneAssignment): Buffer {
  const topics = shape.topics.map((topic) => shape.topicPrefix + topic)
  return AssignerProtocol.MemberMetadata.encode({
    version: VERSION,
    topics,
    userData: toData(last),
  })
}

/**
 * The leader's work: lane p is partition p of all topics, and goes with all of them to one member.
 * The generation is newer than any member has seen, and than any before a time without members.
 */
export function encodeAssignments(
  members: readonly { memberId: string; memberMetadata: Buffer }[],
  shape: GroupShape,
  nowMs: number,
): { memberId: string; memberAssignment: Buffer }[] {
  const known = members.map(({ memberId, memberMetadata }) => ({
    id: memberId,
    ...fromData(AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData),
  }))
  const generation = Math.max(nowMs, ...known.map((member) => member.generation + 1))
  const assigned = assignLanes(known, shape.laneCount, shape.mode)
  return members.map(({ memberId }) => {
    const lanes = assigned.get(memberId) ?? []
    const assignment = AssignerProtocol.MemberAssignment.encode({
      version: VERSION,
      assignment: partitionsOf(lanes, shape),
      userData: toData({ generation, lanes }),
    })
    return { memberId, memberAssignment: assignment }
  })
}

/** What the leader gave this member. */
export function decodeAssignment(bytes: Buffer): LaneAssignment {
  if (bytes.length === 0) return { generation: 0, lanes: [] }
  return fromData(AssignerProtocol.MemberAssignment.decode(bytes)?.userData)
}

function partitionsOf(lanes: readonly number[], shape: GroupShape): Record<string, number[]> {
  const partitions: Record<string, number[]> = {}
  for (const topic of shape.topics) {
    const count = partitionCountOf(topicSpec(topic), shape.laneCount)
    const owned = lanes.filter((lane) => lane < count)
    if (owned.length > 0) partitions[shape.topicPrefix + topic] = owned
  }
  return partitions
}

function toData(assignment: LaneAssignment): Buffer {
  return Buffer.from(JSON.stringify(assignment))
}

function fromData(data: Buffer | undefined): LaneAssignment {
  try {
    const { generation, lanes } = JSON.parse(data?.toString() ?? '') as Partial<LaneAssignment>
    const isSound = Number.isSafeInteger(generation) && Array.isArray(lanes)
    if (isSound) return { generation: Number(generation), lanes: lanes.filter(Number.isInteger) }
  } catch {
    // A member that says nothing of itself owned nothing.
  }
  return { generation: 0, lanes: [] }
}
