import { isDigit, isLetter, isLower, isUpper, isWordPart, KIND, kindOf } from './characters.ts'
import type { Codes } from './code-buffer.ts'

const CHUNK_SCAN_MAX_LENGTH = 4096
const DOT = 46
const SLASH = 47
const COLON = 58

/** Whether what stands at `index` carries a token on past a run of letters. */
export function continuesToken(codes: Codes, index: number): boolean {
  const code = codes[index] ?? 0
  if (code <= 32) return false
  return (kindOf(code) & KIND.word) !== 0 || joins(codes, index)
}

/** End of a run of word characters and the connectors between them, in a text of this length. */
export function chunkEnd(codes: Codes, start: number, length: number): number {
  const limit = Math.min(length, start + CHUNK_SCAN_MAX_LENGTH)
  let hasDot = false
  let index = start
  while (index < limit) {
    const code = codes[index] ?? 0
    if ((kindOf(code) & KIND.word) !== 0) {
      index += 1
    } else if (code === COLON && codes[index + 1] === SLASH && codes[index + 2] === SLASH) {
      return addressEnd(codes, index + 3, limit)
    } else if (joins(codes, index)) {
      if (code === DOT && isWww(codes, start, index)) return addressEnd(codes, index, limit)
      hasDot ||= code === DOT
      index += 1
    } else if (code === SLASH && hasDot) {
      return addressEnd(codes, index, limit)
    } else return index
  }
  return index
}

function isWww(codes: Codes, start: number, dot: number): boolean {
  if (dot - start !== 3) return false
  for (let index = start; index < dot; index += 1)
    if (((codes[index] ?? 0) | 32) !== 119) return false
  return true
}

/** A URL goes on to the next blank, quote or bracket. */
function addressEnd(codes: Codes, from: number, limit: number): number {
  let index = from
  while (index < limit) {
    const code = codes[index] ?? 0
    if (code <= 32 || code === 34 || code === 39 || code === 60 || code === 62) break
    if (code === 41 || code === 93 || code === 125 || code === 92 || code === 96) break
    if (code > 126 && !isWordPart(code)) break
    index += 1
  }
  while (index > from && isStop(codes[index - 1] ?? 0)) index -= 1
  return index
}

/** What ends a sentence or a part of it, and no address: . , ; : ! ? */
function isStop(code: number): boolean {
  return code === DOT || code === 44 || code === 59 || code === COLON || code === 33 || code === 63
}

/** Connectors hold a token together only between two of its characters. */
function joins(codes: Codes, index: number): boolean {
  const next = codes[index + 1] ?? 0
  switch (codes[index]) {
    case 46: // . but not where a sentence ends without a blank
      return isWordPart(next) && !(isLower(codes[index - 1] ?? 0) && isUpper(next))
    case 45: // -
    case 47: // /
    case 64: // @
    case 43: // +
      return isWordPart(next)
    case 44: // ,
      return isDigit(next) && isDigit(codes[index - 1] ?? 0)
    case 39: // '
    case 0x2019:
      return isLetter(next) && isLetter(codes[index - 1] ?? 0)
    case 58: // : in times and schemes
      if (next === 47) return codes[index + 2] === 47
      return isDigit(next) && isDigit(codes[index - 1] ?? 0)
    default:
      return false
  }
}
