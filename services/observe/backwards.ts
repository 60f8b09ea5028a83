import { BACKWARDS } from './backwards-words.ts'
import type { Token } from './token.ts'

/** From so many different ones on, each near the next, what holds them is read backwards. */
const WORDS_MIN_COUNT = 2
const NEAR_TOKENS = 12
/** As much may stand before the first and after the last, within their lines: the values. */
const EDGE_TOKENS = 16
const STRETCHES_MAX_COUNT = 64

/** What of a text is written backwards, turned round; undefined where nothing is. */
export function turnedRound(text: string, tokens: readonly Token[]): string | undefined {
  const places = backwardsPlaces(tokens)
  if (places.length < WORDS_MIN_COUNT) return undefined
  const found: string[] = []
  let from = 0
  for (let at = 1; at <= places.length && found.length < STRETCHES_MAX_COUNT; at += 1) {
    if ((places[at] ?? Infinity) - (places[at - 1] ?? 0) <= NEAR_TOKENS) continue
    const own = places.slice(from, at)
    const words = new Set(own.map((place) => tokens[place]?.full))
    if (words.size >= WORDS_MIN_COUNT) {
      found.push(reversed(stretchOf(text, tokens, own[0] ?? 0, own.at(-1) ?? 0)))
    }
    from = at
  }
  return found.length === 0 ? undefined : found.join('\n')
}

/** Indexes of the tokens that are such a word. */
function backwardsPlaces(tokens: readonly Token[]): number[] {
  const places: number[] = []
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index]
    if (token === undefined || token.traits !== 0 || token.kind !== 'word') continue
    if (BACKWARDS.get(token.full) !== 0) places.push(index)
  }
  return places
}

/** The text around these tokens, within the lines they stand in. */
function stretchOf(text: string, tokens: readonly Token[], first: number, last: number): string {
  const start = tokens[Math.max(0, first - EDGE_TOKENS)]?.start ?? 0
  const end = tokens[Math.min(tokens.length - 1, last + EDGE_TOKENS)]?.end ?? text.length
  const lineStart = text.lastIndexOf('\n', tokens[first]?.start ?? 0) + 1
  const lineEnd = text.indexOf('\n', tokens[last]?.end ?? text.length)
  return text.slice(Math.max(start, lineStart), Math.min(end, lineEnd < 0 ? text.length : lineEnd))
}

/** Turns round signs, not codes, so that a pair stays a pair. */
function reversed(text: string): string {
  return Array.from(text).toReversed().join('')
}
