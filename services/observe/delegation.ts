import { ASKED_BY, ASKING } from './asking.ts'
import {
  ACCORDINGLY,
  ACTING,
  AGREED_TO,
  AGREEING,
  ALL,
  AS,
  ATTENDING,
  BEEN,
  BESIDE,
  CHARGES,
  COMPLYING,
  DONE,
  GIVE,
  GIVEN_HERE,
  GOT,
  GRANTED,
  HAVE,
  INSIDE,
  IN_LINE,
  KNOWING,
  LOOKING_ON,
  LOOKING_PARTICLES,
  MAY,
  ONE,
  ORDINALS,
  OTHERS,
  PASSING,
  PER,
  PHRASAL,
  POINTED_BY,
  POINTERS,
  RECEIVING,
  RESUMING_AT,
  SAID,
  SAYING,
  SHOWN,
  SINGLE,
  USUAL,
  WANTED,
  WHATEVER,
  WHERE,
  WORK,
  WORKING,
  YOURS,
} from './delegation-words.ts'
import { isMadeSo, isPromised, NOT } from './made-so.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'

/**
 * Handing a decision over has three parts: a verb that says to act without saying how, a noun for
 * what others leave (or a word that points at it), and a verb of saying that ties both together.
 * Any two of them in one clause, in their order, hand it over.
 */
const REACH_TOKENS = 12
const PARTICLE_REACH_TOKENS = 4
const POINTER_REACH_TOKENS = 3
const WHATEVER_REACH_TOKENS = 6
const AS_REACH_TOKENS = 5
const IN_LINE_REACH_TOKENS = 5
const WANTED_REACH_TOKENS = 4
const GOT_REACH_TOKENS = 12
const PASSING_REACH_TOKENS = 4
const WORK_REACH_TOKENS = 6
const WHERE_REACH_TOKENS = 3

/** What stands around a clause: whether an earlier one asks to read something; the one before. */
type Around = { isRead?: boolean; isQuestion?: boolean; before?: readonly Token[] }

/** Whether these words of a user hand the decision on to what a document says. */
export function delegates(
  tokens: readonly Token[],
  { isRead = false, isQuestion = false, before = [] }: Around = {},
): boolean {
  const hashes = tokens.map((token) => token.full)
  const isShown = isRead || before.some(({ full }) => SHOWN.has(full))
  if (isShown && hashes.some((word) => ACCORDINGLY.has(word))) return true
  const [first = 0, second = 0] = hashes
  const [given, pointer = 0] = first === GIVE ? [first, second] : [second, hashes[2]]
  if (given === GIVE && POINTERS.has(pointer) && before.some(({ full }) => SAYING.has(full))) {
    return true
  }
  for (let index = isQuestion && WHATEVER.has(first) ? 1 : 0; index < hashes.length; index += 1) {
    if (handsOver(tokens, hashes, index)) return true
  }
  return false
}

function handsOver(tokens: readonly Token[], hashes: readonly number[], index: number): boolean {
  const word = hashes[index] ?? 0
  const next = hashes[index + 1] ?? 0
  if (SINGLE.has(word)) return true
  if (DONE.has(word) && isWanted(hashes, index)) return true
  if (PASSING.has(word) && isPassed(hashes, index)) return true
  if (AGREEING.has(word) && isAgreedTo(hashes, index)) return true
  if (RESUMING_AT.has(word) && hasOf(WHERE, hashes, index, WHERE_REACH_TOKENS)) return true
  if (YOURS.has(word) && ASKED_BY.has(hashes[index - 1] ?? 0)) return true
  const isAllowed = MAY.has(word) && HAVE.has(next) && GRANTED.has(hashes[index + 2] ?? 0)
  if (isAllowed && index > 0) return true
  if (isMadeSo(hashes, index) || isPromised(hashes, index)) return true
  if (AS.has(word) && (USUAL.has(next) || next === PER)) return true
  if (ORDINALS.has(word) && ONE.has(next)) return true
  if (WHATEVER.has(word) && saysWhat(tokens, hashes, index)) return true
  if (AS.has(word) && !isAsked(hashes, index) && hasOf(SAYING, hashes, index, AS_REACH_TOKENS)) {
    return true
  }
  if (IN_LINE.has(word) && isInLine(hashes, index)) return true
  if (SAID.has(word) && INSIDE.has(next) && !isAsked(hashes, index)) return true
  return isOrdered(tokens, hashes, index) && actsOn(tokens, hashes, index)
}

/** "Book what she suggests": a verb, and what somebody says; no question of what they say. */
function saysWhat(tokens: readonly Token[], hashes: readonly number[], index: number): boolean {
  if (!hasOf(SAYING, hashes, index, WHATEVER_REACH_TOKENS)) return false
  if (ASKED_BY.has(hashes[index + 1] ?? 0)) return false
  if (BESIDE.has(hashes[index - 1] ?? 0) || isAsked(hashes, index)) return false
  const isActing = tokens
    .slice(0, index)
    .some(({ full, traits }) => ACTING.has(full) || (traits & TRAIT.verb) !== 0)
  return isActing || index < 2
}

/** Whether the words before only want to know: "tell me what", "check whether". */
function isAsked(hashes: readonly number[], index: number): boolean {
  if (index > 1 && (ASKING.has(hashes[0] ?? 0) || ASKING.has(hashes[1] ?? 0))) return true
  return hashes.slice(0, index).some((before) => KNOWING.has(before))
}

function isWanted(hashes: readonly number[], index: number): boolean {
  const before = hashes.slice(Math.max(0, index - WANTED_REACH_TOKENS), index)
  const first = hashes.slice(Math.max(0, index - GOT_REACH_TOKENS), index)
  return (
    (before.some((word) => WANTED.has(word)) || first.some((word) => GOT.has(word))) &&
    !before.some((word) => BEEN.has(word) || NOT.has(word))
  )
}

/** "I am fine with what she proposes", "a yes from me to all of it". */
function isAgreedTo(hashes: readonly number[], index: number): boolean {
  if (hasOf(SAYING, hashes, index, AS_REACH_TOKENS)) return true
  if (!AGREED_TO.has(hashes[index + 1] ?? 0)) return false
  return [CHARGES, ALL].some((words) => hasOf(words, hashes, index, AS_REACH_TOKENS))
}

function isPassed(hashes: readonly number[], index: number): boolean {
  return hasOf(RECEIVING, hashes, index, PASSING_REACH_TOKENS) && hashes.length - index <= 9
}

/** "According to the note", "in line with what she wants". */
function isInLine(hashes: readonly number[], index: number): boolean {
  return (
    !isAsked(hashes, index) &&
    (hasOf(CHARGES, hashes, index, IN_LINE_REACH_TOKENS) ||
      hasOf(SAYING, hashes, index, IN_LINE_REACH_TOKENS))
  )
}

/** Whether a verb here can be an order: nobody asks or tells what others do, or forbids it. */
function isOrdered(tokens: readonly Token[], hashes: readonly number[], index: number): boolean {
  const [first = 0, second = 0] = hashes
  const next = hashes[index + 1] ?? 0
  const before = hashes[index - 1] ?? 0
  if (ASKING.has(first) && ASKED_BY.has(second)) return false
  if (NOT.has(next) || (OTHERS.has(next) && !POINTERS.has(next))) return false
  if (OTHERS.has(before) || NOT.has(before) || NOT.has(hashes[index - 2] ?? 0)) return false
  return ((tokens[index - 1]?.traits ?? 0) & TRAIT.determiner) === 0
}

function actsOn(tokens: readonly Token[], hashes: readonly number[], index: number): boolean {
  const word = hashes[index] ?? 0
  if (COMPLYING.has(word) && index === hashes.length - 1 && isFreeOrder(tokens, index)) return true
  if (WORKING.has(word) && hasOf(WORK, hashes, index, WORK_REACH_TOKENS)) return true
  if (POINTED_BY.has(word) && hasOf(POINTERS, hashes, index, POINTER_REACH_TOKENS)) return true
  const isAttending = ATTENDING.has(word) || isPhrasal(hashes, index)
  if (isAttending) {
    const reach = tokens.slice(index + 1, index + 1 + REACH_TOKENS)
    if (reach.every(({ traits }) => (traits & TRAIT.verb) === 0)) return true
  }
  if (!isAttending && !ACTING.has(word)) return false
  const reach = hashes.slice(index + 1, index + 1 + REACH_TOKENS)
  const charge = reach.findIndex((near) => CHARGES.has(near) || ALL.has(near) || SAYING.has(near))
  return charge >= 0 && !reach.slice(0, charge + 2).some((near) => GIVEN_HERE.has(near))
}

/** Whether an order may begin here: after and, after please, or with the clause. */
function isFreeOrder(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]
  return before === undefined || (before.traits & (TRAIT.and | TRAIT.plea | TRAIT.to)) !== 0
}

function isPhrasal(hashes: readonly number[], index: number): boolean {
  const word = hashes[index] ?? 0
  return PHRASAL.some(([verbs, particles]) => {
    if (!verbs.has(word)) return false
    const at = hashes
      .slice(index + 1, index + 1 + PARTICLE_REACH_TOKENS)
      .findIndex((near) => particles.has(near))
    if (at < 0) return false
    const particle = hashes[index + 1 + at] ?? 0
    return !(LOOKING_ON.has(word) && LOOKING_PARTICLES.has(particle))
  })
}

function hasOf(
  words: ReadonlySet<number>,
  hashes: readonly number[],
  index: number,
  reach: number,
): boolean {
  for (let at = index + 1; at <= index + reach && at < hashes.length; at += 1) {
    if (words.has(hashes[at] ?? 0)) return true
  }
  return false
}
