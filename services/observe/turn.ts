import type { Effect } from './lexicon.ts'
import { AGREED_BIT, asksNear, handsOn, openness, type Request } from './request.ts'

/** From this share of its name's words that the user said, the tool was spoken of. */
const NAMED_MIN = 0.5

/**
 * Whether what the user wants now can have meant this effect of a tool with these words: they ask
 * for it or for one near it, hand something over, leave something open, or speak of the tool.
 */
export function mayMean(request: Request, effect: Effect, concepts: readonly number[]): boolean {
  const turn = turnOf(request)
  if (asksNear(turn, effect) || handsOn(turn) || openness(turn) > 0) return true
  return isSpokenOf(request, concepts)
}

/**
 * What is wanted now, of all that ever was: after ten requests a user has asked for nearly
 * everything, and what was handed over in the first says nothing of the last. See `Request.turn`.
 */
function turnOf(request: Request): Request {
  const { turn, clauses, delegating, vague, assentedSources } = request
  let effects = 0
  clauses.forEach((named, clause) => {
    if ((turn & (1 << clause)) !== 0) effects |= named
  })
  return {
    ...request,
    effects,
    delegated: (delegating & turn) !== 0,
    vague: vague & turn,
    assentedSources: (turn & AGREED_BIT) !== 0 ? assentedSources : 0,
  }
}

/** Whether what is wanted now says enough words of the tool. */
function isSpokenOf({ tokens, turn }: Request, concepts: readonly number[]): boolean {
  const said = concepts.filter((word) => ((tokens.get(word) ?? 0) & turn) !== 0)
  return said.length > 0 && said.length >= concepts.length * NAMED_MIN
}
