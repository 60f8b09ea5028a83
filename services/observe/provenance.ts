import { delegates } from './delegation.ts'
import { requestedEffects } from './effects.ts'
import type { Instruction } from './instructions.ts'
import type { Reading } from './reading.ts'
import { rangeHash, type Hide } from './hashing.ts'
import type { Token, TokenPart } from './token.ts'
import { tokensOf } from './tokens.ts'

export type SourceKind = 'tool_result' | 'resource' | 'tool_definition'
/** An event whose text the session has seen. */
export type Source = { eventId: string; kind: SourceKind }
/** An instruction found in a source: hashes of its tokens and how it speaks. */
export type Span = Omit<Instruction, 'from' | 'to'> & {
  source: number
  tokens: ReadonlySet<number>
}

/** What a session has read, as keyed hashes: the user's words, the results' words, instructions. */
export type Provenance = {
  user: Set<number>
  requestCount: number
  requested: number
  delegated: boolean
  /** Token to its first source and where it occurs: see `entry`. Oldest first. */
  index: Map<number, number>
  /** Ring of sources; an entry names its place. */
  sources: Source[]
  sourceCount: number
  spans: Span[]
  /** Hashes of texts already read, and of requests already heard; the newest. */
  texts: number[]
  requests: number[]
  /** How many results were read. */
  resultCount: number
}

const USER_TOKENS_MAX_COUNT = 768
const INDEX_MAX_COUNT = 1280
const INDEX_KEEP_COUNT = 1024
const SOURCES_MAX_COUNT = 64
const SPANS_MAX_COUNT = 32
const SPAN_TOKENS_MAX_COUNT = 48
const TEXTS_MAX_COUNT = 64
const OUTSIDE = 64
const IN_SPAN = 128

/** Nothing read yet. */
export function emptyProvenance(): Provenance {
  return {
    user: new Set(),
    requestCount: 0,
    requested: 0,
    delegated: false,
    index: new Map(),
    sources: [],
    sourceCount: 0,
    spans: [],
    texts: [],
    requests: [],
    resultCount: 0,
  }
}

/** Where a token was first read; undefined where no result had it. */
export function sourceOf(provenance: Provenance, token: number): Source | undefined {
  const entry = provenance.index.get(token)
  return entry === undefined ? undefined : provenance.sources[entry & 63]
}

/** Whether a token was read in instructions only. */
export function isExclusive(provenance: Provenance, token: number): boolean {
  const entry = provenance.index.get(token)
  return entry !== undefined && (entry & IN_SPAN) !== 0 && (entry & OUTSIDE) === 0
}

/** Adds what the user said, the same words once. Returns how many tokens found no room. */
export function readRequest(provenance: Provenance, text: string, hide: Hide): number {
  const textHash = rangeHash(text, 0, text.length)
  if (provenance.requests.includes(textHash)) return 0
  provenance.requests.push(textHash)
  if (provenance.requests.length > TEXTS_MAX_COUNT) provenance.requests.shift()
  provenance.requestCount += 1
  const tokens = tokensOf(text)
  provenance.requested |= requestedEffects(tokens)
  provenance.delegated ||= delegates(tokens)
  let droppedCount = 0
  for (const token of tokens) {
    if (provenance.user.size >= USER_TOKENS_MAX_COUNT) droppedCount += 1
    else {
      if (token.weight > 0) provenance.user.add(hide(token.hash))
      for (const part of token.parts) provenance.user.add(hide(part.hash))
    }
  }
  return droppedCount
}

/**
 * Adds a text that came from outside. `echo`: hidden tokens of the call that produced it, which say
 * nothing about where they come from. A text read before adds nothing. Returns what found no room.
 */
export function readResult(
  provenance: Provenance,
  source: Source,
  reading: Reading,
  echo: ReadonlySet<number>,
  hide: Hide,
): number {
  if (source.kind !== 'tool_definition') provenance.resultCount += 1
  if (provenance.texts.includes(reading.textHash)) return 0
  provenance.texts.push(reading.textHash)
  if (provenance.texts.length > TEXTS_MAX_COUNT) provenance.texts.shift()
  const { tokens, instructions } = reading
  const place = placeOf(provenance, source)
  const entries: Entries = { index: provenance.index, place, echo, hide }
  if (source.kind === 'tool_definition') {
    addTokens(
      entries,
      tokens.filter((token) => token.kind === 'id'),
      OUTSIDE,
    )
    return trim(provenance)
  }
  let from = 0
  for (const instruction of instructions.found) {
    addTokens(entries, tokens.slice(from, instruction.from), OUTSIDE)
    const own = tokens.slice(instruction.from, instruction.to)
    addTokens(entries, own, IN_SPAN)
    addSpan(provenance, instruction, own, place, hide)
    from = instruction.to
  }
  addTokens(entries, tokens.slice(from), OUTSIDE)
  return trim(provenance)
}

function placeOf(provenance: Provenance, source: Source): number {
  const place = provenance.sourceCount % SOURCES_MAX_COUNT
  provenance.sourceCount += 1
  if (provenance.sourceCount > SOURCES_MAX_COUNT) {
    for (const [token, entry] of provenance.index) {
      if ((entry & 63) === place) provenance.index.delete(token)
    }
    provenance.spans = provenance.spans.filter((span) => span.source !== place)
  }
  provenance.sources[place] = source
  return place
}

type Entries = {
  index: Map<number, number>
  place: number
  echo: ReadonlySet<number>
  hide: Hide
}

function addTokens(entries: Entries, tokens: readonly Token[], flag: number): void {
  for (const token of tokens) {
    if (token.weight > 0) addToken(entries, token, flag)
    for (const part of token.parts) addToken(entries, part, flag)
  }
}

function addToken({ index, place, echo, hide }: Entries, token: TokenPart, flag: number): void {
  const hidden = hide(token.hash)
  const entry = index.get(hidden)
  if (entry === undefined) {
    if (!echo.has(hidden)) index.set(hidden, place | flag)
  } else if ((entry & flag) === 0 && !echo.has(hidden)) index.set(hidden, entry | flag)
}

function addSpan(
  provenance: Provenance,
  instruction: Instruction,
  own: readonly Token[],
  place: number,
  hide: Hide,
): void {
  const { from: _from, to: _to, ...mood } = instruction
  const tokens = new Set<number>()
  for (const token of own) {
    if (tokens.size >= SPAN_TOKENS_MAX_COUNT) break
    if (token.weight > 0) tokens.add(hide(token.hash))
    for (const part of token.parts) tokens.add(hide(part.hash))
  }
  provenance.spans.push({ ...mood, source: place, tokens })
  if (provenance.spans.length <= SPANS_MAX_COUNT) return
  const weakest = provenance.spans.reduce((low, span) => (worth(span) < worth(low) ? span : low))
  provenance.spans.splice(provenance.spans.indexOf(weakest), 1)
}

function worth(span: Span): number {
  return (
    span.strength + span.metaCount / 4 + (span.override ? 2 : 0) + Math.min(span.idCount, 2) / 2
  )
}

/** Keeps the index within its bound: the oldest go first, words of instructions last. */
function trim(provenance: Provenance): number {
  const { index: entries } = provenance
  if (entries.size <= INDEX_MAX_COUNT) return 0
  const before = entries.size
  for (const keepSpans of [true, false]) {
    for (const [token, entry] of entries) {
      if (entries.size <= INDEX_KEEP_COUNT) break
      if (!keepSpans || (entry & IN_SPAN) === 0) entries.delete(token)
    }
  }
  return before - entries.size
}
