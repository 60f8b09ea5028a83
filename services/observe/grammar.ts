import { effectBit, effectOfGerund, effectOfVerb } from './lexicon.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'

/** How one sentence speaks. */
export type Mood = {
  /** 0: tells nobody to do anything; 1: begins as an order; 0.5 to 0.6: holds one. */
  strength: number
  /** What it speaks of doing, as bits of effects, and what of that it orders. */
  effects: number
  orders: number
  /** Speaks to its reader: please, you must, make sure, I want you to. */
  addressed: boolean
  /** Sets earlier orders aside. */
  override: boolean
  /** Words about assistants, tasks and instructions themselves. */
  metaCount: number
  /** Words for what accounts and systems hold. */
  assetCount: number
}

const LEAD_STEPS_MAX_COUNT = 12
const OPENER_MAX_COUNT = 20

/** A sentence within the tokens of its text. */
type Place = { text: string; tokens: readonly Token[]; from: number; to: number }

/** Reads one sentence: tokens `from` (inclusive) to `to` (exclusive) of `text`. */
export function moodOf(text: string, tokens: readonly Token[], from: number, to: number): Mood {
  const place: Place = { text, tokens, from, to }
  const mood: Mood = {
    strength: 0,
    effects: 0,
    orders: 0,
    addressed: false,
    override: false,
    metaCount: 0,
    assetCount: 0,
  }
  const start = pastLeads(place, mood)
  readOrder(place, start, mood)
  readMiddle(place, start, mood)
  if (mood.addressed && mood.strength === 0) mood.strength = 0.5
  return mood
}

/**
 * Index of the first token that is no lead-in, such as "please", "you must", "Before you start,".
 */
function pastLeads(place: Place, mood: Mood): number {
  let index = place.from
  for (let step = 0; step < LEAD_STEPS_MAX_COUNT; step += 1) {
    const width = leadWidth(place, index, mood)
    if (width === 0) return index
    index += width
  }
  return index
}

function leadWidth(place: Place, index: number, mood: Mood): number {
  const traits = traitsAt(place, index)
  const next = traitsAt(place, index + 1)
  if ((traits & TRAIT.plea) !== 0) mood.addressed = true
  if ((traits & TRAIT.lead) !== 0) return 1
  if ((traits & TRAIT.opener) !== 0) return openerWidth(place, index)
  const isToYou = (traits & TRAIT.you) !== 0 && (next & TRAIT.modal) !== 0
  const isAsking = (traits & TRAIT.asking) !== 0 && (next & TRAIT.you) !== 0
  if (isToYou || isAsking) {
    mood.addressed = true
    return 2 + linkWidth(place, index + 2)
  }
  if ((traits & TRAIT.speaker) !== 0) return wishWidth(place, index, mood)
  if ((traits & TRAIT.care) !== 0) {
    const width = linkWidth(place, index + 1)
    if (width === 0) return 0
    if ((traitsAt(place, index + width) & TRAIT.to) !== 0) mood.addressed = true
    return 1 + width
  }
  const isNumbered = index === place.from && place.tokens[index]?.kind === 'number'
  return isNumbered && place.to - place.from > 2 ? 1 : 0
}

/** "I want you to", "we need you to": up to and with the "to"; 0 where it is another clause. */
function wishWidth(place: Place, index: number, mood: Mood): number {
  let cursor = index + 1
  if ((traitsAt(place, cursor) & TRAIT.wish) === 0) return 0
  while (cursor < index + 4 && (traitsAt(place, cursor) & TRAIT.wish) !== 0) cursor += 1
  if ((traitsAt(place, cursor) & TRAIT.you) === 0) return 0
  mood.addressed = true
  return cursor + 1 + linkWidth(place, cursor + 1) - index
}

function linkWidth(place: Place, index: number): number {
  let width = 0
  while (width < 4 && (traitsAt(place, index + width) & TRAIT.link) !== 0) width += 1
  return width
}

/** A clause that sets the scene ends at a comma or colon. */
function openerWidth({ text, tokens, to }: Place, index: number): number {
  const limit = Math.min(to, index + OPENER_MAX_COUNT)
  for (let cursor = index; cursor < limit; cursor += 1) {
    const code = text.charCodeAt(tokens[cursor]?.end ?? text.length)
    if (code === 44 || code === 58) return cursor + 1 - index
  }
  return 0
}

function readOrder(place: Place, start: number, mood: Mood): void {
  const { text, tokens, from, to } = place
  const verb = tokens[start]
  const next = tokens[start + 1]
  if (verb === undefined || next === undefined || verb.kind !== 'word' || start + 1 >= to) return
  const isOverride = (verb.traits & TRAIT.override) !== 0
  const isKnown = isOverride || (verb.traits & TRAIT.verb) !== 0
  if (!isKnown && !looksLikeOrder(text, verb, next)) return
  if ((next.traits & TRAIT.afterNoun) !== 0 && !isOverride) return
  const after = text.charCodeAt(verb.end)
  if (after !== 32 && after !== 10 && after !== 44) return
  if (text.charCodeAt(next.end) === 58) return // a heading: "Contact information:"
  if (text.charCodeAt(verb.start - 1) === 91) return // the words of a link: "[Reset password]"
  if (start === from && to - from < 4 && !isCapital(text, verb)) return
  const effect = effectOfVerb(verb.full)
  mood.strength = start > from && isKnown ? 1.2 : 1
  if (effect === undefined) return
  mood.effects |= effectBit(effect)
  mood.orders |= effectBit(effect)
}

/** A sentence that opens with an unknown word and goes on with an object: "Concoct the". */
function looksLikeOrder(text: string, word: Token, next: Token): boolean {
  if (!isCapital(text, word) || word.weight === 0) return false
  if ((next.traits & TRAIT.object) === 0) return false
  const ending = text.slice(Math.max(word.start, word.end - 3), word.end)
  return !/(?:ing|ed|ly|s)$/.test(ending)
}

function isCapital(text: string, word: Token): boolean {
  const code = text.charCodeAt(word.start)
  return code >= 65 && code <= 90
}

/**
 * Orders further in (after "please", "and then", "you must", or as "by sending"), and its subject.
 */
function readMiddle({ tokens, from, to }: Place, start: number, mood: Mood): void {
  let overrideCount = 0
  let before = 0
  for (let index = from; index < to; index += 1) {
    const token = tokens[index]
    if (token === undefined) return
    const { traits } = token
    if ((traits & TRAIT.override) !== 0) overrideCount += 1
    if ((traits & TRAIT.meta) !== 0) mood.metaCount += 1
    if ((traits & TRAIT.asset) !== 0) mood.assetCount += 1
    if ((traits & TRAIT.plea) !== 0 && index > start) mood.addressed = true
    if ((traits & TRAIT.duty) !== 0 && (before & TRAIT.you) !== 0) mood.addressed = true
    const isLinked = index > start && (before & TRAIT.connector) !== 0
    if (isLinked && (traits & (TRAIT.verb | TRAIT.gerund)) !== 0) {
      readLinkedVerb(token, before, mood)
    }
    before = traits
  }
  mood.override = overrideCount > 0 && mood.metaCount > 0
}

function readLinkedVerb(verb: Token, before: number, mood: Mood): void {
  const effect = effectOfVerb(verb.full) ?? effectOfGerund(verb.full)
  if (effect === undefined) return
  mood.effects |= effectBit(effect)
  if ((before & TRAIT.to) !== 0) return
  if (mood.strength > 0 || (before & TRAIT.and) === 0) mood.orders |= effectBit(effect)
  if ((before & TRAIT.and) === 0) mood.strength = Math.max(mood.strength, 0.6)
}

/** Traits of a token of the sentence; 0 past its end. */
function traitsAt({ tokens, to }: Place, index: number): number {
  return index < to ? (tokens[index]?.traits ?? 0) : 0
}
