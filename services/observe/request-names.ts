import { isUpper, KIND, kindOf } from './characters.ts'
import type { Hide } from './hashing.ts'
import { isQuoted, type Quote } from './quotes.ts'
import type { Token } from './token.ts'

/** Clauses are told as bits; this many have one. */
export const CLAUSES_MAX_COUNT = 30
/** Beside the clauses of a name: it is an identifier, which alone tells which text is meant. */
export const IDENTIFIER_BIT = 1 << CLAUSES_MAX_COUNT
const NAMES_MAX_COUNT = 64
const NAME_MAX_LENGTH = 48
/** Before the name of a room or a person: # @ */
const MARKS = new Set([35, 64])
const HYPHEN = 45

/** Values, words with a capital inside a sentence, what is quoted, and `#rooms` and `@people`. */
export function addNames(
  names: Map<number, number>,
  text: string,
  tokens: readonly Token[],
  quotes: readonly Quote[],
  bit: number,
  hide: Hide,
): void {
  tokens.forEach((token, index) => {
    const { kind, start, hash, weight } = token
    const isMarked = isMarkedName(text, start) || isQuoted(quotes, token)
    const isName =
      kind === 'word' && weight >= 1 && (isMarked || (index > 0 && isCapital(text, start)))
    if (kind !== 'id' && !isName) return
    const hidden = hide(hash)
    const mask = names.get(hidden)
    const bits = (mask ?? 0) | bit | (kind === 'id' ? IDENTIFIER_BIT : 0)
    if (mask !== undefined || names.size < NAMES_MAX_COUNT) names.set(hidden, bits)
  })
}

/** Whether a mark stands before the word or the joined words it is part of: #on-call. */
function isMarkedName(text: string, start: number): boolean {
  for (let index = start - 1; index >= Math.max(0, start - NAME_MAX_LENGTH); index -= 1) {
    const code = text.charCodeAt(index)
    if (MARKS.has(code)) return true
    if (code !== HYPHEN && (kindOf(code) & (KIND.letter | KIND.digit)) === 0) return false
  }
  return false
}

function isCapital(text: string, start: number): boolean {
  const code = text.charCodeAt(start)
  return isUpper(code) || code > 0xbf
}
