import type { Codec } from '#domain/codec.ts'
import type { Fault } from '#domain/fault.ts'
import { readProgress } from '#domain/headers.ts'
import type { Chunk, Log, Position } from '#domain/log.ts'
import type { Records } from '#domain/records/index.ts'
import { schemaOf, type TopicName } from '#domain/topics.ts'
import { ProgressTracker } from '#runtime/progress-tracker.ts'
import { retry } from '#runtime/retry.ts'
import {
  inputPartitions,
  trackedPartitions,
  type StageDefinition,
  type StageTopic,
} from '#runtime/stage-definition.ts'
import { keepNewest, noFindings, type Findings } from './results.ts'

const READ_MAX_COUNT = 5_000
const READ_WAIT_MS = 50

/** What is found so far, and how far event time has come. */
type WatchState = { findings: Findings; watermarkUs: number }

export type WatchOptions = {
  signal: AbortSignal
  onState: (state: WatchState) => void
  /** The log is away; reading goes on when it is back. */
  onRetry: (fault: Fault, delayMs: number) => void
}

/**
 * Reads what the stages write until each of them has finished every lane, from the start, in a
 * group of its own that commits nothing. Calls `onState` after every batch.
 *
 * @throws Fault of the log.
 */
export async function watchUntilFinished(
  log: Log,
  codec: Codec,
  stages: readonly StageDefinition[],
  options: WatchOptions,
): Promise<Findings> {
  const { signal, onState, onRetry } = options
  const findings = noFindings()
  const watched = watchedTopics(stages)
  const tracker = new ProgressTracker(trackedPartitions(watched, undefined, log.laneCount))
  const positions = inputPartitions(watched, undefined, log.laneCount)
  const topics = watched.inputs.map((input) => input.topic)
  const subscription = await log.subscribe({ group: watched.writer, topics, mode: 'single' })
  try {
    while (tracker.watermarkUs < Infinity && !signal.aborted) {
      const read = () => subscription.read(positions, READ_MAX_COUNT, READ_WAIT_MS)
      const chunks = await retry(read, { signal, random: Math.random, onRetry })
      for (const chunk of chunks) takeChunk(chunk, codec, findings, tracker, positions)
      onState({ findings, watermarkUs: tracker.watermarkUs })
    }
    for (const position of positions)
      if (position.topic === 'rejects.v1')
        for await (const chunk of log.readToEnd(position))
          takeChunk(chunk, codec, findings, tracker, positions)
  } finally {
    await subscription.close()
  }
  return findings
}

/** The outputs of the last stages, as inputs of one that waits for all of them. */
function watchedTopics(stages: readonly StageDefinition[]): StageDefinition {
  const writersOf = (topic: TopicName): StageTopic['waitsFor'] => {
    const writers = stages.filter((stage) => stage.outputs.includes(topic))
    if (writers.length === 0) return 'nobody'
    return writers.map((stage) => ({ name: stage.writer, mode: stage.mode }))
  }
  return {
    service: 'observe',
    writer: 'watch',
    mode: 'single',
    inputs: [
      { topic: 'alerts.v1', waitsFor: writersOf('alerts.v1') },
      { topic: 'incidents.v1', waitsFor: writersOf('incidents.v1') },
      { topic: 'baselines.v1', waitsFor: writersOf('baselines.v1') },
      { topic: 'cases.v1', waitsFor: writersOf('cases.v1') },
      { topic: 'rejects.v1', waitsFor: 'nobody' },
    ],
    broadcasts: [],
    outputs: [],
    createCore: () => {
      throw new TypeError('a watcher judges nothing')
    },
  }
}

function takeChunk(
  chunk: Chunk,
  codec: Codec,
  findings: Findings,
  tracker: ProgressTracker,
  positions: Position[],
): void {
  const schema = schemaOf(chunk.topic)
  const id = `${chunk.topic}/${chunk.partition}`
  for (const record of chunk.records) {
    const progress = record.value === null ? readProgress(record.key, record.headers) : undefined
    if (progress !== undefined) tracker.note(id, progress, 0)
    const decoded = codec.decode(schema, record.value)
    if (decoded.ok) takeRecord(findings, chunk.topic, decoded.value)
  }
  const position = positions.find(
    (known) => known.topic === chunk.topic && known.partition === chunk.partition,
  )
  if (position !== undefined) position.offset = chunk.nextOffset
}

function takeRecord(findings: Findings, topic: TopicName, value: unknown): void {
  if (topic === 'alerts.v1') {
    const alert = value as Records['alerts.v1']
    const known = findings.alerts.get(alert.alert_id)
    if (known === undefined || isPreferred(alert, known)) {
      findings.alerts.set(alert.alert_id, alert)
    }
  }
  if (topic === 'incidents.v1') {
    const incident = value as Records['incidents.v1']
    keepNewest(findings.incidents, incident.incident_id, incident)
  }
  if (topic === 'cases.v1') {
    const changed = value as Records['cases.v1']
    keepNewest(findings.cases, changed.incident_id, changed)
  }
  if (topic === 'rejects.v1') {
    const reject = value as Records['rejects.v1']
    findings.rejects.set(reject.reject_id, reject)
  }
}

/** Of two alerts with one id the higher revision counts, then the earlier: as in the evidence. */
function isPreferred(alert: Records['alerts.v1'], known: Records['alerts.v1']): boolean {
  if (alert.revision !== known.revision) return alert.revision > known.revision
  if (alert.occurred_at !== known.occurred_at) return alert.occurred_at < known.occurred_at
  return (alert.event_ids[0] ?? '') < (known.event_ids[0] ?? '')
}
