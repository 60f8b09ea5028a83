import { assents } from './assent.ts'
import { clausesOf } from './clauses.ts'
import { conceptOf } from './concepts.ts'
import { delegates } from './delegation.ts'
import { namedEffects } from './effects.ts'
import { handingOver } from './handing-over.ts'
import { goesOn } from './goes-on.ts'
import { hashesOf, rangeHash, wordHash, type Hide } from './hashing.ts'
import { compatibleBits, effectBit, type Effect } from './lexicon.ts'
import { plainLetters } from './plain-letters.ts'
import { points } from './pointing.ts'
import { quotesIn, type Quote } from './quotes.ts'
import { addNames, CLAUSES_MAX_COUNT } from './request-names.ts'
import type { Token } from './token.ts'
import { tokensOf } from './tokens.ts'
import { isQuestion, wantedBy, type Wanted } from './wanted.ts'

/** What a user has asked for in a session, as keyed hashes. Clauses are told as bits. */
export type Request = {
  /** Token to the clauses it stands in. */
  tokens: Map<number, number>
  /** Names and values, which tell one text from another, to their clauses and what they are. */
  names: Map<number, number>
  /** Effects that each clause names, as bits. */
  clauses: number[]
  /** Effects that any clause asks for, as bits; all that any word names, be it only as a noun. */
  effects: number
  named: number
  /** Clauses that hand the decision on to what some text says; whether any ever did. */
  delegating: number
  delegated: boolean
  /** Clauses that only want to know something. */
  asking: number
  /** Clauses that say where a value stands that is needed: the address is on her site. */
  pointing: number
  /** Clauses that say neither what to do nor what to tell: sort out Ann's note. */
  vague: number
  /**
   * Clauses of what is wanted now: of the newest message that wants something, and of later ones;
   * with `AGREED_BIT` where the user agreed in one of them.
   */
  turn: number
  /** How many sources had been read when the user last agreed to what was found. */
  assentedSources: number
  /** How many different requests were heard, and hashes of the newest. */
  count: number
  heard: number[]
}

const TOKENS_MAX_COUNT = 640
const HEARD_MAX_COUNT = 64
const NAMELESS_SHARE = 0.5
const OPEN_MAX_TOKENS = 40
const FOLLOWING = wordHash('following')
const OF_USER = hashesOf('i we my our ich wir je nous soy io ik')
/** Beside the clauses of a turn: the user agreed to what had been found. */
export const AGREED_BIT = 1 << CLAUSES_MAX_COUNT
/** What was wanted before is wanted again, nobody knows which of it. */
const ANY_TURN = (AGREED_BIT - 1) | AGREED_BIT
const GREETING_MAX_WORDS = 2
/** From this probability on, a message hands something over in which grammar sees nobody do so. */
const HANDING_OVER_MIN = 0.87
/** Of words that say something, as many are common ones or verbs. */
const KNOWN_MIN_SHARE = 0.25
const READ_BIT = effectBit('read')

/** Nothing asked yet. */
export function emptyRequest(): Request {
  return {
    tokens: new Map(),
    names: new Map(),
    clauses: [],
    effects: 0,
    named: 0,
    delegating: 0,
    delegated: false,
    asking: 0,
    pointing: 0,
    vague: 0,
    turn: 0,
    assentedSources: 0,
    count: 0,
    heard: [],
  }
}

/**
 * Adds what the user said, the same words once. `sourceCount`: how many texts had been read by
 * then. Returns how many tokens found no room.
 */
export function hearRequest(
  request: Request,
  content: string,
  sourceCount: number,
  hide: Hide,
): number {
  const text = plainLetters(content)
  const textHash = rangeHash(text, 0, text.length)
  if (request.heard.includes(textHash)) {
    if (request.heard.at(-1) !== textHash) request.turn = ANY_TURN
    return 0
  }
  request.heard.push(textHash)
  if (request.heard.length > HEARD_MAX_COUNT) request.heard.shift()
  request.count += 1
  const tokens = tokensOf(text)
  request.named |= namedEffects(tokens)
  const { turn: turnBefore } = request
  const { length: clauseCount } = request.clauses
  const hadWishes = request.delegated || request.asking !== 0 || request.effects !== 0
  request.turn = 0
  const heard = hearClauses(request, text, tokens, hide)
  if (sourceCount > 0 && assents(tokens, heard.isOrder)) {
    request.assentedSources = sourceCount
    request.turn |= AGREED_BIT
  }
  const isOpen = isOpenMessage(tokens)
  const isLeft = !heard.wantsSome && isLeftOpen(request, heard.own, isOpen && !hadWishes)
  const mayHandOver = isOpen && !heard.handsOn
  if (isLeft || (mayHandOver && handingOver(text, tokens) >= HANDING_OVER_MIN)) {
    request.delegating |= heard.own
    request.delegated = true
    heard.wantsSome = true
  }
  if (!heard.wantsSome && request.clauses.length >= clauseCount) request.turn |= turnBefore
  return heard.droppedCount
}

/** What the clauses of one message were. */
type Heard = {
  /** Those that are neither a greeting nor tell only of the user, as bits. */
  own: number
  wantsSome: boolean
  /** Something but to read. */
  isOrder: boolean
  handsOn: boolean
  droppedCount: number
}

function hearClauses(request: Request, text: string, tokens: readonly Token[], hide: Hide): Heard {
  const heard = { own: 0, wantsSome: false, isOrder: false, handsOn: false, droppedCount: 0 }
  const quotes = quotesIn(text)
  let before: readonly Token[] = []
  // Whether the clause before says what it wants, so that more of the same may follow.
  let isHeard = false
  for (const clause of clausesOf(text, tokens)) {
    if (clause.length === 0) continue
    const isRead = request.clauses.some((named) => (named & READ_BIT) !== 0)
    const isAsked = isQuestion({ text, tokens: clause })
    const isHandingOn = delegates(clause, { isRead, isQuestion: isAsked, before })
    const isMore: boolean = isHeard && goesOn(text, before, clause)
    const wanted = wantedBy({ text, tokens: clause }, quotes, { isHandingOn, isMore })
    isHeard = !isHandingOn && (isMore || wanted.isAsking || wanted.effects !== 0)
    const read = { ...wanted, isHandingOn, quotes }
    heard.droppedCount += addClause(request, text, clause, read, hide)
    before = clause
    const bit = 1 << (request.clauses.length - 1)
    if (!wanted.isGreeting && !isOfUser(clause, wanted)) heard.own |= bit
    if (isHandingOn) request.delegated = true
    heard.handsOn ||= isHandingOn
    heard.isOrder ||= (wanted.effects & ~READ_BIT) !== 0
    heard.wantsSome ||= isHandingOn || wanted.isAsking || wanted.effects !== 0
  }
  return heard
}

/** Whether a clause only tells of the user: I am Ann, my room is the one above the yard. */
function isOfUser(clause: readonly Token[], { isVague, isAsking, effects }: Wanted): boolean {
  return !isVague && !isAsking && effects === 0 && OF_USER.has(clause[0]?.full ?? 0)
}

/**
 * Whether a message that asks for nothing leaves to some text what is to be done: where it names
 * one and tells nothing of it; and where it is the first, since something must be wanted.
 */
function isLeftOpen(request: Request, own: number, isFirst: boolean): boolean {
  if (own === 0) return false
  if (holdsName(request.names, own)) return isFirst || (own & ~request.vague) === 0
  return isFirst && wordCount(request, own) > GREETING_MAX_WORDS
}

/**
 * Whether grammar knows enough of a message to say that it asks for nothing, and the message does
 * not spell out itself what is to be done.
 */
function isOpenMessage(tokens: readonly Token[]): boolean {
  if (tokens.length > OPEN_MAX_TOKENS || tokens.some(({ full }) => full === FOLLOWING)) return false
  const knownCount = tokens.filter(({ traits }) => traits !== 0).length
  return knownCount >= tokens.length * KNOWN_MIN_SHARE
}

function wordCount({ tokens }: Request, clauses: number): number {
  let count = 0
  for (const mask of tokens.values()) if ((mask & clauses) !== 0) count += 1
  return count
}

/** Whether any clause asks for this very effect. */
export function asksFor({ effects }: Request, effect: Effect): boolean {
  return (effects & effectBit(effect)) !== 0
}

/** Whether any clause asks for this effect or one near enough to mean it. */
export function asksNear({ effects }: Request, effect: Effect): boolean {
  return (effects & compatibleBits(effect)) !== 0
}

/** Whether the user ever handed a decision on, or agreed to what was found. */
export function handsOn({ delegated, assentedSources }: Request): boolean {
  return delegated || assentedSources > 0
}

/** Whether any of these clauses names something. */
function holdsName(names: Request['names'], clauses: number): boolean {
  for (const mask of names.values()) if ((mask & clauses) !== 0) return true
  return false
}

/**
 * How far the user left open what is to be done: 1 where a clause names something and says neither
 * what to do with it nor what to tell of it; 0.5 where such clauses name nothing, and are more than
 * a greeting; else 0.
 */
export function openness(request: Request): number {
  const { vague, names } = request
  if (vague === 0) return 0
  if (holdsName(names, vague)) return 1
  return wordCount(request, vague) > GREETING_MAX_WORDS ? NAMELESS_SHARE : 0
}

/** A clause as it was read. */
type Read = Wanted & { isHandingOn: boolean; quotes: readonly Quote[] }

function addClause(
  request: Request,
  text: string,
  tokens: readonly Token[],
  { effects, isAsking, isVague, isHandingOn, quotes }: Read,
  hide: Hide,
): number {
  if (request.clauses.length >= CLAUSES_MAX_COUNT) forgetClauses(request)
  const bit = 1 << request.clauses.length
  request.clauses.push(effects)
  request.effects |= effects
  request.turn |= bit
  if (points(tokens)) request.pointing |= bit
  if (isHandingOn) request.delegating |= bit
  else if (isAsking) request.asking |= bit
  else if (isVague) request.vague |= bit
  addNames(request.names, text, tokens, quotes, bit, hide)
  let droppedCount = 0
  const add = (hash: number): void => {
    const hidden = hide(hash)
    const mask = request.tokens.get(hidden)
    if (mask === undefined && request.tokens.size >= TOKENS_MAX_COUNT) droppedCount += 1
    else request.tokens.set(hidden, (mask ?? 0) | bit)
  }
  for (const token of tokens) {
    if (token.weight > 0) add(token.hash)
    for (const part of token.parts) add(part.hash)
    const concept = conceptOf(token.hash)
    if (concept !== undefined) add(concept)
  }
  return droppedCount
}

/** Makes room for newer clauses: earlier words stay, and what they asked for is in `effects`. */
function forgetClauses(request: Request): void {
  request.clauses = []
  request.delegating = 0
  request.asking = 0
  request.pointing = 0
  request.vague = 0
  request.turn = 0
  request.names.clear()
  for (const token of request.tokens.keys()) request.tokens.set(token, 0)
}
