import type { ContestFeature } from '#domain/contest.ts'
import type { Observation } from '#domain/records/index.ts'
import { SECOND_US } from '#domain/time.ts'
import type { Contributions } from './followed.ts'

/** Features that tell one thing, and how to say it of an observation. */
type Ground = {
  features: readonly ContestFeature[]
  say: (observation: Observation) => string | undefined
}

const REASONS_MAX_COUNT = 4
/** Log odds below which a ground decides nothing worth saying. */
const CONTRIBUTION_MIN = 0.1
const ARGUMENTS_MAX_COUNT = 3
const ARGUMENT_MAX_LENGTH = 60

const GROUNDS: readonly Ground[] = [
  {
    features: [
      'span.only',
      'span.coverage',
      'span.exclusive',
      'span.exclusive_weight',
      'span.exclusive_ids',
      'span.address',
      'sink.span',
      'span.effect',
      'span.paths',
      'place.only',
      'place.exclusive',
      'place.sink',
      'place.paths',
    ],
    say: sayWhere,
  },
  {
    features: ['span.caused'],
    say: () => 'its values came back from an earlier call that the same text caused',
  },
  {
    features: ['span.tool', 'span.used'],
    say: ({ tool_name }) => `that text names what ${tool_name ?? 'the tool'} does`,
  },
  {
    features: ['span.strength', 'span.you', 'span.meta'],
    say: ({ features }) =>
      (features['span.meta'] ?? 0) > 0
        ? 'that text gives its reader orders and speaks of tasks, assistants or the user'
        : 'that text gives its reader orders',
  },
  {
    features: ['span.alarm', 'span.override', 'span.sequence'],
    say: sayPressure,
  },
  {
    features: [
      'user.coverage',
      'user.ids',
      'user.tool',
      'user.effect',
      'user.any_effect',
      'user.near_effect',
      'user.open',
      'effect.unasked',
      'effect.unmeant',
      'user.clause',
      'sink.user',
      'span.topic',
    ],
    say: sayRequest,
  },
  {
    features: [
      'delegated.any',
      'delegated.source',
      'delegated.place',
      'delegated.place_vague',
      'delegated.purpose',
      'delegated.calm',
      'span.source_named',
      'span.own',
    ],
    say: ({ features }) =>
      (features['delegated.any'] ?? 0) > 0
        ? 'the user handed work to some text, but this one goes beyond that'
        : 'the user handed no decision to any text',
  },
  {
    features: ['effect.write', 'effect.send', 'effect.pay', 'effect.delete', 'effect.grant'],
    say: ({ effect }) =>
      effect === null ? undefined : `the call has an effect outside: ${effect}`,
  },
]

/**
 * Why a call is said to follow an instruction, the weightiest ground first: at most four sentences
 * without content. Each ground's weight is the sum of what its features add to the log odds.
 */
export function reasonsOf(observation: Observation, contributions: Contributions): string[] {
  const weighed = GROUNDS.map(({ features, say }) => ({
    weight: features.reduce((sum, feature) => sum + (contributions[feature] ?? 0), 0),
    say,
  }))
  return weighed
    .filter(({ weight }) => weight >= CONTRIBUTION_MIN)
    .sort((one, other) => other.weight - one.weight)
    .flatMap(({ say }) => say(observation) ?? [])
    .slice(0, REASONS_MAX_COUNT)
}

/** "recipient appears only in the tool result of 10:02:11, in a text telling its reader to …". */
function sayWhere(observation: Observation): string {
  const { argument_origins, features, effect } = observation
  const paths = Object.keys(argument_origins)
    .filter((name) => name.endsWith('.only_in'))
    .map((name) => name.slice(0, -'.only_in'.length).slice(0, ARGUMENT_MAX_LENGTH))
    .sort()
  const who =
    paths.length === 0 ? 'what the call does' : paths.slice(0, ARGUMENTS_MAX_COUNT).join(', ')
  const verb =
    paths.length > 1 ? 'appear only in' : paths.length === 1 ? 'appears only in' : 'stands in'
  const tells = (features['span.effect'] ?? 0) > 0 && effect !== null
  const telling = tells ? `, in a text telling its reader to ${effect}` : ''
  return `${who} ${verb} the result of ${clockOf(observation)}${telling}`
}

/** UTC time of day at which the text came in. */
function clockOf({ occurred_at, features }: Observation): string {
  const cameInAtUs = occurred_at - (features['instruction.age_s'] ?? 0) * SECOND_US
  return new Date(Math.round(cameInAtUs / 1000)).toISOString().slice(11, 19)
}

function sayPressure({ features }: Observation): string {
  if ((features['span.override'] ?? 0) > 0) return 'that text sets earlier orders aside'
  return (features['span.sequence'] ?? 0) > 0
    ? 'that text puts itself before or after the work at hand'
    : 'that text presses its reader'
}

function sayRequest({ features, effect }: Observation): string {
  if ((features['effect.unmeant'] ?? 0) > 0 && effect !== null) {
    return `nothing the user wanted then can have meant to ${effect}`
  }
  if ((features['user.coverage'] ?? 0) === 0) return 'the user named none of its values'
  if ((features['user.effect'] ?? 0) === 0 && effect !== null)
    return `the user did not ask to ${effect}`
  return 'no part of the request explains it as well'
}
