import { readWildcards } from '#sigma/wildcards.ts'
import type { WildPiece as Piece } from '#sigma/wildcards.ts'

/** A Sigma string with its wildcards told apart from its text. */
export type Pieces = readonly Piece[]

/** Where a literal must stand in a value. */
type Anchor = 'exact' | 'prefix' | 'suffix' | 'contains'
export type Literal = { anchor: Anchor; text: string }

/** Modifiers that say where a text stands. */
export type Placing = 'equals' | 'contains' | 'startswith' | 'endswith'

/**
 * Reads a Sigma string: `\` escapes `*`, `?` and itself, and stands for itself before anything
 * else.
 */
export function readPieces(source: string): Pieces {
  const pieces: Piece[] = []
  for (const piece of readWildcards(source)) {
    const isEmpty = typeof piece === 'object' && piece.text === ''
    const isRepeated = piece === '*' && pieces.at(-1) === '*'
    if (!isEmpty && !isRepeated) pieces.push(piece)
  }
  return pieces
}

/** The pieces with any run before or after them, as the modifier asks. */
export function placed(pieces: Pieces, placing: Placing): Pieces {
  const isOpenBefore = placing === 'contains' || placing === 'endswith'
  const isOpenAfter = placing === 'contains' || placing === 'startswith'
  const before: Pieces = isOpenBefore && pieces[0] !== '*' ? ['*'] : []
  const after: Pieces = isOpenAfter && (pieces.length === 0 || pieces.at(-1) !== '*') ? ['*'] : []
  const all = [...before, ...pieces, ...after]
  return all.length === 2 && all[0] === '*' && all[1] === '*' ? ['*'] : all
}

/** The text without its wildcards where there are none; undefined otherwise. */
export function plainText(pieces: Pieces): string | undefined {
  if (pieces.length === 0) return ''
  const [only] = pieces
  return pieces.length === 1 && typeof only === 'object' ? only.text : undefined
}

/** The one literal these pieces look for, where that is all they say. */
export function literalOf(pieces: Pieces): Literal | undefined {
  const text = plainText(pieces)
  if (text !== undefined) return { anchor: 'exact', text }
  const texts = pieces.filter((piece) => typeof piece === 'object')
  const [only] = texts
  if (only === undefined || texts.length > 1 || pieces.includes('?')) return undefined
  if (pieces.length === 3) return { anchor: 'contains', text: only.text }
  return { anchor: pieces[0] === '*' ? 'suffix' : 'prefix', text: only.text }
}

/** The longest text a value must contain to match; undefined where the pieces ask for none. */
export function longestText(pieces: Pieces): string | undefined {
  let longest: string | undefined
  for (const piece of pieces) {
    if (typeof piece === 'object' && piece.text.length > (longest?.length ?? 0))
      longest = piece.text
  }
  return longest
}

/** The pieces in lower case. */
export function lowered(pieces: Pieces): Pieces {
  return pieces.map((piece) =>
    typeof piece === 'object' ? { text: piece.text.toLowerCase() } : piece,
  )
}

/** Tests a whole value. Takes at most text times pattern length, whatever the text. */
export function compilePieces(pieces: Pieces): (value: string) => boolean {
  const text = plainText(pieces)
  if (text !== undefined) return (value) => value === text
  return pieces.includes('?') ? characterTest(pieces) : segmentTest(pieces)
}

/** Pieces between `*`: the outer two are anchored, each inner one is taken where it comes first. */
function segmentTest(pieces: Pieces): (value: string) => boolean {
  const segments = ['']
  for (const piece of pieces) {
    if (piece === '*') segments.push('')
    else if (typeof piece === 'object') segments[segments.length - 1] += piece.text
  }
  const start = segments[0] ?? ''
  const end = segments.at(-1) ?? ''
  const inner = segments.slice(1, -1).filter((segment) => segment !== '')
  return (value) => {
    if (value.length < start.length + end.length) return false
    if (!value.startsWith(start) || !value.endsWith(end)) return false
    const innerEnd = value.length - end.length
    let from = start.length
    for (const segment of inner) {
      const found = value.indexOf(segment, from)
      if (found < 0 || found + segment.length > innerEnd) return false
      from = found + segment.length
    }
    return true
  }
}

/** Character by character, going back to the last `*` only. */
function characterTest(pieces: Pieces): (value: string) => boolean {
  const steps = pieces.flatMap((piece): Piece[] =>
    typeof piece === 'object' ? Array.from(piece.text, (text) => ({ text })) : [piece],
  )
  return (value) => matchesSteps(steps, Array.from(value))
}

function matchesSteps(steps: readonly Piece[], characters: readonly string[]): boolean {
  let step = 0
  let starStep = -1
  let starAt = 0
  let at = 0
  while (at < characters.length) {
    const piece = steps[step]
    if (piece === '*') {
      starStep = step
      starAt = at
      step += 1
    } else if (piece === '?' || (typeof piece === 'object' && piece.text === characters[at])) {
      step += 1
      at += 1
    } else if (starStep >= 0) {
      starAt += 1
      at = starAt
      step = starStep + 1
    } else return false
  }
  while (steps[step] === '*') step += 1
  return step === steps.length
}
