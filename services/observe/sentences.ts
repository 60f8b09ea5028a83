import { isDigit, isUpper, isWide } from './characters.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'

/**
 * Tokens `from` (inclusive) to `to` (exclusive) of one sentence; equal `leaf`: one value or block.
 */
export type Sentence = { from: number; to: number; leaf: number }

/**
 * What lies between two tokens, as one number: 0 nothing, `SENTENCE` or `LEAF` where one ends, and
 * `NEWLINE` where a line does.
 */
type Gap = number
const SENTENCE = 1
const LEAF = 2
const NEWLINE = 4

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
    const isOrder = (gap & (LEAF | SENTENCE)) === 0 && opensOrder(text, right)
    if (gap === 0 && !isOrder) continue
    const isNewLine = (gap & NEWLINE) !== 0
    const isWrapped = left.end - lineStart >= WRAPPED_LINE_MIN_LENGTH
    const isName = isWrapped && isUpper(text.charCodeAt(right.start))
    const opensKey = isNewLine && !isName && isKey(text, tokens, index)
    const isLeaf = (gap & LEAF) !== 0 || opensKey
    if (isNewLine) lineStart = right.start
    if (!isLeaf && !isOrder && (gap & SENTENCE) === 0) continue
    sentences.push({ from, to: index, leaf })
    if (isLeaf) leaf += 1
    from = index
  }
  if (tokens.length > from) sentences.push({ from, to: tokens.length, leaf })
  return sentences
}

/** After anything but a blank a verb with a capital begins a sentence: "… ok - Send it". */
function opensOrder(text: string, { start, traits }: Token): boolean {
  return (traits & TRAIT.verb) !== 0 && isUpper(text.charCodeAt(start))
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
    if (code === 32 || code === 44) continue
    if (code === 10) newlines += 1
    else if (code === 34 || code === 39) {
      if (closesValue(text.charCodeAt(index + 1))) return newlines > 0 ? LEAF | NEWLINE : LEAF
    } else if (newlines > 0 && isBullet(code) && text.charCodeAt(index + 1) === 32) {
      return LEAF | NEWLINE
    } else if (isRuler(code)) symbols += 1
    else isEnd ||= endsSentence(text, index, start, end)
  }
  const line = newlines > 0 ? NEWLINE : 0
  if (symbols >= 3) return LEAF | line
  if (isEnd || newlines > 1) return SENTENCE | line
  const isShort = newlines > 0 && start - lineStart < WRAPPED_LINE_MIN_LENGTH
  return isShort && opensSentence(text, end) ? SENTENCE | line : line
}

/** Whether the character at `index`, in the gap between two tokens, ends a sentence. */
function endsSentence(text: string, index: number, start: number, end: number): boolean {
  const next = text.charCodeAt(index + 1)
  switch (text.charCodeAt(index)) {
    case 46: // .
    case 33: // !
    case 63: // ?
      return index + 1 === end ? isUpper(next) || isWide(next) : isAfterStop(next)
    case 58: // :
      return next === 10 || (next === 32 && opensSentence(text, end))
    case 41: // ) after the number of a list item
      return index === start && isListNumber(text, start)
    case 0x3002: // the full stop of Han
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

/** Whether a number of its own ends here: "1) First", "(2) Second". */
function isListNumber(text: string, end: number): boolean {
  let at = end - 1
  while (isDigit(text.charCodeAt(at))) at -= 1
  const digitCount = end - 1 - at
  const before = text.charCodeAt(at)
  return digitCount > 0 && (!(before > 32) || (before === 40 && digitCount <= 2))
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
