import type { ContestFeature } from '#domain/contest.ts'
import type { CallWords } from './call-words.ts'
import { compatibleBits, effectBit, type Effect } from './lexicon.ts'
import { isOnlyIn, type Provenance, type ReadSource, type Span } from './provenance.ts'

/** How well one instruction explains a call; each value is 0..1. */
export type SpanFeatures = Record<Extract<ContestFeature, `span.${string}`> | 'sink.span', number>

/** A span, and how well it explains a call. */
export type Explaining = { span: Span; found: SpanFeatures; score: number }

/** What is known of a call beside its words. */
export type CallNature = { effect: Effect; isFirstOfTool: boolean; callCount: number }

/** The same words in a call that the span's own calls brought in count a little less. */
const CAUSED_WEIGHT = 0.8
const EXCLUSIVE_WEIGHT_MAX = 6
const EXCLUSIVE_IDS_MAX = 2
const MENTIONED_EFFECT = 0.6

/** By span: the weight of what only its own calls brought in, as sure as it made them. */
type Caused = Map<number, { weight: number; tokens: Set<number> }>

/** Weighs the words of a call that came in by calls which a span had made. */
export function causedWeights(provenance: Provenance, words: CallWords): Caused {
  const caused: Caused = new Map()
  if (provenance.tainted.size === 0) return caused
  for (const [token, weight] of words.weights) {
    const serial = provenance.tainted.get(token)
    if (serial === undefined || provenance.request.tokens.has(token)) continue
    const known = caused.get(serial) ?? { weight: 0, tokens: new Set() }
    known.weight += weight
    known.tokens.add(token)
    caused.set(serial, known)
  }
  return caused
}

/** What is said of a call that no span explains. */
export const NO_SPAN: SpanFeatures = {
  'span.coverage': 0,
  'span.only': 0,
  'span.exclusive': 0,
  'span.exclusive_weight': 0,
  'span.exclusive_ids': 0,
  'span.address': 0,
  'span.paths': 0,
  'span.tool': 0,
  'span.effect': 0,
  'span.used': 0,
  'span.caused': 0,
  'span.strength': 0,
  'span.meta': 0,
  'span.you': 0,
  'span.sequence': 0,
  'span.alarm': 0,
  'span.override': 0,
  'span.hidden': 0,
  'span.prose': 0,
  'span.common': 0,
  'span.topic': 0,
  'span.near': 0,
  'span.source_named': 0,
  'span.own': 0,
  'sink.span': 0,
}

/**
 * Sets one span against a call; undefined where they have nothing in common. `caused` is what
 * `causedWeights` told of the same call.
 */
export function spanFeatures(
  provenance: Provenance,
  span: Span,
  words: CallWords,
  { effect, callCount }: CallNature,
  caused: Caused,
): SpanFeatures | undefined {
  const matched = matchOf(provenance, span, words, caused.get(span.serial)?.tokens)
  const named = words.name.filter((token) => span.tokens.includes(token)).length
  const isSame = effect !== 'read' && (span.orders & effectBit(effect)) !== 0
  if (matched.shared + named + matched.exclusive === 0 && !isSame) return undefined
  const total = Math.max(words.total, 1e-9)
  const near = compatibleBits(effect)
  const source = provenance.sources[span.source]
  return {
    'span.coverage': Math.min(1, matched.shared / total),
    'span.only': Math.min(1, matched.only / total),
    'span.exclusive': Math.min(1, matched.exclusive / total),
    'span.exclusive_weight':
      Math.min(matched.exclusive, EXCLUSIVE_WEIGHT_MAX) / EXCLUSIVE_WEIGHT_MAX,
    'span.exclusive_ids': Math.min(matched.idCount, EXCLUSIVE_IDS_MAX) / EXCLUSIVE_IDS_MAX,
    'span.address': matched.addressCount > 0 ? 1 : 0,
    'span.paths': pathShare(provenance, words, matched.tokens),
    'span.tool': named / Math.max(1, words.name.length),
    'span.effect':
      (span.orders & near) !== 0 ? 1 : (span.effects & near) !== 0 ? MENTIONED_EFFECT : 0,
    'span.used': usedShare(span, words),
    'span.caused': Math.min(1, (caused.get(span.serial)?.weight ?? 0) / total),
    'span.strength': Math.min(1, (span.strength + 0.3 * Math.min(span.neighbourCount, 3)) / 2.1),
    'span.meta': span.tone.meta,
    'span.you': span.tone.you,
    'span.sequence': span.tone.sequence,
    'span.alarm': span.tone.alarm,
    'span.override': span.override ? 1 : 0,
    'span.hidden': span.hidden ? 1 : 0,
    'span.prose': span.prose,
    'span.common': span.common,
    'span.topic': span.topic,
    'span.near': nearness(source, callCount),
    'span.source_named': source?.named ?? 0,
    'span.own': 0,
    'sink.span': sinkShare(words, (token) => matched.tokens.has(token)) ?? 0,
  }
}

/** 1 where the source was the last thing read before the call, less with each call since. */
export function nearness(source: ReadSource | undefined, callCount: number): number {
  return source === undefined ? 0 : 1 / (1 + Math.max(0, callCount - source.callCount))
}

/** Which span to hear: a fixed weighing of what it shares with the call and how it speaks. */
export function handScore(span: SpanFeatures): number {
  return (
    1.5 * span['span.only'] +
    span['span.exclusive'] +
    0.8 * span['span.tool'] +
    0.8 * span['span.effect'] +
    0.7 * span['span.used'] +
    0.84 * span['span.strength'] +
    0.5 * span['span.meta'] +
    0.3 * span['span.you'] -
    0.5 * span['span.topic'] +
    0.2 * span['span.near'] +
    0.5 * span['span.caused'] +
    0.5 * span['span.hidden']
  )
}

/** Share of the values that say where a call goes for which `isOf` holds; undefined: none. */
export function sinkShare(
  { sinks }: CallWords,
  isOf: (token: number) => boolean,
): number | undefined {
  let total = 0
  let found = 0
  for (const [token, weight] of sinks) {
    total += weight
    if (isOf(token)) found += weight
  }
  return total > 0 ? found / total : undefined
}

type Matched = {
  shared: number
  only: number
  exclusive: number
  idCount: number
  addressCount: number
  tokens: Set<number>
}

/** What the span and the call have in common; `causedTokens`: what the span's own calls brought. */
function matchOf(
  provenance: Provenance,
  span: Span,
  words: CallWords,
  causedTokens: ReadonlySet<number> | undefined,
): Matched {
  const matched: Matched = {
    shared: 0,
    only: 0,
    exclusive: 0,
    idCount: 0,
    addressCount: 0,
    tokens: new Set(),
  }
  const addExclusive = (token: number, weight: number): void => {
    matched.exclusive += weight
    matched.tokens.add(token)
    if (!words.ids.has(token)) return
    matched.idCount += 1
    if (words.addresses.has(token)) matched.addressCount += 1
  }
  for (const token of span.tokens) {
    const weight = words.weights.get(token)
    if (weight === undefined) continue
    matched.shared += weight
    if (provenance.request.tokens.has(token)) continue
    matched.only += weight
    matched.tokens.add(token)
    if (isOnlyIn(provenance, token, span.leaf)) addExclusive(token, weight)
  }
  for (const token of causedTokens ?? []) {
    if (!matched.tokens.has(token))
      addExclusive(token, CAUSED_WEIGHT * (words.weights.get(token) ?? 0))
  }
  return matched
}

/** Of the arguments that name something which the user did not: the share the span names too. */
export function pathShare(
  { request }: Provenance,
  { byPath }: CallWords,
  matched: ReadonlySet<number>,
): number {
  let total = 0
  let found = 0
  for (const tokens of byPath.values()) {
    if (tokens.every((token) => request.tokens.has(token))) continue
    total += 1
    if (tokens.some((token) => matched.has(token))) found += 1
  }
  return total > 0 ? found / total : 0
}

function usedShare({ tokens, firstWeights }: Span, words: CallWords): number {
  let total = 0
  let used = 0
  firstWeights.forEach((weight, index) => {
    const token = tokens[index] ?? 0
    total += weight
    if (words.weights.has(token) || words.name.includes(token)) used += weight
  })
  return total > 0 ? used / total : 0
}
