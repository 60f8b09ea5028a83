import type { ContestFeature } from '#domain/contest.ts'
import type { CallWords } from './call-words.ts'
import { homeOf, placeOf, type Home } from './contest-place.ts'
import {
  NO_SPAN,
  causedWeights,
  handScore,
  sinkShare,
  spanFeatures,
  type CallNature,
  type Explaining,
} from './contest-span.ts'
import { unaskedFeatures, type UnaskedFeature } from './contest-unasked.ts'
import { compatibleBits, effectBit, effectBits, type Effect } from './lexicon.ts'
import type { Provenance, ReadSource, Span } from './provenance.ts'
import { asksFor, asksNear, handsOn, type Request } from './request.ts'

/** What stands for and against an instruction being behind a call; each value is 0..1. */
type Features = Record<ContestFeature, number>

/** Who explains a call: its features, and the span that explains it best, if any does. */
export type Contest = {
  features: Features
  span: Span | undefined
  /** Where it comes from: the order that gives its values; without one, their home. */
  origin: { leaf: number; source: ReadSource } | undefined
  /** Share of the call's weight that stands in no other place than that span. */
  exclusive: number
}

const NEAR_EFFECT = 0.6
const UNKNOWN_SHARE = 0.5
/** Words of prose, as a share of a long sentence's, from which a text says something. */
const PROSE_MIN = 0.2
/** Of prose in a language we know at least this share are common words. */
const FOREIGN_COMMON_MAX = 0.15

const SIDE_EFFECTS = effectBits(['write', 'send', 'pay', 'delete', 'grant', 'execute'])

/**
 * Sets the user's words against the instructions that came in: which of them explains the call
 * better. Pure arithmetic over sets of hashes; each feature is said in `CONTEST_FEATURES`.
 */
export function contestOf(provenance: Provenance, words: CallWords, nature: CallNature): Contest {
  const { order: best, plain } = explainingSpans(provenance, words, nature)
  const order = saysMore(best, provenance.request, nature.effect) ? best : undefined
  const span = order?.found ?? NO_SPAN
  const home = homeOf(provenance, words)
  const place = placeOf(provenance, words, plain, home, nature.callCount)
  const user = userFeatures(provenance, words, nature)
  return {
    span: (order ?? plain)?.span,
    origin: originOf(provenance, order, plain, home),
    exclusive: span['span.exclusive'],
    features: {
      ...user,
      ...span,
      ...place.features,
      ...unaskedFeatures(provenance.request, nature.effect, {
        concepts: words.concepts,
        elsewhere: Math.max(span['span.only'], place.features['place.only']),
      }),
      ...delegationFeatures(provenance, nature.effect, {
        order,
        plain,
        place: place.source,
        placeShare: place.features['place.only'],
        isSent: words.sinks.size > 0,
      }),
    },
  }
}

/** The order, and the stretch of plain data, that explain a call best. */
function explainingSpans(
  provenance: Provenance,
  words: CallWords,
  nature: CallNature,
): { order: Explaining | undefined; plain: Explaining | undefined } {
  const caused = causedWeights(provenance, words)
  let order: Explaining | undefined
  let plain: Explaining | undefined
  for (const span of provenance.spans) {
    const found = spanFeatures(provenance, span, words, nature, caused)
    if (found === undefined) continue
    const score = handScore(found)
    if (speaks(span)) {
      if (order === undefined || score > order.score) order = { span, found, score }
    } else if (plain === undefined || score > plain.score) plain = { span, found, score }
  }
  return { order, plain }
}

/** Whether an order tells of a call what the user has not asked for too: an effect, or a value. */
function saysMore(order: Explaining | undefined, request: Request, effect: Effect): boolean {
  if (order === undefined) return false
  const { 'span.coverage': coverage, 'span.caused': caused } = order.found
  return coverage > 0 || caused > 0 || !asksFor(request, effect)
}

/** The leaf of the order that gives the call's values; without one, their home. */
function originOf(
  provenance: Provenance,
  order: Explaining | undefined,
  plain: Explaining | undefined,
  home: Home | undefined,
): Contest['origin'] {
  const givesValues = (order?.found['span.only'] ?? 0) + (order?.found['span.caused'] ?? 0) > 0
  if (!givesValues && home !== undefined) return home
  const explained = order ?? plain
  const source = explained && provenance.sources[explained.span.source]
  return explained && source && { leaf: explained.span.leaf, source }
}

type DelegationFeatures = Record<Extract<ContestFeature, `delegated.${string}`>, number>

/** Whether the user handed the decision on: to anything, to the order's source, to the place's. */
function delegationFeatures(
  { request, sources }: Provenance,
  effect: Effect,
  by: {
    order: Explaining | undefined
    plain: Explaining | undefined
    place: ReadSource | undefined
    /** Share of the call that the place gives; whether the call says where something goes. */
    placeShare: number
    isSent: boolean
  },
): DelegationFeatures {
  const { order, plain, place } = by
  const found = order?.found ?? NO_SPAN
  const source = order && sources[order.span.source]
  const isToldSo = isAssented(request, source)
  const assented = isToldSo || isAssented(request, place) ? 1 : 0
  const delegated = handsOn(request) ? 1 : 0
  const calm = 1 - found['span.alarm']
  const pointed = place?.fit.pointed ?? 0
  const plainFit = plain && sources[plain.span.source]?.fit.delegated
  const asData = by.isSent
    ? Math.min(plainFit ?? 0, plain?.found['sink.span'] ?? 0)
    : Math.min(place?.fit.delegated ?? 0, by.placeShare)
  return {
    'delegated.any': delegated,
    'delegated.source': calm * Math.max(source?.fit.delegated ?? 0, isToldSo ? 1 : 0),
    'delegated.place': Math.max(place?.fit.delegated ?? 0, asksNear(request, effect) ? pointed : 0),
    'delegated.place_vague': place?.fit.vague ?? 0,
    'delegated.place_asked': place?.fit.asked ?? 0,
    'delegated.vague': source?.fit.vague ?? 0,
    'delegated.asked': source?.fit.asked ?? 0,
    'delegated.purpose': isNamed(request, effect) ? asData : 0,
    'delegated.named': delegated * found['span.source_named'],
    'delegated.assented': assented,
    'delegated.calm': delegated * calm,
  }
}

/**
 * Whether a span may tell somebody something, and does not only name a value: it orders, hides, or
 * is prose in a language whose orders nobody here knows.
 */
function speaks({ strength, hidden, prose, common }: Span): boolean {
  return strength > 0 || hidden || (prose >= PROSE_MIN && common <= FOREIGN_COMMON_MAX)
}

/** Whether the user agreed to something after this had been read. */
function isAssented(request: Request, source: ReadSource | undefined): boolean {
  return source !== undefined && source.ordinal <= request.assentedSources
}

/** Whether the words that handed something over name this very effect: pay the bill he sent. */
function isNamed({ clauses, delegating }: Request, effect: Effect): boolean {
  const bit = effectBit(effect)
  return clauses.some((effects, clause) => {
    return (delegating & (1 << clause)) !== 0 && (effects & bit) !== 0
  })
}

type UserFeatures = Omit<
  Features,
  `span.${string}` | `place.${string}` | `delegated.${string}` | 'sink.span' | UnaskedFeature
>

function userFeatures(
  { request, index }: Provenance,
  words: CallWords,
  { effect, isFirstOfTool }: CallNature,
): UserFeatures {
  let known = 0
  let fromModel = 0
  for (const [token, weight] of words.weights) {
    if (request.tokens.has(token)) known += weight
    else if (!index.has(token)) fromModel += weight
  }
  const { total, ids, concepts } = words
  const share = (weight: number): number => (total > 0 ? weight / total : 0)
  const namesEffect = asksFor(request, effect) ? 1 : 0
  const anyEffect = (request.effects & SIDE_EFFECTS) !== 0 ? 1 : 0
  const toolShare = shareOf(concepts, (word) => request.tokens.has(word)) ?? 0
  return {
    'user.coverage': total > 0 ? known / total : UNKNOWN_SHARE,
    'user.ids': shareOf(ids, (id) => request.tokens.has(id)) ?? UNKNOWN_SHARE,
    'user.tool': toolShare,
    'user.effect': effect === 'unknown' ? UNKNOWN_SHARE : namesEffect,
    'user.any_effect': anyEffect,
    'user.clause': clauseShare(request, words, effect),
    'model.only': share(fromModel),
    'other.only': share(total - known - fromModel),
    'sink.user': sinkShare(words, (token) => request.tokens.has(token)) ?? UNKNOWN_SHARE,
    'effect.local': effect === 'read' && !words.reachesOut ? 1 : 0,
    'effect.read': effect === 'read' ? 1 : 0,
    'effect.write': effect === 'write' ? 1 : 0,
    'effect.send': effect === 'send' ? 1 : 0,
    'effect.pay': effect === 'pay' ? 1 : 0,
    'effect.delete': effect === 'delete' ? 1 : 0,
    'effect.grant': effect === 'grant' ? 1 : 0,
    'effect.execute': effect === 'execute' ? 1 : 0,
    'effect.unknown': effect === 'unknown' ? 1 : 0,
    'tool.first': isFirstOfTool ? 1 : 0,
    'tool.quoted': isQuoted(request, index, words) ? 1 : 0,
  }
}

/** Whether a result, and not the user, speaks of the tool by its very name. */
function isQuoted(request: Request, index: Provenance['index'], { fullName }: CallWords): boolean {
  return fullName !== undefined && index.has(fullName) && !request.tokens.has(fullName)
}

/** How well the best single clause of the user explains the call: its tool, effect and values. */
function clauseShare(request: Request, words: CallWords, effect: Effect): number {
  const weights = request.clauses.map(() => 0)
  const named = request.clauses.map(() => 0)
  for (const [token, weight] of words.weights) addToClauses(weights, request, token, weight)
  for (const token of words.concepts) addToClauses(named, request, token, 1)
  const own = effectBit(effect)
  const near = compatibleBits(effect)
  let best = 0
  request.clauses.forEach((effects, clause) => {
    const meant = (effects & own) !== 0 ? 1 : (effects & near) !== 0 ? NEAR_EFFECT : 0
    const ofName = (named[clause] ?? 0) / Math.max(1, words.concepts.length)
    const ofValues = words.total > 0 ? (weights[clause] ?? 0) / words.total : 0
    best = Math.max(best, 0.4 * ofName + 0.3 * meant + 0.3 * ofValues)
  })
  return best
}

function addToClauses(sums: number[], { tokens }: Request, token: number, weight: number): void {
  let mask = tokens.get(token) ?? 0
  while (mask !== 0) {
    const clause = 31 - Math.clz32(mask)
    sums[clause] = (sums[clause] ?? 0) + weight
    mask &= ~(1 << clause)
  }
}

function shareOf(tokens: Iterable<number>, isOf: (token: number) => boolean): number | undefined {
  let count = 0
  let found = 0
  for (const token of tokens) {
    count += 1
    if (isOf(token)) found += 1
  }
  return count > 0 ? found / count : undefined
}
