import type { Instruction } from './instructions.ts'
import type { Reading } from './reading.ts'
import { emptyRequest, fitOf, type Fit, type Request } from './request.ts'
import type { Hide } from './hashing.ts'
import { weightsOf } from './span-weights.ts'
import type { Token, TokenPart } from './token.ts'

export const SOURCE_KINDS = ['tool_result', 'resource', 'tool_definition'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]
/** What made a call that brought something in: the serial of a span, and how surely. */
export type Taint = { span: number; strength: number }
/** An event whose text the session has seen. */
export type Source = { eventId: string; kind: SourceKind; atUs: number; taint: Taint | null }
/** How a source came in: the hidden tokens of its call, their share in the user's words. */
export type Arrival = { echo: ReadonlySet<number>; namedShare: number; callCount: number }

/** A stretch of a source that may tell its reader to do something: hashes, and how it speaks. */
export type Span = Omit<Instruction, 'from' | 'firstTo' | 'to' | 'leaf'> & {
  serial: number
  source: number
  leaf: number
  /** Equal for copies of the same words. */
  key: number
  tokens: readonly number[]
  /** Weights of those of its first sentence, which stand first. */
  firstWeights: readonly number[]
  /** Share of its weight that the user's words hold. */
  topic: number
  /** Share of the producing call's arguments that the user named. */
  sourceNamed: number
  /** How well its source fits what the user handed on, only asked about, or left open. */
  delegatedFit: number
  askedFit: number
  vagueFit: number
  /** Ordinal of its source in the session. */
  sourceOrdinal: number
  /** How many calls were made before it was read. */
  callCount: number
}

/** What a session has read, as keyed hashes: the user's words, the results' words, instructions. */
export type Provenance = {
  request: Request
  /** Token to its first source and the leaf it stands in: see `entryOf`. Oldest first. */
  index: Map<number, number>
  /** Tokens that only results of calls a span made have brought in: to that span's serial. */
  tainted: Map<number, number>
  /** Ring of sources; an entry names its place. */
  sources: Source[]
  sourceCount: number
  spans: Span[]
  spanCount: number
  leafCount: number
  /** Hashes of texts already read; the newest. */
  texts: number[]
  /** How many results were read. */
  resultCount: number
}

const INDEX_MAX_COUNT = 1536
const INDEX_KEEP_COUNT = 1280
const TAINTED_MAX_COUNT = 256
const SOURCES_MAX_COUNT = 64
const SPANS_MAX_COUNT = 40
const TEXTS_MAX_COUNT = 64
/** An entry is 6 bits of source, 10 of leaf; leaf 0: in more than one, or in none that counts. */
const PLACE_BITS = 6
const PLACE_MASK = SOURCES_MAX_COUNT - 1
const LEAVES_MAX_COUNT = 1023
const NO_LEAF = 0
const SERIALS_COUNT = 65_536

/** Nothing read yet. */
export function emptyProvenance(): Provenance {
  return {
    request: emptyRequest(),
    index: new Map(),
    tainted: new Map(),
    sources: [],
    sourceCount: 0,
    spans: [],
    spanCount: 0,
    leafCount: 0,
    texts: [],
    resultCount: 0,
  }
}

/** Where a token was first read; undefined where no result had it. */
export function sourceOf(provenance: Provenance, token: number): Source | undefined {
  const entry = provenance.index.get(token)
  return entry === undefined ? undefined : provenance.sources[entry & PLACE_MASK]
}

/** Whether a token was read in this leaf and nowhere else. */
export function isOnlyIn(provenance: Provenance, token: number, leaf: number): boolean {
  const entry = provenance.index.get(token)
  return entry !== undefined && entry >>> PLACE_BITS === leaf
}

/**
 * Adds a text that came from outside. A text read before adds nothing, and the words of the call
 * that asked for it say nothing of where they come from. Returns what found no room.
 */
export function readResult(
  provenance: Provenance,
  source: Source,
  reading: Reading,
  arrival: Arrival,
  hide: Hide,
): number {
  if (source.kind !== 'tool_definition') provenance.resultCount += 1
  if (provenance.texts.includes(reading.textHash)) return 0
  provenance.texts.push(reading.textHash)
  if (provenance.texts.length > TEXTS_MAX_COUNT) provenance.texts.shift()
  const place = placeOf(provenance, source)
  const adding: Adding = { provenance, place, arrival, hide, taint: source.taint }
  const { tokens, sentences, instructions } = reading
  if (source.kind === 'tool_definition') {
    for (const token of tokens) if (token.kind === 'id') addToken(adding, token, NO_LEAF)
    return trim(provenance)
  }
  const { request } = provenance
  const words = request.names.size > 0 ? wordsOf(tokens, arrival.echo, hide) : arrival.echo
  const fit = fitOf(request, words)
  const spans = instructions.found.map((found) => newSpan(adding, found, tokens, fit))
  const leaves = leafIds(provenance, instructions.found, spans)
  for (const { from, to, leaf } of sentences) {
    const id = leaves.get(leaf) ?? NO_LEAF
    for (let index = from; index < to; index += 1) {
      const token = tokens[index]
      if (token === undefined) break
      if (token.weight > 0) addToken(adding, token, id)
      for (const part of token.parts) addToken(adding, part, id)
    }
  }
  spans.forEach((span, index) => {
    const leaf = leaves.get(instructions.found[index]?.leaf ?? -1) ?? NO_LEAF
    keepSpan(provenance, { ...span, leaf })
  })
  return trim(provenance)
}

function placeOf(provenance: Provenance, source: Source): number {
  const place = provenance.sourceCount % SOURCES_MAX_COUNT
  provenance.sourceCount += 1
  if (provenance.sourceCount > SOURCES_MAX_COUNT) {
    for (const [token, entry] of provenance.index) {
      if ((entry & PLACE_MASK) === place) provenance.index.delete(token)
    }
    provenance.spans = provenance.spans.filter((span) => span.source !== place)
  }
  provenance.sources[place] = source
  return place
}

/** A leaf that holds a copy of a known span is that span's leaf: both tell the same. */
function leafIds(
  provenance: Provenance,
  found: readonly Instruction[],
  spans: readonly Span[],
): Map<number, number> {
  const ids = new Map<number, number>()
  found.forEach(({ leaf }, index) => {
    const key = spans[index]?.key
    const copy = provenance.spans.find((span) => span.key === key)
    if (copy !== undefined) ids.set(leaf, copy.leaf)
    else if (!ids.has(leaf)) {
      ids.set(leaf, 1 + (provenance.leafCount % LEAVES_MAX_COUNT))
      provenance.leafCount += 1
    }
  })
  return ids
}

type Adding = {
  provenance: Provenance
  place: number
  arrival: Arrival
  hide: Hide
  taint: Taint | null
}

function addToken(
  { provenance, place, arrival, hide, taint }: Adding,
  part: TokenPart,
  leaf: number,
): void {
  const { index, tainted } = provenance
  const hidden = hide(part.hash)
  if (arrival.echo.has(hidden)) return
  const entry = index.get(hidden)
  if (entry === undefined) {
    index.set(hidden, place | (leaf << PLACE_BITS))
    if (taint !== null && tainted.size < TAINTED_MAX_COUNT) tainted.set(hidden, taint.span)
    return
  }
  if (taint === null) tainted.delete(hidden)
  if (entry >>> PLACE_BITS !== leaf) index.set(hidden, entry & PLACE_MASK)
}

function newSpan(adding: Adding, found: Instruction, all: readonly Token[], fit: Fit): Span {
  const { provenance, place, arrival, hide } = adding
  const { tokens, weights, firstWeights } = weightsOf(all, found, hide)
  let total = 0
  let known = 0
  tokens.forEach((token, index) => {
    const weight = weights[index] ?? 0
    total += weight
    if (provenance.request.tokens.has(token)) known += weight
  })
  provenance.spanCount += 1
  return {
    strength: found.strength,
    neighbourCount: found.neighbourCount,
    effects: found.effects,
    orders: found.orders,
    addressed: found.addressed,
    override: found.override,
    metaCount: found.metaCount,
    idCount: found.idCount,
    assetCount: found.assetCount,
    prose: found.prose,
    common: found.common,
    hidden: found.hidden,
    tone: found.tone,
    serial: provenance.spanCount % SERIALS_COUNT,
    source: place,
    leaf: NO_LEAF,
    key: keyOf(tokens, firstWeights.length),
    tokens,
    firstWeights,
    topic: rounded(total > 0 ? known / total : 0),
    sourceNamed: rounded(arrival.namedShare),
    delegatedFit: rounded(fit.delegated),
    askedFit: rounded(fit.asked),
    vagueFit: rounded(fit.vague),
    sourceOrdinal: provenance.sourceCount,
    callCount: arrival.callCount,
  }
}

/** Everything a source says, and what was asked to get it. */
export function wordsOf(
  tokens: readonly Token[],
  echo: ReadonlySet<number>,
  hide: Hide,
): Set<number> {
  const words = new Set(echo)
  for (const token of tokens) {
    words.add(hide(token.hash))
    for (const part of token.parts) words.add(hide(part.hash))
  }
  return words
}

/** Three decimals are enough, and pack well. */
function rounded(share: number): number {
  return Math.round(share * 1000) / 1000
}

/** Of the first `count` tokens. */
function keyOf(tokens: readonly number[], count: number): number {
  let key = 17
  for (let index = 0; index < count; index += 1) {
    key = Math.imul(key ^ (tokens[index] ?? 0), 0x01000193)
  }
  return key
}

function keepSpan(provenance: Provenance, span: Span): void {
  provenance.spans.push(span)
  if (provenance.spans.length <= SPANS_MAX_COUNT) return
  const weakest = provenance.spans.reduce((low, other) => (worth(other) < worth(low) ? other : low))
  provenance.spans.splice(provenance.spans.indexOf(weakest), 1)
}

function worth({ strength, tone, override, idCount }: Span): number {
  return strength + tone.meta + (override ? 2 : 0) + Math.min(idCount, 2) / 2
}

/** Keeps the index within its bound: the oldest go first, words of instructions last. */
function trim(provenance: Provenance): number {
  const { index } = provenance
  if (index.size <= INDEX_MAX_COUNT) return 0
  const before = index.size
  for (const keepsLeaves of [true, false]) {
    for (const [token, entry] of index) {
      if (index.size <= INDEX_KEEP_COUNT) break
      if (keepsLeaves && entry >>> PLACE_BITS !== NO_LEAF) continue
      index.delete(token)
      provenance.tainted.delete(token)
    }
  }
  return before - index.size
}
