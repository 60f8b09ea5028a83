import type { Baseline, Layer, Observation } from '#domain/records/index.ts'
import type { Core, Emit, StageInput } from '#domain/stage.ts'
import type { EventTopic, TopicName } from '#domain/topics.ts'
import { alertOf } from './alert.ts'
import type { Judged } from './alert.ts'
import { decisionOf } from './decision.ts'
import type { CompiledRules } from './sigma/compile.ts'
import type { MatchResult } from './sigma/engine.ts'
import type { Rule, Subject } from './sigma/rule.ts'
import { createBaselineBook, pinnedBook, recordedBook } from './statistics/baselines.ts'
import type { AgentBaselines, BaselineBook } from './statistics/baselines.ts'
import { observationSubject, observedAtUs } from './statistics/judge.ts'
import { renderSummary } from './summary.ts'

/** An event is judged with what was known this many epochs before its own. */
const SEAL_EPOCH_COUNT = 2
const PINNED_HASH_LENGTH = 12

export type DetectOptions = {
  rules: CompiledRules
  layers: ReadonlySet<Layer> | 'all'
  epochUs: number
  /** Baselines that hold for every event, and the hash of the file they came from. */
  pinnedBaselines?: { hash: string; baselines: readonly Baseline[] }
  /** Every epoch of an earlier run's baselines: each event is judged with what was known then. */
  recordedBaselines?: readonly Baseline[]
}

const LAYER_BY_TOPIC: Readonly<Record<EventTopic, Layer>> = {
  'events.application.v1': 'application',
  'events.data.v1': 'data',
  'events.network.v1': 'network',
  'events.model.v1': 'model',
}

/** The session-keyed topics these rules read on these layers; others need not be decoded. */
export function topicsReadBy(
  rules: CompiledRules,
  layers: ReadonlySet<Layer> | 'all' = 'all',
): TopicName[] {
  const own = Object.entries(LAYER_BY_TOPIC).filter(
    ([, layer]) => layers === 'all' || layers.has(layer),
  )
  const events = own.filter(([, layer]) => rules.streamOf('event', layer).rules.length > 0)
  const readsObservations = own.some(
    ([, layer]) => rules.streamOf('observation', layer).rules.length > 0,
  )
  return [
    ...events.map(([topic]) => topic as EventTopic),
    ...(readsObservations ? (['observations.v1'] as const) : []),
  ]
}

/**
 * Judges records one by one. It keeps nothing but the baselines it was told; an observation waits
 * (`held`) only where a rule of its stream reads a statistic, until the baselines of two epochs
 * before are complete. Alerts of one record go out in the order of rule id.
 */
export function createDetectCore(options: DetectOptions): Core {
  const detector = detectorOf(options)
  const { book, isOurs, sealedEpochAt } = detector
  return {
    onRecord: (input, emit) => {
      if (input.schema === 'observations.v1') {
        return isOurs(input.value.layer)
          ? judgeObservation(detector, input.value, input.key, emit)
          : 'taken'
      }
      if (isEvent(input)) {
        const layer = LAYER_BY_TOPIC[input.schema]
        if (isOurs(layer)) judgeEvent(detector, input.value, layer, input.key, emit)
      }
      return 'taken'
    },
    onWatermark: (watermarkUs) => {
      if (Number.isFinite(watermarkUs)) book.forgetBefore(sealedEpochAt(watermarkUs))
    },
    onBroadcast: (input) => {
      if (input.schema === 'baselines.v1') book.add(input.value)
    },
    takeChanges: () => [],
    restore: () => {},
  }
}

type Detector = {
  rules: CompiledRules
  book: BaselineBook
  isOurs: (layer: Layer) => boolean
  /** The newest epoch whose baselines a record of this time may be judged with. */
  sealedEpochAt: (timeUs: number) => number
  /** What the summary of a statistic adds where baselines came from a file. */
  pinnedNote: string | undefined
}

function detectorOf(options: DetectOptions): Detector {
  const { rules, layers, epochUs, pinnedBaselines } = options
  return {
    rules,
    book: bookOf(options),
    isOurs: (layer) => layers === 'all' || layers.has(layer),
    sealedEpochAt: (timeUs) => Math.floor(timeUs / epochUs) - SEAL_EPOCH_COUNT,
    pinnedNote:
      pinnedBaselines && ` [baselines ${pinnedBaselines.hash.slice(0, PINNED_HASH_LENGTH)}]`,
  }
}

function bookOf({ pinnedBaselines, recordedBaselines }: DetectOptions): BaselineBook {
  if (pinnedBaselines !== undefined) return pinnedBook(pinnedBaselines.baselines)
  return recordedBaselines === undefined ? createBaselineBook() : recordedBook(recordedBaselines)
}

function judgeObservation(
  detector: Detector,
  observation: Observation,
  key: string,
  emit: Emit,
): 'taken' | 'held' {
  const { rules, book, sealedEpochAt } = detector
  const stream = rules.streamOf('observation', observation.layer)
  const epoch = sealedEpochAt(observedAtUs(observation))
  const mustWait = stream.readsStatistics && !observation.late
  if (mustWait && book.completeThroughEpoch() < epoch) return 'held'
  const baselines = lazily(book, observation, epoch)
  const subject = observationSubject(observation, baselines)
  for (const match of stream.firing(subject)) {
    emitAlert(
      { detector, match, record: observation, layer: observation.layer, subject, key },
      baselines,
      emit,
    )
  }
  return 'taken'
}

function judgeEvent(
  detector: Detector,
  record: Judged,
  layer: Layer,
  key: string,
  emit: Emit,
): void {
  const subject: Subject = { record, statistic: () => null }
  for (const match of detector.rules.streamOf('event', layer).firing(subject)) {
    emitAlert({ detector, match, record, layer, subject, key }, () => undefined, emit)
  }
}

/** `key` is the record's own: what comes of a record stays on its lane. */
type Hit = {
  detector: Detector
  match: MatchResult<Rule>
  record: Judged
  layer: Layer
  subject: Subject
  key: string
}

function emitAlert(hit: Hit, baselines: AgentBaselines, emit: Emit): void {
  const { match, record, layer, subject } = hit
  const { rule } = match
  const { pinnedNote } = hit.detector
  const decision = decisionOf(match, subject)
  const epochs = decision.baselineMeasures.flatMap((name) => baselines(name)?.epoch ?? [])
  const note = decision.isStatistic ? pinnedNote : undefined
  const value = alertOf({
    rule,
    record,
    layer,
    decision,
    summary: renderSummary(rule.summary, subject, note),
    baselineEpoch: pinnedNote !== undefined || epochs.length === 0 ? null : Math.max(...epochs),
  })
  emit({ topic: 'alerts.v1', schema: 'alerts.v1', key: hit.key, value })
}

/** The agent's baselines, looked for when a statistic is first read. */
function lazily(book: BaselineBook, observation: Observation, epoch: number): AgentBaselines {
  let found: AgentBaselines | undefined
  return (measure) => {
    found ??= book.ofAgent(observation.tenant_id, observation.agent_id, epoch)
    return found(measure)
  }
}

function isEvent(input: StageInput): input is Extract<StageInput, { schema: EventTopic }> {
  return Object.hasOwn(LAYER_BY_TOPIC, input.schema)
}
