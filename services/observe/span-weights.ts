import type { Hide } from './hashing.ts'
import type { Instruction } from './instructions.ts'
import type { Token, TokenPart } from './token.ts'

const SPAN_TOKENS_MAX_COUNT = 48
const FIRST_TOKENS_MAX_COUNT = 24

/** The hidden tokens of a stretch, each once, and the heaviest weight of each. */
type Weighed = { tokens: number[]; weights: number[]; firstWeights: number[] }

/**
 * Weighs the tokens of a stretch and their parts: the first 48. `firstWeights` are those of at most
 * 24 of its first sentence, as heavy as that alone makes them.
 */
export function weightsOf(
  all: readonly Token[],
  { from, firstTo, to }: Instruction,
  hide: Hide,
): Weighed {
  const weighed: Weighed = { tokens: [], weights: [], firstWeights: [] }
  for (let index = from; index < to; index += 1) {
    if (index === firstTo) weighed.firstWeights = weighed.weights.slice(0, FIRST_TOKENS_MAX_COUNT)
    const token = all[index]
    if (token === undefined) break
    if (token.weight > 0) addWeight(weighed, token, hide)
    for (const part of token.parts) addWeight(weighed, part, hide)
  }
  if (to <= firstTo) weighed.firstWeights = weighed.weights.slice(0, FIRST_TOKENS_MAX_COUNT)
  return weighed
}

function addWeight({ tokens, weights }: Weighed, { hash, weight }: TokenPart, hide: Hide): void {
  const hidden = hide(hash)
  const known = tokens.indexOf(hidden)
  if (known >= 0) weights[known] = Math.max(weights[known] ?? 0, weight)
  else if (tokens.length < SPAN_TOKENS_MAX_COUNT) {
    tokens.push(hidden)
    weights.push(weight)
  }
}
