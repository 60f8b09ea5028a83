import { AGREED_BIT, type Request } from './request.ts'

/**
 * What is wanted now, of all that ever was: after ten requests a user has asked for nearly
 * everything, and what was handed over in the first says nothing of the last. See `Request.turn`.
 */
export function turnOf(request: Request): Request {
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

/** Whether what is wanted now says this word. */
export function isOfTurn({ tokens, turn }: Request, word: number): boolean {
  return ((tokens.get(word) ?? 0) & turn) !== 0
}
