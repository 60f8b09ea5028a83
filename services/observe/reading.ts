import { turnedRound } from './backwards.ts'
import { CodeBuffer } from './code-buffer.ts'
import { textHash } from './hashing.ts'
import { instructionsOf, type Instructions } from './instructions.ts'
import { reveal, type Stretch } from './reveal.ts'
import { sentencesOf, type Sentence } from './sentences.ts'
import type { Token } from './token.ts'
import { tokensOf } from './tokens.ts'
import { unfold } from './unfold.ts'

const BUFFER = new CodeBuffer()

/** A text read from outside, cut up. */
export type Reading = {
  /** The text as it was cut: unfolded and revealed. */
  text: string
  textHash: number
  tokens: Token[]
  sentences: Sentence[]
  instructions: Instructions
}

/**
 * Cuts a text up and finds what it tells its reader to do. What is written backwards stands once
 * more at the end, turned round.
 */
export function readText(text: string): Reading {
  const { text: plain, hidden } = reveal(unfold(text))
  const tokens = tokensOf(plain)
  const turned = turnedRound(plain, tokens)
  if (turned === undefined) return readPlain(plain, tokens, hidden)
  const whole = `${plain}\n\n${turned}`
  const added = { from: plain.length + 2, to: whole.length }
  return readPlain(whole, tokensOf(whole), [...hidden, added])
}

function readPlain(text: string, tokens: Token[], hidden: readonly Stretch[]): Reading {
  const sentences = sentencesOf(text, tokens)
  const instructions = instructionsOf({ text, tokens, sentences, hidden })
  const hash = textHash(BUFFER.of(text), text.length)
  return { text, textHash: hash, tokens, sentences, instructions }
}
