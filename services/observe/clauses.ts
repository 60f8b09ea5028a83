import { hashesOf } from './hashing.ts'
import { sentencesOf } from './sentences.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'

/** Every word of a clause is looked at from every other. */
const CLAUSE_MAX_TOKENS = 128
const CLAUSE_OPENERS = hashesOf('and then if but')
const COMMA = 44
const SEMICOLON = 59

/** Cuts a request at sentences and semicolons, where an order opens, and at its greatest length. */
export function clausesOf(text: string, tokens: readonly Token[]): Token[][] {
  const clauses: Token[][] = []
  for (const { from, to } of sentencesOf(text, tokens)) {
    let start = from
    for (let index = from + 1; index < to; index += 1) {
      if (index - start < CLAUSE_MAX_TOKENS && !opensClause(text, tokens, index)) continue
      clauses.push(tokens.slice(start, index))
      start = index
    }
    clauses.push(tokens.slice(start, to))
  }
  return clauses
}

function opensClause(text: string, tokens: readonly Token[], index: number): boolean {
  const token = tokens[index]
  const after = text.charCodeAt(tokens[index - 1]?.end ?? 0)
  if (after === SEMICOLON) return true
  if (token === undefined || !CLAUSE_OPENERS.has(token.full)) return false
  if (after === COMMA) return true
  const isAnd = (token.traits & TRAIT.and) !== 0
  return isAnd && ((tokens[index + 1]?.traits ?? 0) & TRAIT.verb) !== 0
}
