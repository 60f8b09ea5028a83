import { KIND, kindOf } from './characters.ts'
import type { Codes } from './code-buffer.ts'
import { FNV_OFFSET, FNV_PRIME, wordHash } from './hashing.ts'
import { stemEnd } from './stem.ts'
import { monthOf, TRAIT, traitsOf } from './traits.ts'

/** A word of the language, a number, or a value that names something. */
type TokenKind = 'word' | 'number' | 'id'

/** Something inside a token: the host of a URL, a word of a path. */
export type TokenPart = { hash: number; weight: number }

/**
 * One token. `full` hashes it as written (lower case), `hash` what it is compared by: its stem, or
 * the normal form of a value. Weight 0: a word too common to say anything. `traits`: see TRAIT.
 * Whoever makes one names its fields in this order, so that all have one layout.
 */
export type Token = TokenPart & {
  kind: TokenKind
  start: number
  end: number
  full: number
  hash: number
  weight: number
  traits: number
  parts: readonly TokenPart[]
}

/** Of tokens with nothing inside. */
export const NO_PARTS: readonly TokenPart[] = []

/** Of the word that was hashed last: the hash of each beginning, by its length modulo the count. */
const BEGINNINGS_COUNT = 16
const BEGINNINGS = new Int32Array(BEGINNINGS_COUNT)

/**
 * Where the letters from `start` end. Hashes them on the way: a token of this very word must be
 * made before the next word is read.
 */
export function readLetters(codes: Codes, start: number): number {
  let hash = FNV_OFFSET
  let index = start
  for (;;) {
    const code = codes[index] ?? 0
    const kind = kindOf(code)
    if ((kind & KIND.letter) === 0) return index
    hash = Math.imul(hash ^ ((kind & KIND.upper) === 0 ? code : code + 32), FNV_PRIME)
    index += 1
    BEGINNINGS[(index - start) % BEGINNINGS_COUNT] = hash
  }
}

/** The token of the plain word that `readLetters` has read. */
export function wordToken(codes: Codes, start: number, end: number): Token {
  const hash = BEGINNINGS[(stemEnd(codes, start, end) - start) % BEGINNINGS_COUNT] ?? 0
  const full = BEGINNINGS[(end - start) % BEGINNINGS_COUNT] ?? 0
  const traits = traitsOf(full)
  const month = (traits & TRAIT.month) !== 0 ? monthOf(full) : undefined
  if (month !== undefined) {
    const named = monthHash(month)
    return { kind: 'number', start, end, full, hash: named, weight: 0.5, traits, parts: NO_PARTS }
  }
  const weight = (traits & TRAIT.common) !== 0 ? 0 : end - start > 2 ? 1 : 0.3
  return { kind: 'word', start, end, full, hash, weight, traits, parts: NO_PARTS }
}

/** What a month (1..12) is compared by, whether written as a name or a number. */
export function monthHash(month: number): number {
  return MONTH_HASHES[month] ?? 0
}

const MONTH_HASHES = Array.from({ length: 13 }, (_, month) => wordHash(`month ${month}`))
