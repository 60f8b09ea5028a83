import type { Fit } from './fit.ts'
import type { Instruction } from './instructions.ts'
import { emptyRequest, type Request } from './request.ts'

export const SOURCE_KINDS = ['tool_result', 'resource', 'tool_definition'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]
/** What made a call that brought something in: the serial of a span, and how surely. */
export type Taint = { span: number; strength: number }
/** An event whose text came in. */
export type Source = { eventId: string; kind: SourceKind; atUs: number; taint: Taint | null }
/** How a source came in: the hidden tokens of its call, their share in the user's words. */
export type Arrival = {
  echo: ReadonlySet<number>
  namedShare: number
  callCount: number
  /** What it has from the text that gave its call's values: see `Fit`. */
  lineage: [delegated: number, pointed: number]
}
/** A source that the session has read. */
export type ReadSource = Source & {
  /** Of all that were read, from 1. */
  ordinal: number
  /** How many calls were made before it was read. */
  callCount: number
  /** Share of the producing call's arguments that the user named. */
  named: number
  /** How well it fits what the user handed on, only asked about, or left open. */
  fit: Fit
}

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
}

/** What a session has read, as keyed hashes: the user's words, the results' words, instructions. */
export type Provenance = {
  request: Request
  /** Token to its first source and the leaf it stands in: see `entryOf`. Oldest first. */
  index: Map<number, number>
  /** Tokens that only results of calls a span made have brought in: to that span's serial. */
  tainted: Map<number, number>
  /** Ring of sources; an entry names its place. */
  sources: ReadSource[]
  sourceCount: number
  spans: Span[]
  spanCount: number
  leafCount: number
  /** Hashes of texts already read; the newest. */
  texts: number[]
  /** How many results were read. */
  resultCount: number
}

/** An entry of the index is 6 bits of source, 10 of leaf; leaf 0: in more than one. */
export const SOURCES_MAX_COUNT = 64
export const PLACE_BITS = 6
export const PLACE_MASK = SOURCES_MAX_COUNT - 1
export const NO_LEAF = 0

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
export function sourceOf(provenance: Provenance, token: number): ReadSource | undefined {
  const entry = provenance.index.get(token)
  return entry === undefined ? undefined : provenance.sources[entry & PLACE_MASK]
}

/** Whether a token was read in this leaf and nowhere else. */
export function isOnlyIn(provenance: Provenance, token: number, leaf: number): boolean {
  return leafOf(provenance, token) === leaf
}

/** The one leaf in which a token was read; undefined where it is in none, or in several. */
export function leafOf(provenance: Provenance, token: number): number | undefined {
  const entry = provenance.index.get(token)
  if (entry === undefined) return undefined
  const leaf = entry >>> PLACE_BITS
  return leaf === NO_LEAF ? undefined : leaf
}
