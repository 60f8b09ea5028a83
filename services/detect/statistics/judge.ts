import { keyOf } from '#domain/lane.ts'
import type { Baseline, Observation } from '#domain/records/index.ts'
import type { Asked, Subject } from '../pack/rule.ts'
import type { KnownBaselines } from './baselines.ts'
import { hourRarity, originHabit, surpriseOf, type OriginHabit } from './habits.ts'
import { EFFECT_TABLE, observedNames, observedNumber, TRANSITION_TABLE } from './measures.ts'
import { expectedOf, noveltyDays, percentileOf, robustZ } from './robust.ts'

const ORIGIN_SUFFIX = '.origin'
/** Origins that an odd argument does not have: the user's own words, and too little to tell. */
const PLAIN_ORIGINS: ReadonlySet<string | undefined> = new Set(['user', 'unknown'])

/** An observation as rules read it: its facts, and what is normal says of them. */
export function observationSubject(observation: Observation, known: KnownBaselines): Subject {
  const atUs = observedAtUs(observation)
  let odd: OddArgument | null | undefined
  return {
    record: observation,
    statistic: (asked) => {
      const found = known(asked.measure)
      if (asked.of === 'basis') return found?.basis ?? 'cap'
      if (found === undefined) return null
      const { baseline } = found
      if (asked.of === 'sessions') return baseline.samples_count
      if (baseline.kind === 'number') return judgeNumber(baseline, observation, asked)
      if (baseline.kind === 'set') {
        if (asked.of !== 'novelty_days') return null
        return noveltyDays(baseline, observedNames(observation, asked.measure), atUs)
      }
      if (asked.of === 'rarity') return hourRarity(baseline, atUs)
      if (asked.of === 'surprise') return surprise(baseline, observation)
      if (asked.argument !== undefined) {
        return told(argumentHabit(baseline, observation, asked.argument), asked)
      }
      if (odd === undefined) odd = oddArgument(baseline, observation)
      return told(odd, asked)
    },
  }
}

/** Event time that no fast clock can push ahead of its collection: µs since the epoch. */
export function observedAtUs(record: { occurred_at: number; collected_at: number }): number {
  return Math.min(record.occurred_at, record.collected_at)
}

function judgeNumber(
  baseline: Baseline,
  observation: Observation,
  { measure, of }: Asked,
): number | null {
  const expected = expectedOf(baseline)
  if (of === 'expected') return expected
  const observed = observedNumber(observation, measure)
  if (observed === undefined) return null
  if (of === 'robust_z') return robustZ(baseline, observed)
  if (of === 'percentile') return percentileOf(baseline, observed)
  return of === 'excess' && expected !== null ? observed - expected : null
}

function surprise(baseline: Baseline, observation: Observation): number | null {
  const { features, tool_name, effect } = observation
  const [context, name] =
    baseline.measure === TRANSITION_TABLE
      ? [features['sequence.previous_tool'], tool_name]
      : baseline.measure === EFFECT_TABLE
        ? [features['request.effects'], effect]
        : []
  if (context === undefined || name === undefined || name === null) return null
  return surpriseOf(baseline, keyOf(String(context)), keyOf(name))
}

type OddArgument = OriginHabit & { path: string; origin: string }

function argumentHabit(
  baseline: Baseline,
  { tool_name, argument_origins }: Observation,
  path: string,
): OddArgument | null {
  const origin = argument_origins[`${path}${ORIGIN_SUFFIX}`]
  if (tool_name === null || origin === undefined) return null
  const habit = originHabit(baseline, tool_name, path, origin)
  return habit === null ? null : { ...habit, path, origin }
}

/** Of what the user did not give, the argument whose origin is rarest; of equals the first. */
function oddArgument(baseline: Baseline, observation: Observation): OddArgument | null {
  const paths = Object.keys(observation.argument_origins)
    .filter((name) => name.endsWith(ORIGIN_SUFFIX))
    .filter((name) => !PLAIN_ORIGINS.has(observation.argument_origins[name]))
    .map((name) => name.slice(0, -ORIGIN_SUFFIX.length))
    .sort()
  return paths.reduce<OddArgument | null>((rarest, path) => {
    const habit = argumentHabit(baseline, observation, path)
    const isRarer = habit !== null && (rarest === null || habit.rarity > rarest.rarity)
    return isRarer ? habit : rarest
  }, null)
}

function told(habit: OddArgument | null, { of }: Asked): number | string | null {
  if (habit === null) return null
  if (of === 'origin_rarity') return habit.rarity
  if (of === 'usual_origin') return habit.usualOrigin
  if (of === 'usual_share') return habit.usualShare
  if (of === 'path') return habit.path
  return of === 'origin' ? habit.origin : null
}
