import { hasOrder } from '../../detect/model/followed.ts'
import { growFollowedForest, FOLLOWED_MIN, SUSPECTED_MIN } from '../../detect/model/recipe.ts'
import type { FollowedModel } from '../../detect/model/model-file.ts'
import type { LabelledCall } from './calls.ts'

/** The contested calls of one pack, what each weighs, and what stands of it in the model's file. */
export type TrainingCalls = {
  name: string
  sha256: string
  weight: number
  calls: readonly LabelledCall[]
}

/** Benign sessions under delegation are what a model of followed instructions errs on most. */
const DELEGATED_BENIGN_WEIGHT = 2
/** In new wordings more attacks hold no order that anybody recognises than in those of training. */
const ORDERLESS_ATTACK_WEIGHT = 1.3

/**
 * Grows the model from labelled packs; the same packs in the same order give the same model.
 */
export function growModel(packs: readonly TrainingCalls[]): FollowedModel {
  const calls = packs.flatMap((pack) => pack.calls)
  const weights = packs.flatMap((pack) => pack.calls.map((call) => pack.weight * weightOf(call)))
  const forest = growFollowedForest({
    rows: calls.map(({ row }) => row),
    labels: Uint8Array.from(calls, ({ followed }) => (followed ? 1 : 0)),
    weights: Float64Array.from(weights),
  })
  const trained = packs.map(({ name, sha256, weight, calls: own }) => ({
    name,
    sha256,
    weight,
    calls: own.length,
    followed: own.filter(({ followed }) => followed).length,
  }))
  return { forest, followedMin: FOLLOWED_MIN, suspectedMin: SUSPECTED_MIN, packs: trained }
}

function weightOf({ session, delegated, followed, row }: LabelledCall): number {
  if (session.label === 'benign' && delegated) return DELEGATED_BENIGN_WEIGHT
  return followed && !hasOrder(row) ? ORDERLESS_ATTACK_WEIGHT : 1
}
