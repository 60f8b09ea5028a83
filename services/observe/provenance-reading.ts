import { fitOf } from './fit.ts'
import type { Hide } from './hashing.ts'
import type { Instruction } from './instructions.ts'
import {
  leafOf,
  NO_LEAF,
  PLACE_BITS,
  PLACE_MASK,
  SOURCES_MAX_COUNT,
  type Arrival,
  type Provenance,
  type ReadSource,
  type Source,
  type Span,
  type Taint,
} from './provenance.ts'
import type { Reading } from './reading.ts'
import { weightsOf } from './span-weights.ts'
import type { Token, TokenPart } from './token.ts'

const INDEX_MAX_COUNT = 1536
const INDEX_KEEP_COUNT = 1280
const TAINTED_MAX_COUNT = 256
const SPANS_MAX_COUNT = 40
const TEXTS_MAX_COUNT = 64
const LEAVES_MAX_COUNT = 1023
const SERIALS_COUNT = 65_536
/** Fewer words than these are said again by chance. */
const COPY_MIN_WORDS = 3

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
  const isDefinition = source.kind === 'tool_definition'
  if (!isDefinition) provenance.resultCount += 1
  if (provenance.texts.includes(reading.textHash)) return 0
  provenance.texts.push(reading.textHash)
  if (provenance.texts.length > TEXTS_MAX_COUNT) provenance.texts.shift()
  const { tokens, sentences, instructions } = reading
  const place = placeOf(provenance, {
    ...source,
    ...circumstances(provenance, isDefinition ? [] : tokens, arrival, hide),
  })
  const adding: Adding = { provenance, place, arrival, hide, taint: source.taint }
  if (isDefinition) {
    for (const { kind, hash } of tokens) if (kind === 'id') addToken(adding, hide(hash), NO_LEAF)
    return trim(provenance)
  }
  const spans = instructions.found.map((found) => newSpan(adding, found, tokens))
  const leaves = leafIds(provenance, instructions.found, spans)
  for (let at = 0; at < sentences.length;) {
    const { leaf, from } = sentences[at] ?? { leaf: 0, from: 0 }
    let to = from
    for (; sentences[at]?.leaf === leaf; at += 1) to = sentences[at]?.to ?? to
    const words = hiddenWords(adding, tokens, from, to)
    const id = leaves.get(leaf) ?? copiedLeaf(provenance, words) ?? newLeaf(provenance)
    for (const word of words) addToken(adding, word, id)
    leaves.set(leaf, id)
  }
  spans.forEach((span, index) => {
    const leaf = leaves.get(instructions.found[index]?.leaf ?? -1) ?? NO_LEAF
    keepSpan(provenance, { ...span, leaf })
  })
  return trim(provenance)
}

function circumstances(
  { request, sourceCount }: Provenance,
  tokens: readonly Token[],
  { echo, namedShare, callCount, lineage }: Arrival,
  hide: Hide,
): Omit<ReadSource, keyof Source> {
  const words = request.names.size > 0 ? wordsOf(tokens, echo, hide) : echo
  const { delegated, asked, vague, pointed } = fitOf(request, words)
  return {
    ordinal: sourceCount + 1,
    callCount,
    named: rounded(namedShare),
    fit: {
      delegated: hundredth(Math.max(delegated, lineage[0])),
      asked: hundredth(asked),
      vague: hundredth(vague),
      pointed: hundredth(Math.max(pointed, lineage[1])),
    },
  }
}

function placeOf(provenance: Provenance, source: ReadSource): number {
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
    else if (!ids.has(leaf)) ids.set(leaf, newLeaf(provenance))
  })
  return ids
}

function newLeaf(provenance: Provenance): number {
  provenance.leafCount += 1
  return 1 + ((provenance.leafCount - 1) % LEAVES_MAX_COUNT)
}

type Adding = {
  provenance: Provenance
  place: number
  arrival: Arrival
  hide: Hide
  taint: Taint | null
}

/** What tokens `from` (inclusive) to `to` (exclusive) say, but for the words of the asking call. */
function hiddenWords(
  { arrival, hide }: Adding,
  tokens: readonly Token[],
  from: number,
  to: number,
): number[] {
  const words: number[] = []
  const add = ({ hash }: TokenPart): void => {
    const hidden = hide(hash)
    if (!arrival.echo.has(hidden)) words.push(hidden)
  }
  for (let index = from; index < to; index += 1) {
    const token = tokens[index]
    if (token === undefined) break
    if (token.weight > 0) add(token)
    token.parts.forEach(add)
  }
  return words
}

/** The one leaf that holds all of these words already; undefined: none, or they are too few. */
function copiedLeaf(provenance: Provenance, words: readonly number[]): number | undefined {
  const [first] = words
  if (first === undefined || words.length < COPY_MIN_WORDS) return undefined
  const leaf = leafOf(provenance, first)
  return words.every((word) => leafOf(provenance, word) === leaf) ? leaf : undefined
}

function addToken({ provenance, place, taint }: Adding, hidden: number, leaf: number): void {
  const { index, tainted } = provenance
  const entry = index.get(hidden)
  if (entry === undefined) {
    index.set(hidden, place | (leaf << PLACE_BITS))
    if (taint !== null && tainted.size < TAINTED_MAX_COUNT) tainted.set(hidden, taint.span)
    return
  }
  if (taint === null) tainted.delete(hidden)
  if (entry >>> PLACE_BITS !== leaf) index.set(hidden, entry & PLACE_MASK)
}

function newSpan(
  { provenance, place, hide }: Adding,
  found: Instruction,
  all: readonly Token[],
): Span {
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

/** Of few names, two are. */
function hundredth(share: number): number {
  return Math.round(share * 100) / 100
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
