import { KIND, kindOf } from './characters.ts'
import type { Codes } from './code-buffer.ts'
import type { Stretch } from './reveal.ts'

/**
 * Words whose letters stand apart from each other, by one sign between each two: `s e n d`,
 * `s-e-n-d`. Whoever reads joins them; whoever compares words does not.
 */

const SIGNS = ' ._*\u00b7-'
const SIGN_CODES = Array.from(SIGNS, (sign) => sign.charCodeAt(0))
/** Fewer letters in a row are an abbreviation. */
const LETTERS_MIN_COUNT = 6
/** Of a word, from which on a text is looked at closely. */
const WORD_LETTERS_MIN_COUNT = 4
/** Words with one sign between their letters, at least two in the first. */
const LETTERS_APART = new RegExp(
  String.raw`(?<![\p{L}\p{N}])\p{L}([${SIGNS}])\p{L}(?:\1\p{L}){0,400}(?![\p{L}\p{N}])` +
    String.raw`(?:(?: {1,4}| ?\/ ?)\p{L}(?:\1\p{L}){0,40}(?![\p{L}\p{N}])){0,200}`,
  'gu',
)

/**
 * Whether a word of four letters of one code each may stand there with its letters apart. Some four
 * characters, beginning at a multiple of four, then hold one of them between two signs in their
 * middle: only there is it worth counting.
 */
export function mayStandApart(codes: Codes, length: number): boolean {
  for (let index = 0; index < length; index += 4) {
    for (let at = index + 1; at <= index + 2; at += 1) {
      const sign = codes[at - 1] ?? 0
      if (sign !== codes[at + 1] || !SIGN_CODES.includes(sign)) continue
      const count = countApart(codes, at, 2, sign) + countApart(codes, at, -2, sign)
      if (count > WORD_LETTERS_MIN_COUNT) return true
    }
  }
  return false
}

/** Joins them, more than one blank or a stroke between words; says where they stood. */
export function joinLetters(text: string, hidden: Stretch[]): string {
  const pieces: string[] = []
  let length = 0
  let from = 0
  const add = (piece: string): void => {
    pieces.push(piece)
    length += piece.length
  }
  for (const { 0: run, 1: sign = '', index } of text.matchAll(LETTERS_APART)) {
    if (lettersOf(run) < LETTERS_MIN_COUNT) continue
    add(text.slice(from, index))
    const start = length
    const words = run.split(sign === ' ' ? / ?\/ ?| {2,}/ : / ?\/ ?| +/)
    add(words.map((word) => word.replaceAll(sign, '')).join(' '))
    hidden.push({ from: start, to: length })
    from = index + run.length
  }
  add(text.slice(from))
  return pieces.join('')
}

function lettersOf(run: string): number {
  let count = 0
  for (const _letter of run.matchAll(/\p{L}/gu)) count += 1
  return count
}

/** Possible letters with the sign between each and the next, the one at `index` counted. */
function countApart(codes: Codes, index: number, step: number, sign: number): number {
  let count = 0
  let at = index
  while (count <= WORD_LETTERS_MIN_COUNT && mayBeLetter(codes[at] ?? 0)) {
    count += 1
    if (codes[at + step / 2] !== sign) break
    at += step
  }
  return count
}

function mayBeLetter(code: number): boolean {
  return code > 127 || (kindOf(code) & KIND.letter) !== 0
}
