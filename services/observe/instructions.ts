import { moodOf, type Mood } from './grammar.ts'
import { effectBit, type Effect } from './lexicon.ts'
import type { Sentence } from './sentences.ts'
import type { Token } from './token.ts'

/** A stretch of a text that tells its reader to do something. */
export type Instruction = {
  /** Tokens `from` (inclusive) to `to` (exclusive). */
  from: number
  to: number
  strength: number
  /** What it speaks of doing, as bits of effects, and what of that it orders. */
  effects: number
  orders: number
  addressed: boolean
  override: boolean
  metaCount: number
  idCount: number
  assetCount: number
}

/** What a text tells its reader to do. */
export type Instructions = {
  found: Instruction[]
  imperativeCount: number
  addressedCount: number
  droppedCount: number
}

const FOLLOWING_SENTENCES_MAX_COUNT = 4
const CONTEXT_SENTENCES = 3
const TOKENS_MAX_COUNT = 160
const FOUND_MAX_COUNT = 60
const OUTSIDE_BITS = bitsOf(['send', 'pay', 'delete', 'grant', 'execute', 'write'])
const GRAVE_BITS = bitsOf(['pay', 'delete'])

/** Finds the stretches of a text that tell its reader to do something; they do not overlap. */
export function instructionsOf(
  text: string,
  tokens: readonly Token[],
  sentences: readonly Sentence[],
): Instructions {
  const moods = sentences.map(({ from, to }) => moodOf(text, tokens, from, to))
  const instructions: Instructions = {
    found: [],
    imperativeCount: moods.filter((mood) => mood.strength >= 1).length,
    addressedCount: moods.filter((mood) => mood.addressed).length,
    droppedCount: 0,
  }
  let index = 0
  while (index < sentences.length) {
    if ((moods[index]?.strength ?? 0) < 0.5) {
      index += 1
      continue
    }
    const end = endOfStretch(sentences, index)
    if (instructions.found.length >= FOUND_MAX_COUNT) instructions.droppedCount += 1
    else instructions.found.push(stretch(tokens, sentences, moods, index, end))
    index = end
  }
  return instructions
}

/**
 * Whether a stretch is a plain attempt to have its reader act: it sets earlier orders aside, or
 * orders something with an effect on the world and gives the value for it, names what to lose, or
 * speaks to an assistant.
 */
export function isStrong(instruction: Instruction): boolean {
  const { orders, strength, idCount, assetCount, addressed, metaCount, override } = instruction
  if (override) return true
  if ((orders & OUTSIDE_BITS) === 0) return false
  if (strength >= 1 && idCount > 0) return true
  if (strength >= 1 && assetCount > 0 && (orders & GRAVE_BITS) !== 0) return true
  return strength >= 0.6 && addressed && metaCount > 1
}

function endOfStretch(sentences: readonly Sentence[], start: number): number {
  const first = sentences[start]
  let end = start + 1
  while (end < sentences.length && end <= start + FOLLOWING_SENTENCES_MAX_COUNT) {
    const sentence = sentences[end]
    if (sentence?.leaf !== first?.leaf) break
    if ((sentence?.to ?? 0) - (first?.from ?? 0) > TOKENS_MAX_COUNT) break
    end += 1
  }
  return end
}

function stretch(
  tokens: readonly Token[],
  sentences: readonly Sentence[],
  moods: readonly Mood[],
  start: number,
  end: number,
): Instruction {
  const from = sentences[start]?.from ?? 0
  const to = sentences[end - 1]?.to ?? from
  const leaf = sentences[start]?.leaf
  const own = moods.slice(start, end)
  const contextStart = Math.max(0, start - CONTEXT_SENTENCES)
  const before = moods
    .slice(contextStart, start)
    .filter((_, offset) => sentences[contextStart + offset]?.leaf === leaf)
  return {
    from,
    to,
    strength: Math.max(...own.map((mood) => mood.strength)),
    effects: own.reduce((bits, mood) => bits | mood.effects, 0),
    orders: own.reduce((bits, mood) => bits | mood.orders, 0),
    addressed: own.some((mood) => mood.addressed),
    override: [...before, ...own].some((mood) => mood.override),
    metaCount: [...before, ...own].reduce((count, mood) => count + mood.metaCount, 0),
    assetCount: own.reduce((count, mood) => count + mood.assetCount, 0),
    idCount: tokens.slice(from, to).filter((token) => token.kind === 'id').length,
  }
}

function bitsOf(effects: readonly Effect[]): number {
  return effects.reduce((bits, effect) => bits | effectBit(effect), 0)
}
