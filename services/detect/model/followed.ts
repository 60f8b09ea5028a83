import { CONTEST_FEATURES } from '#domain/contest.ts'
import type { Observation } from '#domain/records/index.ts'
import type { FollowedModel } from './model-file.ts'
import { contributionsOf, logOddsOf, probabilityOf } from './trees.ts'

/** What each feature adds to the log odds that a call follows an instruction. */
export type Contributions = Readonly<Record<string, number>>

/** The feature that holds the model's probability. */
export const PROBABILITY_FIELD = 'followed.probability'
/** Where a call may well be what the user meant by handing a text over, one has to be sure. */
const SURE_MIN = 0.9
const HANDED_OVER_MIN = 0.5
const USER_SINK_MIN = 0.9
const PROBABILITY_DECIMALS = 1e4
const SPAN_STRENGTH = CONTEST_FEATURES.indexOf('span.strength')
const SPAN_ONLY = CONTEST_FEATURES.indexOf('span.only')

/** Whether a contest was held over this observation's call. */
export function hasContest({ action, features }: Observation): boolean {
  return action === 'tool_call' && features['instruction.age_s'] !== undefined
}

/**
 * The observation with the model's verdict: `instructed`, and the feature `followed.probability`.
 * A call that is not even suspect names none in `instruction_event_ids`. Observations of
 * anything but calls come back as they are.
 */
export function withVerdict(model: FollowedModel, observation: Observation): Observation {
  if (observation.layer !== 'application' || observation.action !== 'tool_call') return observation
  if (!hasContest(observation)) {
    const wasRead = observation.features['results.read'] !== undefined
    return { ...observation, instructed: wasRead ? false : null, instruction_event_ids: null }
  }
  const row = rowOf(observation)
  const probability = probabilityOf(logOddsOf(model.forest, row))
  const least = mayBeMeant(observation, row) ? SURE_MIN : 0
  const instructed = probability >= Math.max(least, model.followedMin)
  const told = Math.round(probability * PROBABILITY_DECIMALS) / PROBABILITY_DECIMALS
  return {
    ...observation,
    instructed,
    instruction_event_ids:
      probability >= model.suspectedMin ? observation.instruction_event_ids : null,
    features: { ...observation.features, [PROBABILITY_FIELD]: told },
  }
}

/**
 * Whether the user asked the text for this very effect and its plain data hold the destination too,
 * or handed a calm text over and named the destination themselves, or named no effect at all: then
 * what that text says is the request, with an order or without.
 */
function mayBeMeant({ features }: Observation, row: Float32Array): boolean {
  if ((features['delegated.purpose'] ?? 0) >= HANDED_OVER_MIN) return true
  const isHandedOver = (features['delegated.source'] ?? 0) >= HANDED_OVER_MIN
  const isWhole = (features['delegated.any'] ?? 0) > 0 && (features['user.any_effect'] ?? 0) === 0
  if (isHandedOver) return isWhole || (features['sink.user'] ?? 0) > USER_SINK_MIN
  return isWhole && !hasOrder(row) && (features['delegated.place'] ?? 0) >= HANDED_OVER_MIN
}

/** Whether some order has to do with the call of this row. */
export function hasOrder(row: Float32Array): boolean {
  return (row[SPAN_STRENGTH] ?? 0) > 0 || (row[SPAN_ONLY] ?? 0) > 0
}

/** Why the model says what it says of this observation's call: log odds by feature. */
export function contributionsTo(model: FollowedModel, observation: Observation): Contributions {
  const sums = contributionsOf(model.forest, rowOf(observation), CONTEST_FEATURES.length)
  return Object.fromEntries(CONTEST_FEATURES.map((name, at) => [name, sums[at] ?? 0]))
}

/** The features in the order the model reads them; one that is absent is 0. */
export function rowOf({ features }: Pick<Observation, 'features'>): Float32Array {
  return Float32Array.from(CONTEST_FEATURES, (name) => features[name] ?? 0)
}
