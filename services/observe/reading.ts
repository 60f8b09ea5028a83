import { rangeHash } from './hashing.ts'
import { instructionsOf, type Instructions } from './instructions.ts'
import { sentencesOf } from './sentences.ts'
import type { Token } from './token.ts'
import { tokensOf } from './tokens.ts'
import { unfold } from './unfold.ts'

/** A text read from outside, cut up. */
export type Reading = { textHash: number; tokens: Token[]; instructions: Instructions }

/** Cuts a text up and finds what it tells its reader to do. */
export function readText(text: string): Reading {
  const plain = unfold(text)
  const tokens = tokensOf(plain)
  const instructions = instructionsOf(plain, tokens, sentencesOf(plain, tokens))
  return { textHash: rangeHash(plain, 0, plain.length), tokens, instructions }
}
