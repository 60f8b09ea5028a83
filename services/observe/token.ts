import { rangeHash, wordHash } from './hashing.ts'
import { stemEnd } from './stem.ts'
import { monthOf, TRAIT, traitsOf } from './traits.ts'

/** A word of the language, a number, or a value that names something. */
type TokenKind = 'word' | 'number' | 'id'

/** Something inside a token: the host of a URL, a word of a path. */
export type TokenPart = { hash: number; weight: number }

/**
 * One token. `full` hashes it as written (lower case), `hash` what it is compared by: its stem, or
 * the normal form of a value. Weight 0: a word too common to say anything. `traits`: see TRAIT.
 */
export type Token = TokenPart & {
  kind: TokenKind
  start: number
  end: number
  full: number
  traits: number
  parts: readonly TokenPart[]
}

/** Of tokens with nothing inside. */
export const NO_PARTS: readonly TokenPart[] = []

/** The token of a plain word. */
export function wordToken(text: string, start: number, end: number): Token {
  const cut = stemEnd(text, start, end)
  const hash = rangeHash(text, start, cut)
  const full = rangeHash(text, cut, end, hash)
  const traits = traitsOf(full)
  const month = (traits & TRAIT.month) !== 0 ? monthOf(full) : undefined
  if (month !== undefined) {
    const monthly = { hash: monthHash(month), weight: 0.5, parts: NO_PARTS }
    return { kind: 'number', start, end, full, traits, ...monthly }
  }
  const weight = (traits & TRAIT.common) !== 0 ? 0 : end - start > 2 ? 1 : 0.3
  return { kind: 'word', start, end, full, hash, weight, traits, parts: NO_PARTS }
}

/** What a month (1..12) is compared by, whether written as a name or a number. */
export function monthHash(month: number): number {
  return MONTH_HASHES[month] ?? 0
}

const MONTH_HASHES = Array.from({ length: 13 }, (_, month) => wordHash(`month ${month}`))
