import { KIND, kindOf } from './characters.ts'
import { CodeBuffer, type Codes } from './code-buffer.ts'
import { codesHash, rangeHash, wordHash } from './hashing.ts'
import { isPair, stemEnd } from './stem.ts'
import { monthHash, NO_PARTS, readLetters, wordToken } from './token.ts'
import type { Token, TokenPart } from './token.ts'
import { TRAIT, traitsOf } from './traits.ts'

const ID_WEIGHT = 3
/** Whose an address is: no value of its own. */
const NAMED_WEIGHT = 0
const PART_WEIGHT = 0.4
const PARTS_MAX_COUNT = 6
const CHUNK_MAX_LENGTH = 512

const WORD_BUFFER = new CodeBuffer()
/** What a chunk is made of, as bits. */
const SHAPE = {
  digit: 1,
  letter: 2,
  dot: 4,
  slash: 8,
  underscore: 16,
  at: 32,
  colon: 64,
  other: 128,
}
const ADDRESS_SHAPE = SHAPE.dot | SHAPE.slash | SHAPE.underscore | SHAPE.at | SHAPE.colon

/** A run of word characters and what joins them: `start` (inclusive) to `end` (exclusive). */
type Chunk = { text: string; codes: Codes; start: number; end: number }

/** Adds what is no plain word: addresses, paths, codes, dates, numbers, joined words. */
export function addChunk(tokens: Token[], chunk: Chunk): void {
  const { codes, start, end } = chunk
  const shape = shapeOf(codes, start, end)
  if (shape === SHAPE.digit && end - start < CHUNK_MAX_LENGTH) {
    tokens.push(digitsToken(codes, start, end))
    return
  }
  const isWords = (shape & (ADDRESS_SHAPE | SHAPE.digit)) === 0
  const token = isWords ? undefined : valueOf(chunk, shape)
  if (token === undefined) addJoinedWords(tokens, codes, start, end)
  else tokens.push(token)
}

function shapeOf(codes: Codes, start: number, end: number): number {
  let shape = 0
  for (let index = start; index < end; index += 1) {
    const code = codes[index] ?? 0
    const kind = kindOf(code)
    if ((kind & KIND.letter) !== 0) shape |= SHAPE.letter
    else if ((kind & KIND.digit) !== 0) shape |= SHAPE.digit
    else if (code === 46) shape |= SHAPE.dot
    else if (code === 47) shape |= SHAPE.slash
    else if (code === 95) shape |= SHAPE.underscore
    else if (code === 64) shape |= SHAPE.at
    else if (code === 58) shape |= SHAPE.colon
    else shape |= SHAPE.other
  }
  return shape
}

/** An address without what grammar sets behind it: `ann@here.org's`. */
function withoutEnding(address: string): string {
  const apostrophe = address.search(/['\u2019]/)
  return apostrophe > address.indexOf('@') ? address.slice(0, apostrophe) : address
}

/** The token of a value; undefined where the chunk is words after all. */
function valueOf({ text, start, end }: Chunk, shape: number): Token | undefined {
  const chunk = text.slice(start, Math.min(end, start + CHUNK_MAX_LENGTH)).toLowerCase()
  const has = (bits: number): boolean => (shape & bits) !== 0
  if (has(SHAPE.at) && chunk.indexOf('.', chunk.indexOf('@')) > 0) {
    const address = withoutEnding(chunk)
    const local = address.slice(0, address.indexOf('@'))
    return idToken(chunk, address, start, end, partsOf(local, NAMED_WEIGHT))
  }
  if (!has(SHAPE.letter | SHAPE.slash | SHAPE.underscore | SHAPE.at)) {
    return numericToken(chunk, start, end)
  }
  const address = has(SHAPE.dot | SHAPE.colon) ? addressOf(chunk) : undefined
  if (address !== undefined) {
    const host = address.split(/[/?#]/, 1)[0] ?? ''
    const parts = host === address ? NO_PARTS : [{ hash: wordHash(host), weight: 1 }]
    return idToken(chunk, address, start, end, parts)
  }
  if (has(SHAPE.underscore)) return compound(chunk, start, end)
  if (has(SHAPE.slash)) return isPlainPair(chunk) ? undefined : compound(chunk, start, end)
  if (!has(SHAPE.digit)) return undefined
  const ordinal = ordinalOf(chunk)
  if (ordinal !== undefined) return numberToken(chunk, ordinal, 0.7, start, end)
  if (chunk.length >= 5) return idToken(chunk, chunk, start, end)
  return numberToken(chunk, chunk, 1.2, start, end)
}

/** `e-mail`, `user's`: words joined by hyphens and apostrophes count as their words. */
function addJoinedWords(tokens: Token[], codes: Codes, start: number, end: number): void {
  let index = start
  while (index < end) {
    const wordEnd = Math.min(end, readLetters(codes, index))
    if (wordEnd > index) tokens.push(wordToken(codes, index, wordEnd))
    index = wordEnd + 1
  }
}

/** `snake_case`, `a/path`: a name, and its words. */
function compound(chunk: string, start: number, end: number): Token {
  return idToken(chunk, chunk, start, end, partsOf(chunk, PART_WEIGHT))
}

/** The words that a name is made of. */
function partsOf(name: string, weight: number): TokenPart[] {
  const parts: TokenPart[] = []
  for (const word of name.split(/[^\p{L}]+/u, PARTS_MAX_COUNT)) {
    if (word.length < 3 || (traitsOf(wordHash(word)) & TRAIT.common) !== 0) continue
    const codes = WORD_BUFFER.of(word)
    parts.push({ hash: codesHash(codes, 0, stemEnd(codes, 0, word.length)), weight })
  }
  return parts
}

function digitsToken(codes: Codes, start: number, end: number): Token {
  let from = start
  while (from < end - 1 && codes[from] === 48) from += 1
  const full = codesHash(codes, start, end)
  const hash = from === start ? full : codesHash(codes, from, end)
  const isId = end - start >= 6
  const isYear = end - start === 4 && (isPair(codes, start, 50, 48) || isPair(codes, start, 49, 57))
  const weight = isId ? ID_WEIGHT : isYear ? 0.3 : 0.7
  const kind = isId ? 'id' : 'number'
  return { kind, start, end, full, hash, weight, traits: 0, parts: NO_PARTS }
}

/** Dates, times, decimals, digit groups; long ones (accounts, phone numbers) name something. */
function numericToken(chunk: string, start: number, end: number): Token {
  const isDate =
    chunk.length <= 10 && chunk.length >= 8 && chunk[4] === '-' && chunk.includes('-', 6)
  if (isDate) return dateToken(chunk, start, end)
  if (chunk.includes(':')) return numberToken(chunk, chunk, 0.7, start, end)
  const digitCount = digitCountOf(chunk)
  if (digitCount >= 6 && chunk.includes('-')) {
    return idToken(chunk, chunk.replaceAll(/\D/g, ''), start, end)
  }
  const value = Number(chunk.includes(',') ? chunk.replaceAll(',', '') : chunk)
  const name = Number.isNaN(value) ? chunk : String(value)
  return numberToken(chunk, name, digitCount > 2 ? 0.8 : 0.7, start, end)
}

function digitCountOf(chunk: string): number {
  let count = 0
  for (let index = 0; index < chunk.length; index += 1) {
    if ((kindOf(chunk.charCodeAt(index)) & KIND.digit) !== 0) count += 1
  }
  return count
}

/** `2024-05-01`: its year, and inside it month and day as "May 1st" would give them. */
function dateToken(chunk: string, start: number, end: number): Token {
  const dash = chunk.indexOf('-', 5)
  const from = chunk[dash + 1] === '0' ? dash + 2 : dash + 1
  const parts = [
    { hash: monthHash(Number(chunk.slice(5, dash))), weight: 0.5 },
    { hash: rangeHash(chunk, from, chunk.length), weight: 0.7 },
  ]
  const [full, hash] = [wordHash(chunk), rangeHash(chunk, 0, 4)]
  return { kind: 'number', start, end, full, hash, weight: 0.3, traits: 0, parts }
}

function idToken(
  chunk: string,
  value: string,
  start: number,
  end: number,
  parts: readonly TokenPart[] = NO_PARTS,
): Token {
  const hash = wordHash(value)
  const full = value === chunk ? hash : wordHash(chunk)
  return { kind: 'id', start, end, full, hash, weight: ID_WEIGHT, traits: 0, parts }
}

function numberToken(
  chunk: string,
  name: string,
  weight: number,
  start: number,
  end: number,
): Token {
  const hash = wordHash(name)
  const full = name === chunk ? hash : wordHash(chunk)
  return { kind: 'number', start, end, full, hash, weight, traits: 0, parts: NO_PARTS }
}

/** A URL, host or file name without scheme and `www.`; undefined where the chunk is none. */
function addressOf(chunk: string): string | undefined {
  const scheme = chunk.indexOf('://')
  const bare = scheme < 0 ? chunk : chunk.slice(scheme + 3)
  const isWww = bare.startsWith('www.')
  const address = trimEnd(isWww ? bare.slice(4) : bare)
  if (scheme > 0 || isWww) return address
  const host = address.split(/[/?#:]/, 1)[0] ?? ''
  const lastDot = host.lastIndexOf('.')
  if (lastDot < 1) return undefined
  const ending = host.slice(lastDot + 1)
  const isName = ending.length >= 2 && ending.length <= 12 && !hasDigit(ending[0] ?? '0')
  return isName ? address : undefined
}

function trimEnd(address: string): string {
  let end = address.length
  while (end > 0 && '/.,;:!?\'")*_-'.includes(address[end - 1] ?? 'x')) end -= 1
  return address.slice(0, end)
}

/** `1st`, `22nd`: the number. */
function ordinalOf(chunk: string): string | undefined {
  const digits = chunk.slice(0, -2)
  const isOrdinal = ['st', 'nd', 'rd', 'th'].includes(chunk.slice(-2)) && isDigits(digits)
  return isOrdinal ? digits.replace(/^0+(?=\d)/, '') : undefined
}

/** `and/or`: two plain words with one slash name nothing. */
function isPlainPair(chunk: string): boolean {
  return !hasDigit(chunk) && chunk.split('/').length === 2 && !chunk.includes('.')
}

function isDigits(text: string): boolean {
  return /^\d+$/.test(text)
}

function hasDigit(text: string): boolean {
  return /\d/.test(text)
}
