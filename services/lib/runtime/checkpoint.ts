import type { Codec } from '#domain/codec.ts'
import type { Log, OutgoingRecord, Position } from '#domain/log.ts'
import type { StateEntry } from '#domain/records/index.ts'
import type { StateChange } from '#domain/stage.ts'
import type { TopicName } from '#domain/topics.ts'
import type { TrackerState } from './progress-tracker.ts'
import type { MarksState } from './source-marks.ts'

const CHECKPOINT_KEY = '~checkpoint'
const STATE_HEADER = 'tocsin-state'

/** What a checkpoint says beside the state: up to where the inputs are folded into it. */
export type CheckpointMark = { positions: Position[]; tracker: TrackerState; marks: MarksState }

/** A task's state as its changelog has it. */
export type Restored = {
  mark: CheckpointMark | undefined
  bodies: Map<string, unknown>
  checkpoint: number
  /** Keys an unfinished checkpoint wrote: the next one must write them again. */
  unfinishedKeys: string[]
}

/** Where a task's changelog lies and who writes it. */
export type Changelog = { topic: TopicName; partition: number; generation: number }

/**
 * The records of one checkpoint, its mark last. The log takes them in one go where it can; a reader
 * counts entries only once it meets the mark behind them, so half a checkpoint is none.
 */
export function checkpointRecords(
  changelog: Changelog,
  checkpoint: number,
  changes: readonly StateChange[],
  mark: CheckpointMark,
  codec: Codec,
): OutgoingRecord[] {
  const { topic, partition, generation } = changelog
  const headers = { [STATE_HEADER]: `${generation} ${checkpoint}` }
  const record = ({ key, body }: StateChange): OutgoingRecord => {
    if (body === undefined) return { topic, partition, key, value: null, headers }
    const entry = { key, generation, checkpoint, body: Buffer.from(JSON.stringify(body)) }
    return { topic, partition, key, value: codec.encode('state.v1', entry), headers }
  }
  return [...changes, { key: CHECKPOINT_KEY, body: mark }].map(record)
}

/** Reads a task's state back from its changelog: the last complete checkpoint, zombies left out. */
export async function restoreCheckpoint(
  log: Log,
  codec: Codec,
  changelog: Changelog,
): Promise<Restored> {
  const restored: Restored = {
    mark: undefined,
    bodies: new Map(),
    checkpoint: 0,
    unfinishedKeys: [],
  }
  let pending: StateChange[] = []
  let highestGeneration = 0
  const { topic, partition } = changelog
  for await (const chunk of log.readToEnd({ topic, partition, offset: 0 })) {
    await codec.prepare(
      'state.v1',
      chunk.records.map((record) => record.value),
    )
    for (const record of chunk.records) {
      const [generation = 0, checkpoint = 0] = (record.headers[STATE_HEADER] ?? '')
        .split(' ')
        .map(Number)
      if (generation < highestGeneration || record.corrupt) continue
      highestGeneration = generation
      restored.checkpoint = Math.max(restored.checkpoint, checkpoint)
      const entry = record.value === null ? undefined : codec.decode('state.v1', record.value)
      if (entry !== undefined && !entry.ok) continue
      const body = entry === undefined ? undefined : parseBody(entry.value)
      if (record.key !== CHECKPOINT_KEY) {
        pending.push({ key: record.key, body })
        continue
      }
      for (const change of pending) apply(restored.bodies, change)
      pending = []
      restored.mark = body as CheckpointMark
    }
  }
  restored.unfinishedKeys = pending.map((change) => change.key)
  return restored
}

function apply(bodies: Map<string, unknown>, change: StateChange): void {
  if (change.body === undefined) bodies.delete(change.key)
  else bodies.set(change.key, change.body)
}

function parseBody(entry: StateEntry): unknown {
  return JSON.parse(entry.body.toString()) as unknown
}
