import type { Baseline, Layer, Observation } from '#domain/records/index.ts'
import type { Core, Emit, StageInput } from '#domain/stage.ts'
import type { EventTopic, TopicName } from '#domain/topics.ts'
import { alertOf } from './alert.ts'
import type { Judged } from './alert.ts'
import { decisionOf } from './decision.ts'
import { allowedBy, dedupKeyOf, matchOf } from './hit.ts'
import type { MatchOutcome } from './hit.ts'
import type { RuleSet } from './pack/rule-set.ts'
import type { RuleTimeline } from './pack/rule-timeline.ts'
import type { CompiledRules } from './pack/streams.ts'
import type { MatchResult } from './sigma/engine.ts'
import type { Rule, Subject } from './pack/rule.ts'
import { createBaselineBook, pinnedBook, recordedBook } from './statistics/baselines.ts'
import type { BaselineBook, Known, KnownBaselines } from './statistics/baselines.ts'
import { contributionsTo, hasContest, withVerdict } from './model/followed.ts'
import type { FollowedModel } from './model/model-file.ts'
import { reasonsOf } from './model/reasons.ts'
import { observationSubject, observedAtUs } from './statistics/judge.ts'
import { renderSummary } from './summary.ts'

/** An event is judged with what was known this many epochs before its own. */
const SEAL_EPOCH_COUNT = 2
const PINNED_HASH_LENGTH = 12

export type DetectOptions = {
  timeline: Pick<RuleTimeline, 'at' | 'add'>
  layers: ReadonlySet<Layer> | 'all'
  epochUs: number
  /** Tells a call that follows an instruction from one that was asked for. */
  model: FollowedModel
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
  const { book, timeline, isOurs, sealedEpochAt } = detector
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
      if (input.schema === 'rules.v1') timeline.add(input.value)
    },
    takeChanges: () => [],
    restore: () => {},
  }
}

type Detector = {
  model: FollowedModel
  timeline: DetectOptions['timeline']
  book: BaselineBook
  isOurs: (layer: Layer) => boolean
  /** The newest epoch whose baselines a record of this time may be judged with. */
  sealedEpochAt: (timeUs: number) => number
  /** What the summary of a statistic adds where baselines came from a file. */
  pinnedNote: string | undefined
}

function detectorOf(options: DetectOptions): Detector {
  const { timeline, layers, epochUs, pinnedBaselines, model } = options
  return {
    model,
    timeline,
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
  told: Observation,
  key: string,
  emit: Emit,
): 'taken' | 'held' {
  const { timeline, book, sealedEpochAt } = detector
  const rules = timeline.at(observedAtUs(told))
  const stream = rules.compiled.streamOf('observation', told.layer)
  const epoch = sealedEpochAt(observedAtUs(told))
  const mustWait = stream.readsStatistics && !told.late
  if (mustWait && book.completeThroughEpoch() < epoch) return 'held'
  const observation = withVerdict(detector.model, told)
  const baselines = lazily(book, observation, epoch)
  const subject = observationSubject(observation, baselines)
  const { layer } = observation
  for (const match of stream.firing(subject)) {
    emitHit({ detector, rules, match, record: observation, layer, subject, key, baselines }, emit)
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
  const rules = detector.timeline.at(observedAtUs(record))
  const baselines = (): undefined => undefined
  for (const match of rules.compiled.streamOf('event', layer).firing(subject)) {
    emitHit({ detector, rules, match, record, layer, subject, key, baselines }, emit)
  }
}

/** `key` is the record's own: what comes of a record stays on its lane. */
type Hit = {
  detector: Detector
  rules: RuleSet
  match: MatchResult<Rule>
  record: Judged
  layer: Layer
  subject: Subject
  key: string
  baselines: KnownBaselines
}

/** An alert, and a match for those who count; a match alone where the rule may not alert. */
function emitHit(hit: Hit, emit: Emit): void {
  const { rules, match, record, layer, subject, key } = hit
  const handling = rules.handlingOf(match.rule)
  const found = { rule: match.rule, record, layer, subject, packVersion: rules.version }
  const tell = (outcome: MatchOutcome): void => {
    const value = matchOf({ ...found, outcome })
    emit({ topic: 'matches.v1', schema: 'matches.v1', key, value })
  }
  const exceptionId = allowedBy(handling, subject, observedAtUs(record))
  if (exceptionId !== undefined) return tell({ reason: 'excepted', exceptionId })
  if (handling.isStaged) return tell({ reason: 'staged' })
  if (handling.feeds !== undefined) tell({ reason: 'counted', feeds: handling.feeds })
  if (!handling.isSilent) emitAlert(hit, emit)
}

function emitAlert(hit: Hit, emit: Emit): void {
  const { rules, match, record, layer, subject, baselines } = hit
  const { rule } = match
  const { pinnedNote } = hit.detector
  const decision = decisionOf(match, subject)
  const epochs = decision.baselineMeasures.flatMap((name) => baselines(name)?.baseline.epoch ?? [])
  const note = decision.isStatistic ? pinnedNote : undefined
  const value = alertOf({
    rule,
    record,
    layer,
    decision,
    summary: renderSummary(rule.summary, subject, note),
    reasons: decision.readsVerdict ? verdictReasons(hit) : [],
    baselineEpoch: pinnedNote !== undefined || epochs.length === 0 ? null : Math.max(...epochs),
    dedupKey: rule.suppress === undefined ? null : dedupKeyOf(rule.suppress, subject),
    packVersion: rules.version,
  })
  emit({ topic: 'alerts.v1', schema: 'alerts.v1', key: hit.key, value })
}

function verdictReasons({ detector, record }: Hit): string[] {
  const isCall = 'observation_id' in record && hasContest(record)
  return isCall ? reasonsOf(record, contributionsTo(detector.model, record)) : []
}

/** What is normal, looked for when a statistic is first read, each measure once. */
function lazily(book: BaselineBook, observation: Observation, epoch: number): KnownBaselines {
  let find: KnownBaselines | undefined
  const found = new Map<string, Known | undefined>()
  return (measure) => {
    if (found.has(measure)) return found.get(measure)
    find ??= book.knownOf(observation, epoch)
    const known = find(measure)
    found.set(measure, known)
    return known
  }
}

function isEvent(input: StageInput): input is Extract<StageInput, { schema: EventTopic }> {
  return Object.hasOwn(LAYER_BY_TOPIC, input.schema)
}
