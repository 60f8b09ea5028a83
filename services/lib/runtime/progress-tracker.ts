import type { Progress } from '#domain/headers.ts'

/**
 * Beyond so many collectors of one partition those that nothing waits for, finished or lapsed, are
 * forgotten, the longest silent first. One that speaks again is a newcomer.
 */
export const COLLECTORS_MAX_COUNT = 32

/**
 * Collectors promise about once a second, each at its own moment: a watermark that moved with every
 * word of each would send promises down all stages for every collector, not every second.
 */
export const WATERMARK_STEP_US = 1_000_000

/** Who must have spoken on a partition before its watermark counts. */
export type ExpectedWriters =
  /** At least one collector; each that speaks is waited for while its lease holds. */
  | { kind: 'any' }
  /** Each of these. */
  | { kind: 'stages'; writers: readonly { name: string; lane: number }[] }

export type TrackedPartition = { id: string; expected: ExpectedWriters }

export type TrackerOptions = {
  /** Whose promises say nothing, since they are made from this tracker's watermark. */
  ownWriter?: string
  /** The watermark moves in steps of so much event time, downwards from what was promised. */
  stepUs?: number
}

/** What survives a restart: writer by writer, partition by partition. */
export type TrackerState = {
  watermarkUs: number | 'inf' | 'none'
  writers: [
    partitionId: string,
    writer: string,
    watermarkUs: number | 'inf',
    leaseMs: number | null,
  ][]
}

type WriterProgress = { watermarkUs: number; leaseMs: number | undefined; seenAtMs: number }
type PartitionProgress = {
  expected: ExpectedWriters
  writers: Map<string, WriterProgress>
  watermarkUs: number
}

/**
 * The watermark of one task: the minimum over the writers of its inputs (time.md, Progress).
 * It never goes back: a newcomer behind it is late. Starts at -Infinity.
 */
export class ProgressTracker {
  readonly #partitions = new Map<string, PartitionProgress>()
  readonly #ownWriter: string | undefined
  readonly #stepUs: number
  #watermarkUs = -Infinity

  constructor(
    partitions: readonly TrackedPartition[],
    { ownWriter, stepUs = 1 }: TrackerOptions = {},
  ) {
    this.#ownWriter = ownWriter
    this.#stepUs = stepUs
    for (const { id, expected } of partitions)
      this.#partitions.set(id, { expected, writers: new Map(), watermarkUs: -Infinity })
  }

  get watermarkUs(): number {
    return this.#watermarkUs
  }

  /** The watermark of one input partition alone. */
  partitionWatermarkUs(partitionId: string): number {
    return this.#partitions.get(partitionId)?.watermarkUs ?? Infinity
  }

  /** Takes a promise in; returns whether the task's watermark has moved. */
  note(partitionId: string, progress: Progress, nowMs: number): boolean {
    const partition = this.#partitions.get(partitionId)
    if (partition === undefined || progress.writer === this.#ownWriter) return false
    const name = writerName(progress.writer, progress.lane)
    const before = partition.writers.get(name)
    const watermarkUs = Math.max(before?.watermarkUs ?? -Infinity, progress.watermarkUs)
    // The order of the map is that of their last words.
    partition.writers.delete(name)
    partition.writers.set(name, { watermarkUs, leaseMs: progress.leaseMs, seenAtMs: nowMs })
    if (partition.expected.kind === 'any') forgetIdle(partition.writers, nowMs)
    this.#refresh(partition, nowMs)
    return this.#advance()
  }

  /** Lets collectors lapse whose lease is over; returns whether the watermark has moved. */
  lapse(nowMs: number): boolean {
    for (const partition of this.#partitions.values())
      if ([...partition.writers.values()].some((writer) => isLapsed(writer, nowMs)))
        this.#refresh(partition, nowMs)
    return this.#advance()
  }

  save(): TrackerState {
    const writers: TrackerState['writers'] = []
    for (const [id, partition] of this.#partitions)
      for (const [name, writer] of partition.writers)
        writers.push([id, name, toJson(writer.watermarkUs), writer.leaseMs ?? null])
    const own = this.#watermarkUs
    return { watermarkUs: own === -Infinity ? 'none' : toJson(own), writers }
  }

  restore(state: TrackerState, nowMs: number): void {
    for (const [id, name, watermark, leaseMs] of state.writers) {
      const partition = this.#partitions.get(id)
      if (partition === undefined) continue
      const watermarkUs = fromJson(watermark)
      partition.writers.set(name, { watermarkUs, leaseMs: leaseMs ?? undefined, seenAtMs: nowMs })
      this.#refresh(partition, nowMs)
    }
    if (state.watermarkUs !== 'none') this.#watermarkUs = fromJson(state.watermarkUs)
  }

  #refresh(partition: PartitionProgress, nowMs: number): void {
    const { expected, writers } = partition
    if (expected.kind === 'stages')
      for (const { name, lane } of expected.writers)
        if (!writers.has(writerName(name, lane))) return
    let lowestUs = Infinity
    let liveCount = 0
    for (const writer of writers.values()) {
      if (isLapsed(writer, nowMs)) continue
      liveCount += 1
      lowestUs = Math.min(lowestUs, writer.watermarkUs)
    }
    if (liveCount > 0) partition.watermarkUs = Math.max(partition.watermarkUs, lowestUs)
  }

  #advance(): boolean {
    let lowestUs = Infinity
    for (const partition of this.#partitions.values())
      lowestUs = Math.min(lowestUs, partition.watermarkUs)
    const reachedUs = Math.floor(lowestUs / this.#stepUs) * this.#stepUs
    if (reachedUs <= this.#watermarkUs) return false
    this.#watermarkUs = reachedUs
    return true
  }
}

function writerName(writer: string, lane: number): string {
  return `${writer}/${lane}`
}

function forgetIdle(writers: Map<string, WriterProgress>, nowMs: number): void {
  if (writers.size <= COLLECTORS_MAX_COUNT) return
  for (const [name, writer] of writers) {
    if (writer.watermarkUs !== Infinity && !isLapsed(writer, nowMs)) continue
    writers.delete(name)
    if (writers.size <= COLLECTORS_MAX_COUNT) return
  }
}

function isLapsed(writer: WriterProgress, nowMs: number): boolean {
  if (writer.leaseMs === undefined || writer.watermarkUs === Infinity) return false
  return nowMs - writer.seenAtMs > writer.leaseMs
}

function toJson(watermarkUs: number): number | 'inf' {
  return watermarkUs === Infinity ? 'inf' : watermarkUs
}

function fromJson(watermark: number | 'inf'): number {
  return watermark === 'inf' ? Infinity : watermark
}
