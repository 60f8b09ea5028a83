import { isDigit, isUpper } from './characters.ts'
import type { Token } from './token.ts'

/**
 * Tokens `from` (inclusive) to `to` (exclusive) of one sentence; equal `leaf`: one value or block.
 */
export type Sentence = { from: number; to: number; leaf: number }

type Gap = { kind: 'none' | 'sentence' | 'leaf'; newlines: number }

const KEY_WORDS_MAX_COUNT = 3
/** A line shorter than this which the next begins with a capital after was not wrapped. */
const WRAPPED_LINE_MIN_LENGTH = 64

/**
 * Groups tokens into sentences, and sentences into leaves: a value of JSON or YAML, a list item, a
 * block between rulers. Looks at the characters between tokens only.
 */
export function sentencesOf(text: string, tokens: readonly Token[]): Sentence[] {
  const sentences: Sentence[] = []
  let leaf = 0
  let from = 0
  let lineStart = 0
  for (let index = 1; index < tokens.length; index += 1) {
    const left = tokens[index - 1]
    const right = tokens[index]
    if (left === undefined || right === undefined) break
    if (right.start - left.end === 1 && text.charCodeAt(left.end) === 32) continue
    const gap = gapBetween(text, left.end, right.start, lineStart)
    const kind = gap.newlines > 0 && isKey(text, tokens, index) ? 'leaf' : gap.kind
    if (gap.newlines > 0) lineStart = right.start
    if (kind === 'none') continue
    sentences.push({ from, to: index, leaf })
    if (kind === 'leaf') leaf += 1
    from = index
  }
  if (tokens.length > from) sentences.push({ from, to: tokens.length, leaf })
  return sentences
}

/** Whether a line begins at this token with a short `key:`. */
function isKey(text: string, tokens: readonly Token[], index: number): boolean {
  for (let word = index; word < index + KEY_WORDS_MAX_COUNT; word += 1) {
    const token = tokens[word]
    const next = tokens[word + 1]
    if (token === undefined) return false
    const code = text.charCodeAt(token.end)
    const after = text.charCodeAt(token.end + 1)
    if (code === 58) return after === 32 || after === 10 || after === 34 || Number.isNaN(after)
    if (code !== 32 || next === undefined || next.start > token.end + 1) return false
  }
  return false
}

function gapBetween(text: string, start: number, end: number, lineStart: number): Gap {
  let newlines = 0
  let isEnd = false
  let symbols = 0
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index)
    const next = text.charCodeAt(index + 1)
    if (code === 10) newlines += 1
    else if (code === 34 || code === 39) {
      if (closesValue(next)) return { kind: 'leaf', newlines }
    } else if (newlines > 0 && isBullet(code) && next === 32) return { kind: 'leaf', newlines }
    else if (isRuler(code)) symbols += 1
    else isEnd ||= endsSentence(text, index, start, end)
  }
  if (symbols >= 3) return { kind: 'leaf', newlines }
  if (isEnd || newlines > 1) return { kind: 'sentence', newlines }
  const isShort = newlines > 0 && start - lineStart < WRAPPED_LINE_MIN_LENGTH
  return { kind: isShort && opensSentence(text, end) ? 'sentence' : 'none', newlines }
}

/** Whether the character at `index`, in the gap between two tokens, ends a sentence. */
function endsSentence(text: string, index: number, start: number, end: number): boolean {
  const next = text.charCodeAt(index + 1)
  switch (text.charCodeAt(index)) {
    case 46: // .
    case 33: // !
    case 63: // ?
      return index + 1 === end ? isUpper(next) : isAfterStop(next)
    case 58: // :
      return next === 10 || (next === 32 && opensSentence(text, end))
    case 41: // ) after the number of a list item
      return index === start && isDigit(text.charCodeAt(start - 1))
    case 59: // ;
    case 60: // <
    case 62: // >
    case 124: // |
    case 96: // `
      return true
    default:
      return false
  }
}

/** After a quote: the comma, colon or bracket that ends a value of JSON, YAML or Python. */
function closesValue(code: number): boolean {
  return code === 44 || code === 58 || code === 125 || code === 93
}

function isAfterStop(code: number): boolean {
  return code === 32 || code === 10 || code === 34 || code === 39 || code === 41 || code === 0x201d
}

function isRuler(code: number): boolean {
  return code === 45 || code === 61 || code === 42 || code === 95 || code === 35 || code === 126
}

function isBullet(code: number): boolean {
  return code === 45 || code === 42 || code === 0x2022
}

function opensSentence(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return isUpper(code) || isDigit(code) || code > 0xbf
}
