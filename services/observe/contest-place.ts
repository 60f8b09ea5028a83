import type { ContestFeature } from '#domain/contest.ts'
import type { CallWords } from './call-words.ts'
import {
  nearness,
  NO_SPAN,
  pathShare,
  sinkShare,
  type Explaining,
  type SpanFeatures,
} from './contest-span.ts'
import { leafOf, sourceOf, type Provenance, type ReadSource } from './provenance.ts'

/** The one leaf that holds most of what the user did not say of a call. */
export type Home = {
  leaf: number
  source: ReadSource
  tokens: ReadonlySet<number>
  /** Share of the call's weight, and of the values that say where it goes. */
  share: number
  sinkShare: number
}

/** What stands in one place, told as of an order. */
type PlaceFeatures = Record<Extract<ContestFeature, `place.${string}`>, number>

/**
 * The leaf in which most of a call stands, and nowhere else; undefined: in none. Where a call goes
 * counts as much as all it carries: who names the recipient directs it, whosever the contents are.
 */
export function homeOf(provenance: Provenance, words: CallWords): Home | undefined {
  const tokensByLeaf = new Map<number, Set<number>>()
  for (const token of words.weights.keys()) {
    const leaf = provenance.request.tokens.has(token) ? undefined : leafOf(provenance, token)
    if (leaf === undefined) continue
    const known = tokensByLeaf.get(leaf)
    if (known === undefined) tokensByLeaf.set(leaf, new Set([token]))
    else known.add(token)
  }
  let home: Home | undefined
  for (const [leaf, tokens] of tokensByLeaf) {
    const share = Math.min(1, weightOf(words, tokens) / Math.max(words.total, 1e-9))
    const sinks = sinkShare(words, (sink) => tokens.has(sink)) ?? 0
    const [token = 0] = tokens
    const source = sourceOf(provenance, token)
    if (source === undefined || (home !== undefined && share + sinks <= heldBy(home))) continue
    home = { leaf, source, tokens, share, sinkShare: sinks }
  }
  return home
}

function heldBy(home: Home): number {
  return home.share + home.sinkShare
}

function weightOf({ weights }: CallWords, tokens: ReadonlySet<number>): number {
  let sum = 0
  for (const token of tokens) sum += weights.get(token) ?? 0
  return sum
}

/** The one place that explains a call best, whatever it says. */
export type Place = { features: PlaceFeatures; source: ReadSource | undefined }

/**
 * What one place explains of a call: the stretch of plain data that does best, or the home of the
 * call's values where that holds more. An order in words nobody here knows is a place like any
 * other. How a leaf speaks is only known where the stretch stands in it.
 */
export function placeOf(
  provenance: Provenance,
  words: CallWords,
  plain: Explaining | undefined,
  home: Home | undefined,
  callCount: number,
): Place {
  const found = plain?.found ?? NO_SPAN
  const source = plain && provenance.sources[plain.span.source]
  if (home === undefined || heldBy(home) <= found['span.only'] + found['sink.span']) {
    return { source, features: told(found) }
  }
  const { tokens, share } = home
  const isAt = plain?.span.leaf === home.leaf
  const features = told({
    ...(isAt ? found : NO_SPAN),
    'span.only': share,
    'span.exclusive': share,
    'sink.span': home.sinkShare,
    'span.paths': pathShare(provenance, words, tokens),
    'span.source_named': home.source.named,
    'span.near': nearness(home.source, callCount),
  })
  return { features, source: home.source }
}

function told(found: SpanFeatures): PlaceFeatures {
  return {
    'place.only': found['span.only'],
    'place.exclusive': found['span.exclusive'],
    'place.sink': found['sink.span'],
    'place.named': found['span.source_named'],
    'place.paths': found['span.paths'],
    'place.effect': found['span.effect'],
    'place.prose': found['span.prose'],
    'place.common': found['span.common'],
    'place.topic': found['span.topic'],
    'place.near': found['span.near'],
  }
}
