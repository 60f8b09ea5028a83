import { IDENTIFIER_BIT } from './request-names.ts'
import type { Request } from './request.ts'

/** How well a text fits what was handed on, only asked about, left open, or pointed at: 0..1. */
export type Fit = { delegated: number; asked: number; vague: number; pointed: number }

/** Of what names nothing: half of it fits anything. */
const NAMELESS_SHARE = 0.5

/** How well a text with these words fits the clauses of the user, by the names they share. */
export function fitOf(request: Request, words: ReadonlySet<number>): Fit {
  return {
    delegated: request.delegated ? nameShare(request, request.delegating, words) : 0,
    asked: nameShare(request, request.asking, words),
    vague: nameShare(request, request.vague, words),
    pointed: nameShare(request, request.pointing, words),
  }
}

/**
 * Share of the names of some clauses among these words; 1 where an identifier is. Where those name
 * nothing, what was named before them is meant ("There is mail from Ann. Handle it."); a half where
 * nothing was.
 */
function nameShare(request: Request, clauses: number, words: ReadonlySet<number>): number {
  if (clauses === 0) return 0
  return (
    shareOfNames(request, clauses, words) ??
    shareOfNames(request, (1 << (31 - Math.clz32(clauses))) - 1, words) ??
    NAMELESS_SHARE
  )
}

function shareOfNames(
  { names }: Request,
  clauses: number,
  words: ReadonlySet<number>,
): number | undefined {
  let total = 0
  let found = 0
  for (const [name, mask] of names) {
    if ((mask & clauses) === 0) continue
    const isFound = words.has(name)
    if (isFound && (mask & IDENTIFIER_BIT) !== 0) return 1
    total += 1
    if (isFound) found += 1
  }
  return total === 0 ? undefined : found / total
}
