import type { ContestFeature } from '#domain/contest.ts'
import type { Effect } from './lexicon.ts'
import { asksFor, asksNear, openness, type Request } from './request.ts'
import { mayMean } from './turn.ts'

/** How grave an effect is that nobody asked for: what can hardly be undone is the gravest. */
const GRAVITY: Record<Effect, number> = {
  read: 0,
  write: 0.25,
  unknown: 0.25,
  send: 0.5,
  pay: 1,
  delete: 1,
  grant: 1,
  execute: 1,
}
/** Of a wish for a near effect: "give it to Ann" may mean to assign it. */
const NEAR_SHARE = 0.5
/** From this share of its values that were read in one place, a call is about what was read. */
const FOREIGN_MIN = 0.3

/** What is said of an effect that the user may not have asked for; each value is 0..1. */
export type UnaskedFeature = Extract<
  ContestFeature,
  'user.near_effect' | 'user.open' | 'effect.unasked' | 'effect.unmeant'
>

/**
 * How grave it is that nobody ever asked for this effect; and whether nothing in what the user
 * wants now can have meant it, and its values were read: no such wish nor one near it, nothing
 * handed over or left open, no word of the tool. `call.elsewhere`: of its values, what stands in
 * one text alone. Without a request both are 0.
 */
export function unaskedFeatures(
  request: Request,
  effect: Effect,
  call: { concepts: readonly number[]; elsewhere: number },
): Record<UnaskedFeature, number> {
  const isNear = asksNear(request, effect)
  const open = openness(request)
  const isHeard = request.count > 0
  const asked = asksFor(request, effect) ? 1 : isNear ? NEAR_SHARE : 0
  const isForeign = effect !== 'read' && effect !== 'unknown' && call.elsewhere >= FOREIGN_MIN
  const isUnmeant = isHeard && isForeign && !mayMean(request, effect, call.concepts)
  return {
    'user.near_effect': isNear ? 1 : 0,
    'user.open': open,
    'effect.unasked': isHeard ? GRAVITY[effect] * (1 - asked) : 0,
    'effect.unmeant': isUnmeant ? 1 : 0,
  }
}
