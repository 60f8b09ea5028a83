import type { Fit } from './fit.ts'
import { packHashes, packNumbers, unpackHashes, unpackNumbers } from './packing.ts'
import { SOURCE_KINDS, type Provenance, type ReadSource, type Span } from './provenance.ts'
import type { Request } from './request.ts'

/** Numbers of a span in the order of `SPAN_NUMBERS`, its flags as bits; then hashes and weights. */
type PackedSpan = [numbers: number[], flags: number, tokens: string, firstWeights: string]

/** Numbers in the order of `packSource`; span and strength of the taint where there is one. */
type PackedSource = [eventId: string, numbers: number[], ...taint: number[]]

export type PackedProvenance = Omit<
  Provenance,
  'request' | 'index' | 'tainted' | 'sources' | 'spans'
> & {
  sources: PackedSource[]
  request: Omit<Request, 'tokens' | 'names'> & {
    tokens: string
    masks: string
    names: string
    nameMasks: string
  }
  index: string
  tainted: string
  spans: PackedSpan[]
}

type FlagName = 'addressed' | 'override' | 'hidden'
type NumberName = Exclude<keyof Span, FlagName | 'tone' | 'tokens' | 'firstWeights'>
const SPAN_NUMBERS = [
  'serial',
  'source',
  'leaf',
  'key',
  'strength',
  'neighbourCount',
  'effects',
  'orders',
  'metaCount',
  'idCount',
  'assetCount',
  'topic',
  'prose',
  'common',
] as const satisfies readonly NumberName[]
const TONE_NUMBERS = ['meta', 'you', 'sequence', 'alarm'] as const
const FLAGS: readonly FlagName[] = ['addressed', 'override', 'hidden']

const FITS = ['delegated', 'asked', 'vague', 'pointed'] as const
/** Fits are told in hundredths, 0 to 100. */
const FIT_STEPS = 100
const FIT_SIZE = FIT_STEPS + 1
/** Entries of the index, and serials of spans, are 16 bits. */
const ENTRY_SIZE = 65_536
/** Weights are told in twentieths: 0.3 and 0.7 are the finest. */
const WEIGHT_STEPS = 20

/** What a session has read as JSON that nobody changes later: hashes, never text. */
export function packProvenance(provenance: Provenance): PackedProvenance {
  const { request, index, tainted, sources, spans } = provenance
  return {
    ...provenance,
    request: {
      ...request,
      clauses: [...request.clauses],
      heard: [...request.heard],
      names: packHashes(request.names.keys()),
      nameMasks: packHashes(request.names.values()),
      tokens: packHashes(request.tokens.keys()),
      masks: packHashes(request.tokens.values()),
    },
    index: packNumbers(packedEntries(index)),
    tainted: packNumbers(packedEntries(tainted)),
    sources: sources.map(packSource),
    spans: spans.map(packSpan),
    texts: [...provenance.texts],
  }
}

/** What was packed; the packed form is the caller's no more. */
export function unpackProvenance(packed: PackedProvenance): Provenance {
  const { masks, tokens, names, nameMasks, ...request } = packed.request
  return {
    ...packed,
    request: {
      ...request,
      names: maskedHashes(names, nameMasks),
      tokens: maskedHashes(tokens, masks),
    },
    index: new Map(unpackNumbers(packed.index).map(entryOf)),
    tainted: new Map(unpackNumbers(packed.tainted).map(entryOf)),
    sources: packed.sources.map(unpackSource),
    spans: packed.spans.map(unpackSpan),
  }
}

function maskedHashes(hashes: string, masks: string): Map<number, number> {
  const bits = unpackHashes(masks)
  return new Map(unpackHashes(hashes).map((hash, at) => [hash, bits[at] ?? 0]))
}

function packSource(source: ReadSource): PackedSource {
  const { eventId, kind, atUs, taint, ordinal, callCount, named, fit } = source
  const ofKind = SOURCE_KINDS.indexOf(kind)
  const tainted = taint === null ? [] : [taint.span, taint.strength]
  return [eventId, [ofKind, atUs, ordinal, callCount, named, packFit(fit)], ...tainted]
}

function unpackSource([eventId, numbers, span, strength]: PackedSource): ReadSource {
  const [kind = 0, atUs = 0, ordinal = 0, callCount = 0, named = 0, fit = 0] = numbers
  return {
    eventId,
    kind: SOURCE_KINDS[kind] ?? 'tool_result',
    atUs,
    taint: span === undefined || strength === undefined ? null : { span, strength },
    ordinal,
    callCount,
    named,
    fit: unpackFit(fit),
  }
}

/** Four shares in hundredths, as one whole number. */
function packFit(fit: Fit): number {
  return FITS.reduce((packed, name) => packed * FIT_SIZE + Math.round(fit[name] * FIT_STEPS), 0)
}

function unpackFit(packed: number): Fit {
  const fit: Fit = { delegated: 0, asked: 0, vague: 0, pointed: 0 }
  let rest = packed
  for (const name of FITS.toReversed()) {
    fit[name] = (rest % FIT_SIZE) / FIT_STEPS
    rest = Math.floor(rest / FIT_SIZE)
  }
  return fit
}

function packSpan(span: Span): PackedSpan {
  const weights = span.firstWeights.map((weight) => Math.round(weight * WEIGHT_STEPS))
  return [
    [...SPAN_NUMBERS.map((name) => span[name]), ...TONE_NUMBERS.map((name) => span.tone[name])],
    FLAGS.reduce((bits, name, at) => bits | (span[name] ? 1 << at : 0), 0),
    packHashes(span.tokens),
    Buffer.from(weights).toString('base64'),
  ]
}

function unpackSpan([numbers, flags, tokens, firstWeights]: PackedSpan): Span {
  const named = Object.fromEntries(SPAN_NUMBERS.map((name, at) => [name, numbers[at] ?? 0]))
  const tones = numbers.slice(SPAN_NUMBERS.length)
  return {
    ...(named as Record<NumberName, number>),
    tone: Object.fromEntries(
      TONE_NUMBERS.map((name, at) => [name, tones[at] ?? 0]),
    ) as Span['tone'],
    ...(Object.fromEntries(FLAGS.map((name, at) => [name, (flags & (1 << at)) !== 0])) as Record<
      FlagName,
      boolean
    >),
    tokens: unpackHashes(tokens),
    firstWeights: [...Buffer.from(firstWeights, 'base64')].map((step) => step / WEIGHT_STEPS),
  }
}

function packedEntries(entries: ReadonlyMap<number, number>): number[] {
  return [...entries].map(([token, entry]) => (token >>> 0) * ENTRY_SIZE + (entry % ENTRY_SIZE))
}

function entryOf(packed: number): [token: number, entry: number] {
  const token = Math.floor(packed / ENTRY_SIZE)
  return [token | 0, packed - token * ENTRY_SIZE]
}
