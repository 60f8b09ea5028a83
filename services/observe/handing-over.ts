import { isUpper } from './characters.ts'
import { ANYWHERE, INTERCEPT, OPENING, SECOND } from './handing-over-weights.ts'
import { wordHash } from './hashing.ts'
import type { Token } from './token.ts'

/**
 * Where a cue stands: anywhere in the message, first in one of its sentences, or second of all. A
 * word is told by the hash of its stem.
 */
export type Cue = { place: 'anywhere' | 'opening' | 'second'; stem: number }

/** What stands for a name, for a value, for a question and for a colon, like words. */
export const MARKS = { name: '@', value: '#', question: '?', colon: ':' } as const

const MARK = {
  name: wordHash(MARKS.name),
  value: wordHash(MARKS.value),
  question: wordHash(MARKS.question),
  colon: wordHash(MARKS.colon),
}
const CUE_TOKENS_MAX_COUNT = 60
/** Weights are written in hundredths. */
const WEIGHT_STEPS = 100
const WEIGHTS = {
  anywhere: weightsOf(ANYWHERE),
  opening: weightsOf(OPENING),
  second: weightsOf(SECOND),
}

/**
 * The probability, 0..1, that a user's message hands over to some text what is to be done, by its
 * words in whatever order. A logistic model of written requests, see
 * `handing-over-weights.ts`; it knows ways of saying so that no grammar lists.
 */
export function handingOver(text: string, tokens: readonly Token[]): number {
  let sum = INTERCEPT
  for (const { place, stem } of cuesOf(text, tokens)) sum += WEIGHTS[place].get(stem) ?? 0
  return 1 / (1 + Math.exp(-sum / WEIGHT_STEPS))
}

/** The cues of a message, each once. Of a long message only its first 60 tokens tell any. */
export function cuesOf(text: string, tokens: readonly Token[]): Cue[] {
  const cues = new Map<string, Cue>()
  const add = (place: Cue['place'], stem: number): void => {
    cues.set(`${place}${stem}`, { place, stem })
  }
  tokens.slice(0, CUE_TOKENS_MAX_COUNT).forEach((token, index) => {
    const isOpening = index === 0 || opensSentence(text, tokens[index - 1]?.end ?? 0, token.start)
    const stem = stemOf(text, token, isOpening)
    add('anywhere', stem)
    if (isOpening && token.kind === 'word') add('opening', stem)
    if (index === 1) add('second', stem)
  })
  if (text.includes('?')) add('anywhere', MARK.question)
  if (text.includes(':')) add('anywhere', MARK.colon)
  return [...cues.values()]
}

function stemOf(text: string, { kind, start, end, hash }: Token, isOpening: boolean): number {
  if (kind !== 'word') return MARK.value
  const isName = !isOpening && end - start > 1 && isUpper(text.charCodeAt(start))
  return isName ? MARK.name : hash
}

function opensSentence(text: string, from: number, to: number): boolean {
  for (let index = from; index < to; index += 1)
    if ('.!?:;\n"'.includes(text[index] ?? '')) return true
  return false
}

/** `stem weight stem weight …` */
function weightsOf(written: string): Map<number, number> {
  const words = written.trim().split(/\s+/)
  const weights = new Map<number, number>()
  for (let index = 0; index < words.length; index += 2) {
    weights.set(wordHash(words[index] ?? ''), Number(words[index + 1]))
  }
  return weights
}
