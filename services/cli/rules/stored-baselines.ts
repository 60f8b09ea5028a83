import { readModelFile } from '#adapters/rules/model-file.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import type { Observation } from '#domain/records/index.ts'
import { readDetectSettings } from '../../detect/config.ts'
import { withVerdict } from '../../detect/model/followed.ts'
import { readModel, type FollowedModel } from '../../detect/model/model-file.ts'
import { createBaselineBook } from '../../detect/statistics/baselines.ts'
import { observationSubject, observedAtUs } from '../../detect/statistics/judge.ts'
import type { Subject } from '../../detect/pack/rule.ts'
import { recordOfRow, type Row } from './record-rows.ts'

/** An event is judged with what was known this many epochs before its own. */
const SEAL_EPOCH_COUNT = 2
const PAGE_ROWS = 5_000

/** The baselines of the evidence, as `detect` would have had them at a time. */
export type StoredBaselines = {
  /** Reads what records of this time span are judged with; spans only go forward. */
  readFor(sinceUs: number, untilUs: number): Promise<void>
  /** What rules read of it, the model's verdict included. */
  subjectOf(observation: Observation): Subject
  /** How many were read so far. */
  count(): number
}

/** The model by which `detect` judges calls here. */
export function modelOf(environment: NodeJS.ProcessEnv): FollowedModel {
  return readModelFile(readDetectSettings(environment).modelFile, readModel)
}

/** Nothing is read before it is asked for. */
export function openStoredBaselines(
  evidence: EvidenceStore,
  epochUs: number,
  model: FollowedModel,
): StoredBaselines {
  const book = createBaselineBook(Infinity)
  const sealedEpochAt = (timeUs: number): number => Math.floor(timeUs / epochUs) - SEAL_EPOCH_COUNT
  let throughEpoch: number | undefined
  let count = 0
  const read = async (where: string, latest: string, epochs: Epochs): Promise<void> => {
    for (let skipped = 0; ; skipped += PAGE_ROWS) {
      const sql = `SELECT * FROM baselines WHERE kind != 'marker' AND ${where}
        ORDER BY tenant_id, agent_id, measure, epoch DESC ${latest}
        LIMIT ${PAGE_ROWS} OFFSET ${skipped}`
      const rows = await evidence.query<Row>(sql, epochs)
      for (const row of rows) book.add(recordOfRow('baselines.v1', row))
      count += rows.length
      if (rows.length < PAGE_ROWS) return
    }
  }
  return {
    readFor: async (sinceUs, untilUs) => {
      const first = sealedEpochAt(sinceUs)
      const last = Math.max(first, sealedEpochAt(untilUs))
      if (throughEpoch === undefined) {
        const latest = 'LIMIT 1 BY tenant_id, agent_id, measure'
        await read('epoch <= {through:Int64}', latest, { through: first })
        throughEpoch = first
      }
      if (last <= throughEpoch) return
      const between = 'epoch > {above:Int64} AND epoch <= {through:Int64}'
      await read(between, '', { above: throughEpoch, through: last })
      throughEpoch = last
      book.forgetBefore(first)
    },
    subjectOf: (observation) => {
      const epoch = sealedEpochAt(observedAtUs(observation))
      return observationSubject(withVerdict(model, observation), book.knownOf(observation, epoch))
    },
    count: () => count,
  }
}

type Epochs = { above?: number; through: number }
