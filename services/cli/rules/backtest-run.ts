import type { EvidenceStore } from '#domain/evidence.ts'
import type { Observation } from '#domain/records/index.ts'
import { topicsReadBy } from '../../detect/detect.ts'
import { compileRules, type CompiledRules } from '../../detect/pack/streams.ts'
import { ALL_LAYERS } from '../../detect/pack/document.ts'
import type { Rule, Subject } from '../../detect/pack/rule.ts'
import { createProgress } from '../terminal.ts'
import { HitCounts, type DayCount, type Hit } from './hit-counts.ts'
import type { FollowedModel } from '../../detect/model/model-file.ts'
import { openStoredBaselines, type StoredBaselines } from './stored-baselines.ts'
import { storedPages, type RecordTopic, type StoredRecord } from './stored-records.ts'
import { daysOf, type TimeSpan } from './time-span.ts'

export type BacktestRequest = {
  evidence: EvidenceStore
  span: TimeSpan
  epochUs: number
  tried: readonly Rule[]
  /** The rules to compare with. */
  live: readonly Rule[] | undefined
  examplesMaxCount: number
  model: FollowedModel
}

export type BacktestOutcome = {
  rows: DayCount[]
  recordsCount: number
  baselinesCount: number
  readsStatistics: boolean
}

/** Tries rules on what is stored, day by day, a page of records in memory at a time. */
export async function runBacktest(request: BacktestRequest): Promise<BacktestOutcome> {
  const { evidence, span, epochUs } = request
  const tried = compileRules(request.tried)
  const live = request.live === undefined ? undefined : compileRules(request.live)
  const sets = live === undefined ? [tried] : [tried, live]
  const topics = new Set(sets.flatMap((set) => topicsReadBy(set))) as ReadonlySet<RecordTopic>
  const readsStatistics = sets.some(areStatisticsRead)
  const baselines = openStoredBaselines(evidence, epochUs, request.model)
  const counts = new HitCounts(request.examplesMaxCount)
  const days = daysOf(span)
  const progress = createProgress()
  let recordsCount = 0
  try {
    for (const [index, { sinceUs, untilUs }] of days.entries()) {
      if (readsStatistics) await baselines.readFor(sinceUs, untilUs)
      for (const topic of topics) {
        for await (const page of storedPages(evidence, topic, sinceUs, untilUs)) {
          recordsCount += page.length
          progress.update(index, days.length, `${recordsCount} records`)
          for (const stored of page) tryOn(stored, baselines, tried, live, counts)
        }
      }
    }
  } finally {
    progress.stop()
  }
  const baselinesCount = baselines.count()
  return { rows: counts.rows(), recordsCount, baselinesCount, readsStatistics }
}

function tryOn(
  stored: StoredRecord,
  baselines: StoredBaselines,
  tried: CompiledRules,
  live: CompiledRules | undefined,
  counts: HitCounts,
): void {
  const { service, record } = stored
  const subject =
    service === 'observation'
      ? baselines.subjectOf(record as Observation)
      : { record, statistic: () => null }
  const found = hitsOf(tried, stored, subject)
  const before = live === undefined ? found : hitsOf(live, stored, subject)
  counts.add(record.occurred_at, record.event_id, found, before)
}

function hitsOf(rules: CompiledRules, { service, layer }: StoredRecord, subject: Subject): Hit[] {
  const found = rules.streamOf(service, layer).firing(subject)
  return found.map(({ rule: { name, id, level } }) => ({ name, id, level }))
}

function areStatisticsRead(rules: CompiledRules): boolean {
  return ALL_LAYERS.some((layer) => rules.streamOf('observation', layer).readsStatistics)
}
