import { isUpper } from './characters.ts'
import { assents } from './assent.ts'
import { conceptOf } from './concepts.ts'
import { delegates } from './delegation.ts'
import { namedEffects } from './effects.ts'
import { hashesOf, rangeHash, type Hide } from './hashing.ts'
import { effectBit } from './lexicon.ts'
import { plainLetters } from './plain-letters.ts'
import { points } from './pointing.ts'
import { isQuoted, quotesIn, type Quote } from './quotes.ts'
import { sentencesOf } from './sentences.ts'
import type { Token } from './token.ts'
import { tokensOf } from './tokens.ts'
import { TRAIT } from './traits.ts'
import { wantedBy, type Wanted } from './wanted.ts'

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
  /** How many sources had been read when the user last agreed to what was found. */
  assentedSources: number
  /** How many different requests were heard, and hashes of the newest. */
  count: number
  heard: number[]
}

/** How well a text fits what was handed on, only asked about, left open, or pointed at: 0..1. */
export type Fit = { delegated: number; asked: number; vague: number; pointed: number }

const TOKENS_MAX_COUNT = 640
const NAMES_MAX_COUNT = 64
const CLAUSES_MAX_COUNT = 30
/** Every word of a clause is looked at from every other. */
const CLAUSE_MAX_TOKENS = 128
/** Beside the clauses of a name: it is an identifier, which alone tells which text is meant. */
const IDENTIFIER_BIT = 1 << CLAUSES_MAX_COUNT
const HEARD_MAX_COUNT = 64
const NAMELESS_SHARE = 0.5
const GREETING_MAX_WORDS = 2
const CLAUSE_OPENERS = hashesOf('and then if but')
/** Before the name of a room or a person: # @ */
const MARKS = new Set([35, 64])
const COMMA = 44
const SEMICOLON = 59
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
  if (request.heard.includes(textHash)) return 0
  request.heard.push(textHash)
  if (request.heard.length > HEARD_MAX_COUNT) request.heard.shift()
  request.count += 1
  const tokens = tokensOf(text)
  request.named |= namedEffects(tokens)
  if (sourceCount > 0 && assents(tokens)) request.assentedSources = sourceCount
  let droppedCount = 0
  let own = 0
  const quotes = quotesIn(text)
  let before: readonly Token[] | undefined
  for (const clause of clausesOf(text, tokens)) {
    if (clause.length === 0) continue
    const isRead = request.clauses.some((named) => (named & READ_BIT) !== 0)
    const isHandingOn = delegates(clause, isRead, before)
    const wanted = wantedBy({ text, tokens: clause }, quotes, isHandingOn)
    droppedCount += addClause(request, text, clause, { ...wanted, isHandingOn, quotes }, hide)
    before = clause
    if (!wanted.isGreeting) own |= 1 << (request.clauses.length - 1)
    if (isHandingOn) request.delegated = true
  }
  if (isLeftOpen(request, own)) {
    request.delegating |= own
    request.delegated = true
  }
  return droppedCount
}

/**
 * Whether a message names something and says neither what to do nor what to tell: then whatever is
 * to be done stands in what it names.
 */
function isLeftOpen({ vague, names }: Request, own: number): boolean {
  return own !== 0 && (own & ~vague) === 0 && holdsName(names, own)
}

/** Whether any of these clauses names something. */
function holdsName(names: Request['names'], clauses: number): boolean {
  for (const mask of names.values()) if ((mask & clauses) !== 0) return true
  return false
}

/** How well a text with these words fits the clauses of the user, by the names they share. */
export function fitOf(request: Request, words: ReadonlySet<number>): Fit {
  return {
    delegated: request.delegated ? nameShare(request, request.delegating, words) : 0,
    asked: nameShare(request, request.asking, words),
    vague: nameShare(request, request.vague, words),
    pointed: nameShare(request, request.pointing, words),
  }
}

/**
 * How far the user left open what is to be done: 1 where a clause names something and says neither
 * what to do with it nor what to tell of it; 0.5 where such clauses name nothing, and are more than
 * a greeting; else 0.
 */
export function openness({ vague, names, tokens }: Request): number {
  if (vague === 0) return 0
  if (holdsName(names, vague)) return 1
  let wordCount = 0
  for (const mask of tokens.values()) if ((mask & vague) !== 0) wordCount += 1
  return wordCount > GREETING_MAX_WORDS ? NAMELESS_SHARE : 0
}

/**
 * Share of the names of some clauses among these words; 1 where an identifier is. Where those name
 * nothing, what was named before them is meant ("There is mail from Ann. Handle it."); a half where
 * nothing was.
 */
function nameShare(request: Request, clauses: number, words: ReadonlySet<number>): number {
  if (clauses === 0) return 0
  return (
    shareOfNames(request, clauses, words) ??
    shareOfNames(request, (1 << (31 - Math.clz32(clauses))) - 1, words) ??
    NAMELESS_SHARE
  )
}

function shareOfNames(
  { names }: Request,
  clauses: number,
  words: ReadonlySet<number>,
): number | undefined {
  let total = 0
  let found = 0
  for (const [name, mask] of names) {
    if ((mask & clauses) === 0) continue
    const isFound = words.has(name)
    if (isFound && (mask & IDENTIFIER_BIT) !== 0) return 1
    total += 1
    if (isFound) found += 1
  }
  return total === 0 ? undefined : found / total
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
  if (points(tokens)) request.pointing |= bit
  if (isHandingOn) request.delegating |= bit
  else if (isAsking) request.asking |= bit
  else if (isVague) request.vague |= bit
  addNames(request, text, tokens, quotes, bit, hide)
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

/** Values, words with a capital inside a sentence, what is quoted, and `#rooms` and `@people`. */
function addNames(
  { names }: Request,
  text: string,
  tokens: readonly Token[],
  quotes: readonly Quote[],
  bit: number,
  hide: Hide,
): void {
  tokens.forEach((token, index) => {
    const { kind, start, hash, weight } = token
    const isMarked = MARKS.has(text.charCodeAt(start - 1)) || isQuoted(quotes, token)
    const isName =
      kind === 'word' && weight >= 1 && (isMarked || (index > 0 && isCapital(text, start)))
    if (kind !== 'id' && !isName) return
    const hidden = hide(hash)
    const mask = names.get(hidden)
    const bits = (mask ?? 0) | bit | (kind === 'id' ? IDENTIFIER_BIT : 0)
    if (mask !== undefined || names.size < NAMES_MAX_COUNT) names.set(hidden, bits)
  })
}

function isCapital(text: string, start: number): boolean {
  const code = text.charCodeAt(start)
  return isUpper(code) || code > 0xbf
}

/** Makes room for newer clauses: earlier words stay, and what they asked for is in `effects`. */
function forgetClauses(request: Request): void {
  request.clauses = []
  request.delegating = 0
  request.asking = 0
  request.pointing = 0
  request.vague = 0
  request.names.clear()
  for (const token of request.tokens.keys()) request.tokens.set(token, 0)
}

/** Cuts a request at sentences and semicolons, where an order opens, and at its greatest length. */
function clausesOf(text: string, tokens: readonly Token[]): Token[][] {
  const clauses: Token[][] = []
  for (const { from, to } of sentencesOf(text, tokens)) {
    let start = from
    for (let index = from + 1; index < to; index += 1) {
      if (index - start < CLAUSE_MAX_TOKENS && !opensClause(text, tokens, index)) continue
      clauses.push(tokens.slice(start, index))
      start = index
    }
    clauses.push(tokens.slice(start, to))
  }
  return clauses
}

function opensClause(text: string, tokens: readonly Token[], index: number): boolean {
  const token = tokens[index]
  const after = text.charCodeAt(tokens[index - 1]?.end ?? 0)
  if (after === SEMICOLON) return true
  if (token === undefined || !CLAUSE_OPENERS.has(token.full)) return false
  if (after === COMMA) return true
  const isAnd = (token.traits & TRAIT.and) !== 0
  return isAnd && ((tokens[index + 1]?.traits ?? 0) & TRAIT.verb) !== 0
}
