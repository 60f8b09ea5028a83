import { NaiveRefusal } from './refusal.ts'

const ANY_RUN = Symbol('any run of characters')
const ONE = Symbol('one character')
const DASHES = ['-', '/', '–', '—', '―']
const PATTERN_MAX_COUNT = 10_000

/** A value of a rule: literal texts and wildcards. `isBytes` means a character is a byte. */
export type Pattern = { parts: readonly Part[]; isBytes: boolean }
export type Placeholders = Readonly<Record<string, readonly (string | number)[]>>
type Part = string | typeof ANY_RUN | typeof ONE

/** Reads a value as written: `*`, `?`, and `\` which makes `*`, `?` and `\` literal. */
export function readPattern(text: string): Pattern {
  const parts: Part[] = []
  const characters = Array.from(text)
  let literal = ''
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index]!
    const next = characters[index + 1]
    const isEscape = character === '\\' && next !== undefined && '*?\\'.includes(next)
    if (isEscape) {
      literal += next
      index += 1
    } else if (character === '*' || character === '?') {
      parts.push(literal, character === '*' ? ANY_RUN : ONE)
      literal = ''
    } else literal += character
  }
  parts.push(literal)
  return { parts, isBytes: false }
}

/** A pattern without wildcards. */
export const literalPattern = (text: string, isBytes = false): Pattern => ({
  parts: [text],
  isBytes,
})

/** The pattern with any run allowed before it, after it, or both. */
export function open(pattern: Pattern, side: 'before' | 'after' | 'both'): Pattern {
  const before: Part[] = side === 'after' ? [] : [ANY_RUN]
  const after: Part[] = side === 'before' ? [] : [ANY_RUN]
  return { ...pattern, parts: [...before, ...pattern.parts, ...after] }
}

/** The text of a pattern without wildcards. */
export function literalText({ parts }: Pattern): string {
  if (parts.some((part) => typeof part !== 'string')) {
    throw new NaiveRefusal('a wildcard cannot be encoded')
  }
  return parts.join('')
}

/** Whether a pattern is of bytes that are no text until they are encoded. */
export const isUnreadable = ({ parts, isBytes }: Pattern): boolean =>
  isBytes && parts.some((part) => typeof part === 'string' && /[^\0-\x7f]/.test(part))

/** Every spelling of the flags: a dash or slash that begins a word may be any of five. */
export function withAnyDash(pattern: Pattern): Pattern[] {
  const flag = /((?<![\p{L}\p{N}_])[-/](?=[\p{L}\p{N}_]))/u
  const split = (literal: string): string[][] =>
    literal.split(flag).map((piece, place) => (place % 2 === 1 ? DASHES : [piece]))
  return choose(pattern, split)
}

/** The pattern once for each way to replace its `%names%`. */
export function expand(pattern: Pattern, placeholders: Placeholders): Pattern[] {
  const chosen = pattern.parts.map((part): (readonly Part[])[] => {
    if (typeof part !== 'string') return [[part]]
    return cross(part.split(/(%\w+%)/).map((piece) => readPlaceholder(piece, placeholders)))
  })
  return cross(chosen).map((parts) => ({ ...pattern, parts: joined(parts) }))
}

/** Whether a pattern is a whole text, by code points; both in lower case unless `isCased`. */
export function isMatch(pattern: Pattern, text: string, isCased: boolean): boolean {
  const fold = (piece: string): string => (isCased ? piece : piece.toLowerCase())
  const wanted = pattern.parts.flatMap((part): Part[] =>
    typeof part === 'string' ? Array.from(fold(part)) : [part],
  )
  const found = Array.from(fold(text))
  let [wantedAt, foundAt, retryWanted, retryFound] = [0, 0, -1, -1]
  while (foundAt < found.length) {
    const part = wanted[wantedAt]
    if (part === ANY_RUN) {
      ;[retryWanted, retryFound] = [wantedAt, foundAt]
      wantedAt += 1
    } else if (part !== undefined && (part === ONE || part === found[foundAt])) {
      wantedAt += 1
      foundAt += 1
    } else if (retryWanted >= 0) {
      retryFound += 1
      ;[wantedAt, foundAt] = [retryWanted + 1, retryFound]
    } else return false
  }
  return wanted.slice(wantedAt).every((part) => part === ANY_RUN)
}

function readPlaceholder(piece: string, placeholders: Placeholders): readonly (readonly Part[])[] {
  const name = /^%(\w+)%$/.exec(piece)?.[1]
  if (name === undefined) return [[piece]]
  if (!Object.hasOwn(placeholders, name)) throw new NaiveRefusal('a placeholder has no value')
  return placeholders[name]!.map((value) => readPattern(String(value)).parts)
}

function choose(pattern: Pattern, split: (literal: string) => string[][]): Pattern[] {
  const choices = pattern.parts.map((part): (readonly Part[])[] =>
    typeof part === 'string'
      ? cross(split(part).map((options) => options.map((option) => [option])))
      : [[part]],
  )
  return cross(choices).map((parts) => ({ ...pattern, parts: joined(parts) }))
}

/** Every way to take one of each, in order, run together. */
function cross(choices: readonly (readonly (readonly Part[])[])[]): (readonly Part[])[] {
  return choices.reduce<(readonly Part[])[]>(
    (begun, options) => {
      if (begun.length * options.length > PATTERN_MAX_COUNT) {
        throw new NaiveRefusal('the value has too many spellings')
      }
      return begun.flatMap((start) => options.map((option) => [...start, ...option]))
    },
    [[]],
  )
}

/** Neighbouring literals as one, for the lower case of a letter may hang on its neighbour. */
function joined(parts: readonly Part[]): Part[] {
  const all: Part[] = []
  for (const part of parts) {
    const last = all.at(-1)
    if (typeof part === 'string' && typeof last === 'string') all[all.length - 1] = last + part
    else all.push(part)
  }
  return all
}
