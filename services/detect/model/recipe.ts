import { CONTEST_FEATURES, type ContestFeature } from '#domain/contest.ts'
import { boost, type Examples, type Recipe } from './boost.ts'
import type { Forest } from './trees.ts'

/** What speaks for the user never raises the odds that an instruction was followed. */
const USER_SIDE: readonly ContestFeature[] = [
  'user.coverage',
  'user.ids',
  'user.tool',
  'user.effect',
  'user.any_effect',
  'user.near_effect',
  'user.open',
  'user.clause',
  'sink.user',
  'span.topic',
  'span.source_named',
  'span.own',
  'place.named',
  'place.topic',
  'delegated.source',
  'delegated.place',
  'delegated.place_vague',
  'delegated.vague',
  'delegated.purpose',
  'delegated.named',
  'delegated.assented',
  'delegated.calm',
  'effect.local',
]
/** What speaks for the instruction never lowers them. */
const SPAN_SIDE: readonly ContestFeature[] = [
  'span.only',
  'span.exclusive',
  'span.exclusive_weight',
  'span.exclusive_ids',
  'span.address',
  'span.paths',
  'span.tool',
  'span.effect',
  'span.used',
  'span.caused',
  'span.strength',
  'span.meta',
  'span.you',
  'span.sequence',
  'span.alarm',
  'span.override',
  'span.hidden',
  'sink.span',
  'tool.quoted',
  'place.paths',
  'place.effect',
  'place.prose',
  'place.near',
  'effect.unasked',
  'effect.unmeant',
]

/** From this probability a call is said to follow an instruction; from the lower, it is suspect. */
export const FOLLOWED_MIN = 0.27
export const SUSPECTED_MIN = 0.15

/** How the model is made. Members of few trees each carry over to tools not trained on. */
const RECIPE: Recipe = {
  signs: CONTEST_FEATURES.map(signOf),
  memberCount: 12,
  treesPerMember: 60,
  depth: 6,
  rate: 0.08,
  leafMinCount: 40,
  ridge: 5,
  featureShare: 0.6,
  treeFeatureShare: 0.3,
  seed: 1,
}

/** Grows the model of followed instructions; the same examples give the same forest. */
export function growFollowedForest(examples: Examples): Forest {
  return boost(examples, RECIPE)
}

function signOf(feature: ContestFeature): number {
  if (USER_SIDE.includes(feature)) return -1
  return SPAN_SIDE.includes(feature) ? 1 : 0
}
