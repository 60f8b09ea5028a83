import { hashesOf } from './hashing.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'

const JOINS = hashesOf('and or but plus')
const SENTENCE_END = /[.!?;\n]/

/**
 * Whether a clause without an order of its own only goes on with the one before it: a name and
 * rating, and the price; the new address: 12 Elm Street.
 */
export function goesOn(text: string, before: readonly Token[], clause: readonly Token[]): boolean {
  const last = before.at(-1)
  const [first, second] = clause
  if (last === undefined || first === undefined) return false
  const gap = text.slice(last.end, first.start)
  if (SENTENCE_END.test(gap)) return false
  if (gap.includes(':')) return clause.every((token) => !isVerb(token))
  return JOINS.has(first.full) && second !== undefined && !isVerb(second)
}

function isVerb({ traits }: Token): boolean {
  return (traits & TRAIT.verb) !== 0
}
