import type { ArgumentValue } from './arguments.ts'
import { effectBit, compatibleBits, type Effect } from './lexicon.ts'
import type { Hide } from './hashing.ts'
import { isExclusive, type Provenance, type Span } from './provenance.ts'
import type { TokenPart } from './token.ts'
import { tokensOf } from './tokens.ts'

/** How well one instruction explains a call, and how well the user's words do; shares are 0..1. */
type Evidence = {
  userShare: number
  userToolShare: number
  spanShare: number
  exclusiveShare: number
  exclusiveIdCount: number
  toolShare: number
  effectMatch: number
  addressed: number
  override: number
  meta: number
  delegated: number
  localRead: number
}

export type Judgement = { span: Span; evidence: Evidence; score: number }

/** What a call is made of, as far as origins go. */
export type CallWords = {
  weights: Map<number, number>
  ids: Set<number>
  total: number
  name: number[]
  /** Some value is an address on the network. */
  reachesOut: boolean
}

/** Log odds above which a call is said to follow an instruction. */
export const FOLLOWS_MIN_SCORE = 0.5

const VALUE_WEIGHT_MAX = 5
const ID_VALUE_TOKENS_MAX = 12

/** Hidden tokens of a call's values, each with its weight; a long value does not drown the rest. */
export function callWords(
  values: readonly ArgumentValue[],
  toolWords: readonly string[],
  hide: Hide,
): CallWords {
  const words: CallWords = {
    weights: new Map(),
    ids: new Set(),
    total: 0,
    name: [],
    reachesOut: false,
  }
  for (const { path, text, tokens } of values) {
    if (isNetworkAddress(path, text)) words.reachesOut = true
    const sum = tokens.reduce((total, token) => total + token.weight, 0)
    const scale = sum > VALUE_WEIGHT_MAX ? VALUE_WEIGHT_MAX / sum : 1
    const add = ({ hash, weight }: TokenPart): void => {
      const hidden = hide(hash)
      words.weights.set(hidden, Math.max(words.weights.get(hidden) ?? 0, weight * scale))
    }
    for (const token of tokens) {
      if (token.weight > 0) add(token)
      token.parts.forEach(add)
      if (token.kind === 'id' && tokens.length < ID_VALUE_TOKENS_MAX)
        words.ids.add(hide(token.hash))
    }
  }
  for (const weight of words.weights.values()) words.total += weight
  for (const { hash, weight } of tokensOf(toolWords.join(' '))) {
    if (weight > 0) words.name.push(hide(hash))
  }
  return words
}

function isNetworkAddress(path: string, text: string): boolean {
  return (
    /^(?:www\.|[a-z][a-z0-9+]{1,9}:\/\/)/i.test(text) ||
    /(?:ur[il]|link|href|webhook|host|domain)$/i.test(path)
  )
}

/** How likely an instruction is behind this call, and which; the most likely first. */
export function judge(provenance: Provenance, call: CallWords, effect: Effect): Judgement[] {
  const user = userEvidence(provenance, call)
  const judgements: Judgement[] = []
  for (const span of provenance.spans) {
    const evidence = spanEvidence(provenance, span, call, effect)
    if (evidence.spanShare === 0 && evidence.toolShare === 0) continue
    const full: Evidence = {
      ...evidence,
      ...user,
      delegated: provenance.delegated ? 1 : 0,
      localRead: effect === 'read' && !call.reachesOut ? 1 : 0,
    }
    judgements.push({ span, evidence: full, score: scoreOf(full) })
  }
  return judgements.sort((one, other) => other.score - one.score)
}

function userEvidence(
  { user }: Provenance,
  call: CallWords,
): Pick<Evidence, 'userShare' | 'userToolShare'> {
  let known = 0
  for (const [token, weight] of call.weights) if (user.has(token)) known += weight
  const named = call.name.filter((token) => user.has(token)).length
  return {
    userShare: call.total > 0 ? known / call.total : 0.5,
    userToolShare: call.name.length > 0 ? named / call.name.length : 0.5,
  }
}

function spanEvidence(
  provenance: Provenance,
  span: Span,
  call: CallWords,
  effect: Effect,
): Omit<Evidence, 'userShare' | 'userToolShare' | 'delegated' | 'localRead'> {
  let shared = 0
  let exclusive = 0
  let exclusiveIdCount = 0
  for (const [token, weight] of call.weights) {
    if (!span.tokens.has(token) || provenance.user.has(token)) continue
    shared += weight
    if (!isExclusive(provenance, token)) continue
    exclusive += weight
    if (call.ids.has(token)) exclusiveIdCount += 1
  }
  const total = Math.max(call.total, 1)
  const named = call.name.filter((token) => span.tokens.has(token)).length
  const isSame = (span.effects & effectBit(effect)) !== 0
  const isNear = (span.effects & compatibleBits(effect)) !== 0
  return {
    spanShare: shared / total,
    exclusiveShare: exclusive / total,
    exclusiveIdCount: Math.min(exclusiveIdCount, 2),
    toolShare: call.name.length > 0 ? named / call.name.length : 0,
    effectMatch: isSame ? 1 : isNear ? 0.7 : 0,
    addressed: span.addressed ? 1 : 0,
    override: span.override ? 1 : 0,
    meta: Math.min(span.metaCount, 6) / 6,
  }
}

/**
 * Log odds that the instruction, not the user, is behind the call; fitted, signs fixed by meaning.
 */
function scoreOf(e: Evidence): number {
  return (
    -3.9 +
    1.1 * e.spanShare +
    0.4 * e.exclusiveShare +
    4 * e.exclusiveIdCount +
    2.2 * e.toolShare +
    0.9 * e.effectMatch +
    0.5 * e.addressed +
    0.7 * e.meta +
    0.4 * e.override -
    1.1 * e.userShare -
    0.6 * e.userToolShare -
    2.8 * e.localRead -
    1.9 * e.delegated * (1 - Math.min(1, e.meta + e.override)) +
    0.4 * e.exclusiveShare * (1 - e.delegated) +
    1.9 * e.toolShare * e.effectMatch * (1 - e.userToolShare)
  )
}
