import { isUpper } from './characters.ts'
import { ASKING } from './asking.ts'
import { assents } from './assent.ts'
import { conceptOf } from './concepts.ts'
import { delegates } from './delegation.ts'
import { requestedEffects, verbEffects } from './effects.ts'
import { hashesOf, rangeHash, type Hide } from './hashing.ts'
import { effectBit } from './lexicon.ts'
import { plainLetters } from './plain-letters.ts'
import { sentencesOf } from './sentences.ts'
import type { Token } from './token.ts'
import { tokensOf } from './tokens.ts'
import { TRAIT } from './traits.ts'

/** What a user has asked for in a session, as keyed hashes. Clauses are told as bits. */
export type Request = {
  /** Token to the clauses it stands in. */
  tokens: Map<number, number>
  /** Names and values, which tell one text from another, to the clauses they stand in. */
  names: Map<number, number>
  /** Effects that each clause names, as bits. */
  clauses: number[]
  /** Effects that any clause names, as bits. */
  effects: number
  /** Clauses that hand the decision on to what some text says; whether any ever did. */
  delegating: number
  delegated: boolean
  /** Clauses that only want to know something. */
  asking: number
  /** Clauses that say neither what to do nor what to tell: sort out Ann's note. */
  vague: number
  /** How many sources had been read when the user last agreed to what was found. */
  assentedSources: number
  /** How many different requests were heard, and hashes of the newest. */
  count: number
  heard: number[]
}

/** How well a text fits what the user handed on, only asked about, or left open; each 0..1. */
export type Fit = { delegated: number; asked: number; vague: number }

const TOKENS_MAX_COUNT = 640
const NAMES_MAX_COUNT = 64
const CLAUSES_MAX_COUNT = 30
const HEARD_MAX_COUNT = 64
const NAMELESS_SHARE = 0.5
const GREETING_MAX_WORDS = 2
const CLAUSE_OPENERS = hashesOf('and then if but')
const COMMA = 44
const SEMICOLON = 59
const ASKING_WORDS = new Set([
  ...ASKING,
  ...hashesOf(`is are was were does did has have any whether que cómo cuál che cosa come wat
    tell summarise summarize explain translate digest overview`),
])
const READ_BIT = effectBit('read')

/** Nothing asked yet. */
export function emptyRequest(): Request {
  return {
    tokens: new Map(),
    names: new Map(),
    clauses: [],
    effects: 0,
    delegating: 0,
    delegated: false,
    asking: 0,
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
  request.effects |= requestedEffects(tokens)
  if (sourceCount > 0 && assents(tokens)) request.assentedSources = sourceCount
  let droppedCount = 0
  let own = 0
  for (const clause of clausesOf(text, tokens)) {
    if (clause.length === 0) continue
    droppedCount += addClause(request, text, clause, hide)
    own |= 1 << (request.clauses.length - 1)
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
  return (own & ~vague) === 0 && holdsName(names, own)
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
 * Share of the names of some clauses among these words. Where those name nothing, what was named
 * before them is meant ("There is mail from Ann. Handle it."); a half where nothing was.
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
    total += 1
    if (words.has(name)) found += 1
  }
  return total === 0 ? undefined : found / total
}

function addClause(request: Request, text: string, tokens: readonly Token[], hide: Hide): number {
  if (request.clauses.length >= CLAUSES_MAX_COUNT) forgetClauses(request)
  const bit = 1 << request.clauses.length
  const effects = requestedEffects(tokens)
  request.clauses.push(effects)
  const isRead = request.clauses.some((named) => (named & READ_BIT) !== 0)
  if (delegates(tokens, isRead)) {
    request.delegating |= bit
    request.delegated = true
  } else if (effects === READ_BIT || tokens.some(({ full }) => ASKING_WORDS.has(full))) {
    request.asking |= bit
  } else if (verbEffects(tokens) === 0) request.vague |= bit
  addNames(request, text, tokens, bit, hide)
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

/** Values, and words with a capital inside a sentence. */
function addNames(
  { names }: Request,
  text: string,
  tokens: readonly Token[],
  bit: number,
  hide: Hide,
): void {
  tokens.forEach(({ kind, start, hash, weight }, index) => {
    const code = text.charCodeAt(start)
    const isName = kind === 'word' && index > 0 && weight >= 1 && (isUpper(code) || code > 0xbf)
    if (kind !== 'id' && !isName) return
    const hidden = hide(hash)
    const mask = names.get(hidden)
    if (mask !== undefined || names.size < NAMES_MAX_COUNT) names.set(hidden, (mask ?? 0) | bit)
  })
}

/** Makes room for newer clauses: earlier words stay, and what they asked for is in `effects`. */
function forgetClauses(request: Request): void {
  request.clauses = []
  request.delegating = 0
  request.asking = 0
  request.vague = 0
  request.names.clear()
  for (const token of request.tokens.keys()) request.tokens.set(token, 0)
}

/** Cuts a request at sentences, semicolons, and where "and", "then", "if" opens another order. */
function clausesOf(text: string, tokens: readonly Token[]): Token[][] {
  const clauses: Token[][] = []
  for (const { from, to } of sentencesOf(text, tokens)) {
    let start = from
    for (let index = from + 1; index < to; index += 1) {
      if (!opensClause(text, tokens, index)) continue
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
