import type { Stretch } from './reveal.ts'
import { namedEffects } from './effects.ts'
import { moodOf, type Mood } from './grammar.ts'
import { effectBits } from './lexicon.ts'
import type { Sentence } from './sentences.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'

/**
 * A stretch of a text that may tell its reader to do something: a sentence and the few after it in
 * the same leaf. Stretches of neighbouring sentences overlap.
 */
export type Instruction = {
  /** Tokens `from` (inclusive) to `to` (exclusive); the first sentence ends before `firstTo`. */
  from: number
  firstTo: number
  to: number
  leaf: number
  /** Of its first sentence; 0 where that one only names something. */
  strength: number
  /** Other sentences around it that order something. */
  neighbourCount: number
  /** What it speaks of doing, as bits of effects, and what of that it orders. */
  effects: number
  orders: number
  addressed: boolean
  override: boolean
  metaCount: number
  idCount: number
  assetCount: number
  /** How much of its first sentence are words of prose, and how much of that common words. */
  prose: number
  common: number
  /** Stands where people do not see it. */
  hidden: boolean
  tone: Tone
}

/** How a stretch and its surroundings press the reader; each share is 0..1. */
type Tone = { meta: number; you: number; sequence: number; alarm: number }

/** What a text tells its reader to do. */
export type Instructions = {
  found: Instruction[]
  imperativeCount: number
  addressedCount: number
  droppedCount: number
}

const FOLLOWING_SENTENCES_MAX_COUNT = 4
const CONTEXT_BEFORE_SENTENCES = 3
const CONTEXT_AFTER_SENTENCES = 2
const TOKENS_MAX_COUNT = 160
const FOUND_MAX_COUNT = 60
const CANDIDATE_MIN_STRENGTH = 0.5
const OUTSIDE_BITS = effectBits(['send', 'pay', 'delete', 'grant', 'execute', 'write'])
const GRAVE_BITS = effectBits(['pay', 'delete'])
const META_TRAITS = TRAIT.meta | TRAIT.about
const META_WORDS_MAX_COUNT = 5
const ALARM_FAMILIES_COUNT = 5
const PROSE_WORDS_COUNT = 16

/** A text, cut up, and what of it people do not see. */
export type CutText = {
  text: string
  tokens: readonly Token[]
  sentences: readonly Sentence[]
  hidden: readonly Stretch[]
}
type Place = CutText & { moods: readonly Mood[] }

/**
 * Finds the stretches of a text that may tell its reader to do something: those that order or
 * address, and, where room is left, those that name a value. At most 60, in the order of the text.
 */
export function instructionsOf(cut: CutText): Instructions {
  const { text, tokens, sentences } = cut
  const moods = sentences.map(({ from, to }) => moodOf(text, tokens, from, to))
  const place = { ...cut, moods }
  const strong: number[] = []
  const naming: number[] = []
  moods.forEach(({ strength }, index) => {
    if (strength >= CANDIDATE_MIN_STRENGTH) strong.push(index)
    else if (namesValue(place, index)) naming.push(index)
  })
  const chosen = [...strong, ...naming].slice(0, FOUND_MAX_COUNT).sort((one, other) => one - other)
  return {
    found: chosen.map((index) => stretch(place, index)),
    imperativeCount: moods.filter((mood) => mood.strength >= 1).length,
    addressedCount: moods.filter((mood) => mood.addressed).length,
    droppedCount: strong.length + naming.length - chosen.length,
  }
}

/**
 * Whether a stretch is a plain attempt to have its reader act: it sets earlier orders aside, or
 * orders something with an effect on the world and gives the value for it, speaks to its reader or
 * names what to lose; or it orders or names something where people do not see it.
 */
export function isStrong(instruction: Instruction): boolean {
  const { orders, strength, idCount, assetCount, addressed, metaCount, override } = instruction
  if (instruction.hidden && (idCount > 0 || orders !== 0)) return true
  if (strength === 0) return false
  if (override) return true
  if ((orders & OUTSIDE_BITS) === 0) return false
  if (strength >= 0.6 && idCount > 0) return true
  if (strength >= 1 && (addressed || (assetCount > 0 && (orders & GRAVE_BITS) !== 0))) return true
  return strength >= 0.6 && addressed && metaCount > 1
}

function namesValue({ tokens, sentences }: Place, index: number): boolean {
  const { from = 0, to = 0 } = sentences[index] ?? {}
  for (let at = from; at < to; at += 1) if (tokens[at]?.kind === 'id') return true
  return false
}

/** Index after the last sentence that goes on in the same leaf, within `maxCount` and the bound. */
function endOfStretch({ sentences }: Place, start: number, maxCount: number): number {
  const first = sentences[start]
  let end = start + 1
  while (end < sentences.length && end <= start + maxCount) {
    const sentence = sentences[end]
    if (sentence?.leaf !== first?.leaf) break
    if ((sentence?.to ?? 0) - (first?.from ?? 0) > TOKENS_MAX_COUNT) break
    end += 1
  }
  return end
}

function stretch(place: Place, start: number): Instruction {
  const { tokens, sentences, moods } = place
  const strength = moods[start]?.strength ?? 0
  const isOrder = strength >= CANDIDATE_MIN_STRENGTH
  const end = isOrder ? endOfStretch(place, start, FOLLOWING_SENTENCES_MAX_COUNT) : start + 1
  const from = sentences[start]?.from ?? 0
  const firstTo = sentences[start]?.to ?? from
  const to = sentences[end - 1]?.to ?? from
  const [contextStart, contextEnd] = contextOf(place, start, end)
  const found: Instruction = {
    from,
    firstTo,
    to,
    leaf: sentences[start]?.leaf ?? 0,
    strength,
    neighbourCount: 0,
    effects: 0,
    orders: 0,
    addressed: false,
    override: false,
    metaCount: 0,
    assetCount: 0,
    idCount: idCountOf(tokens, from, to),
    ...proseOf(tokens, from, firstTo),
    hidden: isHidden(place, from, to),
    tone: toneOf(place, contextStart, contextEnd),
  }
  let orderCount = 0
  for (let index = contextStart; index < contextEnd; index += 1) {
    const mood = moods[index]
    if (mood === undefined) break
    if (mood.strength >= CANDIDATE_MIN_STRENGTH) orderCount += 1
    if (index >= end) continue
    found.override ||= mood.override
    found.metaCount += mood.metaCount
    if (index >= start) addOwn(found, mood)
  }
  if (!isOrder) found.effects |= namedEffects(tokens.slice(from, firstTo))
  found.neighbourCount = Math.max(0, orderCount - (isOrder ? 1 : 0))
  return found
}

function addOwn(found: Instruction, { effects, orders, addressed, assetCount }: Mood): void {
  found.effects |= effects
  found.orders |= orders
  found.addressed ||= addressed
  found.assetCount += assetCount
}

function proseOf(
  tokens: readonly Token[],
  from: number,
  to: number,
): Pick<Instruction, 'prose' | 'common'> {
  let wordCount = 0
  let commonCount = 0
  for (let at = from; at < to; at += 1) {
    const token = tokens[at]
    if (token?.kind !== 'word') continue
    wordCount += 1
    if ((token.traits & TRAIT.common) !== 0) commonCount += 1
  }
  return {
    prose: Math.min(wordCount, PROSE_WORDS_COUNT) / PROSE_WORDS_COUNT,
    common: wordCount === 0 ? 0 : Math.round((commonCount / wordCount) * 100) / 100,
  }
}

function isHidden({ tokens, hidden }: Place, from: number, to: number): boolean {
  if (hidden.length === 0) return false
  const start = tokens[from]?.start ?? 0
  const end = tokens[to - 1]?.end ?? start
  return hidden.some((unseen) => unseen.from < end && unseen.to > start)
}

function idCountOf(tokens: readonly Token[], from: number, to: number): number {
  let count = 0
  for (let at = from; at < to; at += 1) if (tokens[at]?.kind === 'id') count += 1
  return count
}

/** The sentences around a stretch in its leaf, as a half-open range. */
function contextOf({ sentences }: Place, start: number, end: number): [from: number, to: number] {
  const leaf = sentences[start]?.leaf
  let from = start
  while (from > start - CONTEXT_BEFORE_SENTENCES && sentences[from - 1]?.leaf === leaf) from -= 1
  let to = end
  while (to < end + CONTEXT_AFTER_SENTENCES && sentences[to]?.leaf === leaf) to += 1
  return [from, to]
}

function toneOf({ tokens, sentences, moods }: Place, start: number, end: number): Tone {
  let yoursCount = 0
  let sequenceCount = 0
  let urgencyCount = 0
  let [override, secret, claimed] = [false, false, false]
  for (let index = start; index < end; index += 1) {
    const mood = moods[index]
    if (mood === undefined) break
    yoursCount += mood.yoursCount
    sequenceCount += mood.sequenceCount
    urgencyCount += mood.urgencyCount
    override ||= mood.override
    secret ||= mood.secret
    claimed ||= mood.claimed
  }
  const from = sentences[start]?.from ?? 0
  const metaCount = metaWordCount(tokens, from, sentences[end - 1]?.to ?? from)
  const families = [
    metaCount >= 2,
    sequenceCount > 0 || override,
    urgencyCount > 0,
    secret,
    claimed,
  ]
  return {
    meta: metaCount / META_WORDS_MAX_COUNT,
    you: Math.min(yoursCount, 4) / 4,
    sequence: Math.min(sequenceCount, 4) / 4,
    alarm: families.filter(Boolean).length / ALARM_FAMILIES_COUNT,
  }
}

/** How many different words about assistants and their orders stand there; 5 are enough. */
function metaWordCount(tokens: readonly Token[], from: number, to: number): number {
  const words: number[] = []
  for (let at = from; at < to && words.length < META_WORDS_MAX_COUNT; at += 1) {
    const token = tokens[at]
    if (token === undefined || (token.traits & META_TRAITS) === 0) continue
    if (!words.includes(token.full)) words.push(token.full)
  }
  return words.length
}
