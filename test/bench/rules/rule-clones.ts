import { createHash } from 'node:crypto'

type Plain = Readonly<Record<string, unknown>>

/** Modifiers whose values are no plain text that another text could stand for. */
const EXACT_MODIFIER =
  /\|(re|cidr|exists|fieldref|expand|lt|lte|gt|gte|minute|hour|day|week|month|year)\b/
const LETTER_RUN = /[a-zA-Z]{3,}/g

/**
 * A rule like `plain` that looks for other things: in every literal of its detection the longest
 * run of letters is changed, by `round` (1 and up), and so are id and title. Regular expressions,
 * numbers, networks and conditions stay. Equal arguments give equal clones.
 */
export function cloneOf(plain: Plain, round: number): Plain {
  const title = `${asText(plain['title'])} (clone ${round})`
  const detection = Object.entries((plain['detection'] ?? {}) as Plain).map(
    ([name, value]) => [name, name === 'condition' ? value : changed(value, name, round)] as const,
  )
  return {
    ...plain,
    title,
    id: idOf(`${asText(plain['id'])} ${round}`),
    detection: Object.fromEntries(detection),
  }
}

function changed(value: unknown, key: string, round: number): unknown {
  if (EXACT_MODIFIER.test(key)) return value
  if (typeof value === 'string') return otherText(value, round)
  if (Array.isArray(value)) return value.map((item: unknown) => changed(item, key, round))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(
    ([name, item]) => [name, changed(item, name, round)] as const,
  )
  return Object.fromEntries(entries)
}

/** The longest run of letters with its middle letter moved on by `round` places. */
function otherText(text: string, round: number): string {
  let longest: { start: number; word: string } | undefined
  for (const { index, 0: word } of text.matchAll(LETTER_RUN))
    if (longest === undefined || word.length > longest.word.length) longest = { start: index, word }
  if (longest === undefined) return text
  const place = longest.start + Math.floor(longest.word.length / 2)
  return text.slice(0, place) + letterAfter(text.charCodeAt(place), round) + text.slice(place + 1)
}

function letterAfter(code: number, round: number): string {
  const first = code >= 97 ? 97 : 65
  return String.fromCharCode(first + ((code - first + round) % 26))
}

function idOf(text: string): string {
  const digits = createHash('sha256').update(text).digest('hex')
  const cuts = [0, 8, 12, 16, 20, 32]
  return cuts
    .slice(1)
    .map((end, place) => digits.slice(cuts[place], end))
    .join('-')
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
