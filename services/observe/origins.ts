import type { ArgumentValue } from './arguments.ts'
import type { Hide } from './hashing.ts'
import { sourceOf, type Provenance, type Source } from './provenance.ts'
import type { Token } from './token.ts'

/** Where a value came from. */
type Origin = 'user' | 'tool_result' | 'resource' | 'tool_definition' | 'model' | 'unknown'

/** `<path>.origin` and `<path>.origin_event_id`, and the distinct origins, sorted. */
export type Origins = { byPath: Record<string, string>; distinct: Origin[] }

const ENOUGH_SHARE = 0.6
const SHORT_LENGTH = 3
/** Of several origins at one path the least trusted is named. */
const RANK: readonly Origin[] = [
  'unknown',
  'user',
  'model',
  'tool_definition',
  'resource',
  'tool_result',
]

type Found = { origin: Origin; eventId: string | undefined }

/** Says for each argument where its values came from. */
export function argumentOrigins(
  provenance: Provenance,
  values: readonly ArgumentValue[],
  hide: Hide,
): Origins {
  const byPath = new Map<string, Found>()
  const distinct = new Set<Origin>()
  for (const value of values) {
    const found = originOf(provenance, value, hide)
    distinct.add(found.origin)
    const known = byPath.get(value.path)
    if (known === undefined || RANK.indexOf(found.origin) > RANK.indexOf(known.origin)) {
      byPath.set(value.path, found)
    }
  }
  const origins: Record<string, string> = {}
  for (const [path, { origin, eventId }] of byPath) {
    origins[`${path}.origin`] = origin
    if (eventId !== undefined) origins[`${path}.origin_event_id`] = eventId
  }
  return { byPath: origins, distinct: [...distinct].sort() }
}

function originOf(provenance: Provenance, value: ArgumentValue, hide: Hide): Found {
  const tokens = value.tokens.filter((token) => token.weight > 0)
  if (isTrivial(value, tokens)) return { origin: 'unknown', eventId: undefined }
  const ids = tokens.filter((token) => token.kind === 'id')
  const isKnown = (token: Token): boolean => provenance.request.tokens.has(hide(token.hash))
  for (const id of ids) {
    const source = isKnown(id) ? undefined : sourceOf(provenance, hide(id.hash))
    if (source !== undefined) return fromSource(source)
  }
  const isNamedByUser = ids.length > 0 && ids.every(isKnown)
  if (isNamedByUser) return { origin: 'user', eventId: undefined }
  return byShares(provenance, value, tokens, hide)
}

/** Where most of the value's weight stands: with the user, in one source, or nowhere. */
function byShares(
  provenance: Provenance,
  value: ArgumentValue,
  tokens: readonly Token[],
  hide: Hide,
): Found {
  let total = 0
  let userWeight = 0
  let readWeight = 0
  const bySource = new Map<Source, number>()
  for (const { hash, weight } of tokens) {
    const hidden = hide(hash)
    const source = sourceOf(provenance, hidden)
    total += weight
    if (provenance.request.tokens.has(hidden)) userWeight += weight
    else if (source !== undefined) {
      readWeight += weight
      bySource.set(source, (bySource.get(source) ?? 0) + weight)
    }
  }
  if (userWeight >= total * ENOUGH_SHARE) return { origin: 'user', eventId: undefined }
  const [best] = [...bySource].toSorted((one, other) => other[1] - one[1])
  if (best !== undefined && readWeight + userWeight >= total * ENOUGH_SHARE) {
    return fromSource(best[0])
  }
  const isWord = tokens.length === 1 && tokens[0]?.kind === 'word' && !/[A-Z\s]/.test(value.text)
  return { origin: isWord ? 'unknown' : 'model', eventId: undefined }
}

function fromSource({ kind, eventId }: Source): Found {
  return { origin: kind, eventId }
}

/** Too little to say where it came from: booleans, short numbers, short words. */
function isTrivial({ text, isText }: ArgumentValue, tokens: readonly Token[]): boolean {
  if (tokens.length === 0 || text.length < SHORT_LENGTH) return true
  const isShortNumber = tokens.length === 1 && tokens[0]?.kind === 'number'
  return isShortNumber || (!isText && tokens.every((token) => token.kind !== 'id'))
}
