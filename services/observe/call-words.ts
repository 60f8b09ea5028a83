import type { ArgumentValue } from './arguments.ts'
import { conceptOf } from './concepts.ts'
import type { Hide } from './hashing.ts'
import type { TokenPart } from './token.ts'
import { tokensOf } from './tokens.ts'

/** What a call is made of, as far as origins go: hidden tokens and their weights. */
export type CallWords = {
  weights: Map<number, number>
  total: number
  /** Tokens that name something, out of short values. */
  ids: Set<number>
  /** Tokens of the values that say where something goes. */
  sinks: Map<number, number>
  /** Tokens by argument path, of the values that name something. */
  byPath: Map<string, number[]>
  /** Stems of the tool's name, and their concepts; the whole name, where it is no plain word. */
  name: number[]
  concepts: number[]
  fullName: number | undefined
  /** Some value is an address on the network. */
  reachesOut: boolean
  /** Ids that are an address on the network. */
  addresses: Set<number>
}

const VALUE_WEIGHT_MAX = 5
const TOOL_NAME_MAX_LENGTH = 256
const ID_VALUE_TOKENS_MAX = 12
const SINK_VALUE_TOKENS_MAX = 8
const PATHS_MAX_COUNT = 32
const SINK_NAMES = [
  'recipient|^to$|e?mail|ur[il]|address|link|account|iban|user|participant|invit|collab|owner|repo',
  'phone|destination|target|contact|member|host|domain|webhook|payee|beneficiary|^b?cc$|channel',
  'password|key|token|person|receiver|addressee',
]
const SINK = new RegExp(SINK_NAMES.join('|'), 'i')

/** Hidden tokens of a call's values, each with its weight; a long value does not drown the rest. */
export function callWords(
  values: readonly ArgumentValue[],
  toolName: string,
  toolWords: readonly string[],
  hide: Hide,
): CallWords {
  const words: CallWords = {
    weights: new Map(),
    total: 0,
    ids: new Set(),
    sinks: new Map(),
    byPath: new Map(),
    name: [],
    concepts: [],
    fullName: undefined,
    reachesOut: false,
    addresses: new Set(),
  }
  for (const value of values) addValue(words, value, hide)
  for (const weight of words.weights.values()) words.total += weight
  const [full, ...rest] = tokensOf(toolName.slice(0, TOOL_NAME_MAX_LENGTH))
  if (full?.kind === 'id' && rest.length === 0) words.fullName = hide(full.hash)
  for (const { hash, weight } of tokensOf(toolWords.join(' '))) {
    if (weight === 0) continue
    words.name.push(hide(hash))
    words.concepts.push(hide(conceptOf(hash) ?? hash))
  }
  return words
}

function addValue(words: CallWords, { path, text, tokens }: ArgumentValue, hide: Hide): void {
  const isOut = isNetworkAddress(path, text)
  if (isOut) words.reachesOut = true
  const sum = tokens.reduce((total, token) => total + token.weight, 0)
  const scale = sum > VALUE_WEIGHT_MAX ? VALUE_WEIGHT_MAX / sum : 1
  const isSink = tokens.length <= SINK_VALUE_TOKENS_MAX && SINK.test(path)
  const isShort = tokens.length <= ID_VALUE_TOKENS_MAX
  const named: number[] = []
  const add = ({ hash, weight }: TokenPart): number => {
    const hidden = hide(hash)
    words.weights.set(hidden, Math.max(words.weights.get(hidden) ?? 0, weight * scale))
    if (isSink) words.sinks.set(hidden, Math.max(words.sinks.get(hidden) ?? 0, weight))
    return hidden
  }
  for (const token of tokens) {
    const hidden = token.weight > 0 ? add(token) : undefined
    token.parts.forEach(add)
    if (hidden === undefined || !isShort) continue
    named.push(hidden)
    if (token.kind !== 'id') continue
    words.ids.add(hidden)
    if (isOut) words.addresses.add(hidden)
  }
  if (named.length === 0 || words.byPath.size >= PATHS_MAX_COUNT) return
  words.byPath.set(path, [...(words.byPath.get(path) ?? []), ...named])
}

function isNetworkAddress(path: string, text: string): boolean {
  return (
    /^(?:www\.|[a-z][a-z0-9+]{1,9}:\/\/)/i.test(text) ||
    /(?:ur[il]|link|href|webhook|host|domain)$/i.test(path)
  )
}
