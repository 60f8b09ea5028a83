import { isWide } from './characters.ts'
import { FOREIGN_DUTIES, FOREIGN_PLEAS } from './foreign-words.ts'
import { HashTable } from './hash-table.ts'
import { hashesOf } from './hashing.ts'
import { effectBit, effectOfGerund, effectOfParticiple, effectOfVerb } from './lexicon.ts'
import type { Token } from './token.ts'
import { toldToMachines } from './to-machines.ts'
import { isBe, isDue, isWished } from './wishes.ts'
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
  /** Words for the reader; words that put one act before or after another. */
  yoursCount: number
  sequenceCount: number
  urgencyCount: number
  /** Keeps others from knowing: silently, do not tell. */
  secret: boolean
  /** Says from or for whom it is: a message from the administrator. */
  claimed: boolean
}

const LEAD_STEPS_MAX_COUNT = 12
const FORBIDDEN_REACH = 2
/** After these the verb may stand anywhere in the sentence, in German at its end. */
const FOREIGN_PRESSING = hashesOf(`${FOREIGN_PLEAS} ${FOREIGN_DUTIES}`)
const PRESSING_TRAITS = TRAIT.plea | TRAIT.duty
const CLAIM_REACH = 8
const FORBIDDING = HashTable.ofAll(hashesOf('not never without don dont'))
const PARTICIPLE_REACH = 2
const MIDDLE_TRAITS =
  TRAIT.override | TRAIT.meta | TRAIT.asset | TRAIT.plea | TRAIT.duty | TRAIT.verb | TRAIT.gerund
const TONE_TRAITS =
  TRAIT.yours |
  TRAIT.sequence |
  TRAIT.urgency |
  TRAIT.secrecy |
  TRAIT.telling |
  TRAIT.party |
  TRAIT.missive
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
    yoursCount: 0,
    sequenceCount: 0,
    urgencyCount: 0,
    secret: false,
    claimed: false,
  }
  const start = pastLeads(place, from, mood)
  readOrder(place, start, mood)
  if (mood.strength === 0) readTold(place, mood)
  readMiddle(place, start, mood)
  readTone(place, mood)
  if (mood.addressed && mood.strength === 0) mood.strength = 0.5
  return mood
}

/**
 * Index of the first token that is no lead-in, such as "please", "you must", "Before you start,".
 */
function pastLeads(place: Place, from: number, mood: Mood): number {
  let index = from
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
  if (after !== 32 && after !== 10 && after !== 44 && !isWide(after)) return
  if (text.charCodeAt(next.end) === 58 && !isAddressee(text, verb, next)) return
  if (text.charCodeAt(verb.start - 1) === 91) return // the words of a link: "[Reset password]"
  if (start === from && to - from < 4 && !isCapital(text, verb)) return
  const effect = effectOfVerb(verb.full)
  mood.strength = start > from && isKnown ? 1.2 : 1
  if (effect === undefined) return
  mood.effects |= effectBit(effect)
  mood.orders |= effectBit(effect)
}

/** An order behind words that say that machines are meant. */
function readTold(place: Place, mood: Mood): void {
  const told = toldToMachines(place.text, place.tokens, place.from, place.to)
  if (told === undefined) return
  readOrder(place, pastLeads(place, told, mood), mood)
  if (mood.strength > 0) mood.addressed = true
}

/** "Message Ann: …" tells whom, "Contact information: …" is a heading. */
function isAddressee(text: string, verb: Token, next: Token): boolean {
  return effectOfVerb(verb.full) === 'send' && isCapital(text, next)
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
function readMiddle({ text, tokens, from, to }: Place, start: number, mood: Mood): void {
  let overrideCount = 0
  let before = 0
  let isPressed = false
  for (let index = from; index < to; index += 1) {
    const token = tokens[index]
    if (token === undefined) return
    const { traits } = token
    if ((traits & MIDDLE_TRAITS) !== 0) {
      if ((traits & TRAIT.override) !== 0) overrideCount += 1
      if ((traits & TRAIT.meta) !== 0) mood.metaCount += 1
      if ((traits & TRAIT.asset) !== 0) mood.assetCount += 1
      if ((traits & TRAIT.plea) !== 0 && index > start) mood.addressed = true
      if ((traits & TRAIT.duty) !== 0 && (before & TRAIT.you) !== 0) mood.addressed = true
      if ((traits & PRESSING_TRAITS) !== 0) {
        isPressed ||= FOREIGN_PRESSING.has(token.full)
        if (isWide(text.charCodeAt(token.start))) readVerbsBefore(tokens, from, index, mood)
      } else if (isPressed && (traits & TRAIT.verb) !== 0) readLinkedVerb(token, traits, mood)
      const isLinked = index > start && (before & TRAIT.connector) !== 0
      if (isLinked && (traits & (TRAIT.verb | TRAIT.gerund)) !== 0) {
        readLinkedVerb(token, before, mood)
      }
      if ((traits & TRAIT.verb) !== 0 && isWished(text, tokens, from, index)) {
        readLinkedVerb(token, TRAIT.duty, mood)
      }
    }
    if (isBe(token) && isDue(tokens, from, index)) readParticiple(tokens, index + 1, to, mood)
    before = traits
  }
  mood.override = overrideCount > 0 && mood.metaCount > 0
}

/** How the sentence presses its reader. */
function readTone({ tokens, from, to }: Place, mood: Mood): void {
  let missiveAt = -Infinity
  let forbiddenAt = -Infinity
  for (let index = from; index < to; index += 1) {
    const token = tokens[index]
    if (token === undefined) return
    const { traits, full } = token
    const isForbidding = FORBIDDING.get(full) !== 0
    if ((traits & TONE_TRAITS) === 0 && !isForbidding) continue
    if ((traits & TRAIT.yours) !== 0) mood.yoursCount += 1
    if ((traits & TRAIT.sequence) !== 0) mood.sequenceCount += 1
    if ((traits & TRAIT.urgency) !== 0) mood.urgencyCount += 1
    if ((traits & TRAIT.secrecy) !== 0) mood.secret = true
    if (isForbidding) forbiddenAt = index
    if ((traits & TRAIT.telling) !== 0 && index - forbiddenAt <= FORBIDDEN_REACH) mood.secret = true
    if ((traits & TRAIT.party) !== 0 && index - missiveAt <= CLAIM_REACH) mood.claimed = true
    if ((traits & TRAIT.missive) !== 0) missiveAt = index
  }
}

/** Where the verb stands first and the plea at the end: "… を送信してください". */
function readVerbsBefore(tokens: readonly Token[], from: number, to: number, mood: Mood): void {
  for (let index = from; index < to; index += 1) {
    const token = tokens[index]
    if (token !== undefined && (token.traits & TRAIT.verb) !== 0) {
      readLinkedVerb(token, TRAIT.plea, mood)
    }
  }
}

/** "must be deleted": what is to be done, whoever does it. An adverb may stand between. */
function readParticiple(tokens: readonly Token[], from: number, to: number, mood: Mood): void {
  for (let index = from; index < Math.min(to, from + PARTICIPLE_REACH); index += 1) {
    const effect = effectOfParticiple(tokens[index]?.full ?? 0)
    if (effect === undefined) continue
    mood.effects |= effectBit(effect)
    mood.orders |= effectBit(effect)
    mood.strength = Math.max(mood.strength, 0.6)
    return
  }
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
