import type { Codec } from '#domain/codec.ts'
import type { Log, Position } from '#domain/log.ts'
import type { Core } from '#domain/stage.ts'
import { partitionCountOf, topicSpec, type TopicName } from '#domain/topics.ts'
import type { ExpectedWriters, TrackedPartition } from './progress-tracker.ts'

/** A topic a stage reads, and whose promises on it the stage's watermark waits for. */
export type StageTopic = {
  topic: TopicName
  /**
   * `collectors`: any that speak; `nobody`: its records are read, its progress is not waited for;
   * `itself`: the stage writes it, and reads what a predecessor wrote there before anything else.
   */
  waitsFor: 'collectors' | 'nobody' | 'itself' | readonly Writer[]
}

/** A stage as a writer: one progress a lane, or one in all where it is single-active. */
export type Writer = { name: string; mode: 'lanes' | 'single' }

/** What the runtime must know of a service to run it. */
export type StageDefinition = {
  service: 'observe' | 'detect' | 'correlate' | 'learn' | 'respond' | 'export'
  /** Name in progress records and sources: the service with its layer set. */
  writer: string
  /** `lanes`: a task a lane, shared among processes; `single`: one task sees every lane. */
  mode: 'lanes' | 'single'
  inputs: readonly StageTopic[]
  /** One-partition topics that every instance reads whole, outside the group. */
  broadcasts: readonly TopicName[]
  outputs: readonly TopicName[]
  /** How far one input may run ahead of the lane's watermark; undefined: any distance. */
  alignmentMaxUs?: number
  createCore(lane: number | undefined): Core
  /** Whether no rule reads this topic: its records are passed by undecoded. */
  ignores?(topic: TopicName): boolean
}

/** What surrounds a stage: the adapters, the clock, limits, and who hears of what happens. */
export type StageWorld = {
  log: Log
  codec: Codec
  laneCount: number
  batchMaxCount: number
  checkpointEveryMs: number
  nowMs: () => number
  random: () => number
  /** Reorders the partitions to read; for tests of order. */
  arrange?: (positions: Position[]) => Position[]
  onBatch: (service: string, recordsCount: number, tookMs: number) => void
  onReject: (service: string, reason: string) => void
  onRetry: (service: string, code: string, delayMs: number) => void
}

/** The partitions a task reads: its lane's, or all of them. */
export function inputPartitions(
  definition: StageDefinition,
  lane: number | undefined,
  laneCount: number,
): Position[] {
  return definition.inputs.flatMap(({ topic }) =>
    partitionsOf(topic, lane, laneCount).map((partition) => ({ topic, partition, offset: 0 })),
  )
}

/** The partitions whose promises make up a task's watermark. */
export function trackedPartitions(
  definition: StageDefinition,
  lane: number | undefined,
  laneCount: number,
): TrackedPartition[] {
  return definition.inputs.flatMap(({ topic, waitsFor }) => {
    if (waitsFor === 'nobody' || waitsFor === 'itself') return []
    return partitionsOf(topic, lane, laneCount).map((partition) => ({
      id: `${topic}/${partition}`,
      expected: expectedOn(topic, partition, waitsFor, laneCount),
    }))
  })
}

function expectedOn(
  topic: TopicName,
  partition: number,
  waitsFor: 'collectors' | readonly Writer[],
  laneCount: number,
): ExpectedWriters {
  if (waitsFor === 'collectors') return { kind: 'any' }
  const isLaneKeyed = topicSpec(topic).partitioning === 'lane'
  return {
    kind: 'stages',
    writers: waitsFor.flatMap(({ name, mode }) =>
      lanesOf(mode, isLaneKeyed ? partition : undefined, laneCount).map((lane) => ({ name, lane })),
    ),
  }
}

function lanesOf(mode: Writer['mode'], lane: number | undefined, laneCount: number): number[] {
  if (mode === 'single') return [0]
  return lane === undefined ? Array.from({ length: laneCount }, (_, index) => index) : [lane]
}

function partitionsOf(topic: TopicName, lane: number | undefined, laneCount: number): number[] {
  if (lane !== undefined) return [lane]
  const count = partitionCountOf(topicSpec(topic), laneCount)
  return Array.from({ length: count }, (_, partition) => partition)
}
