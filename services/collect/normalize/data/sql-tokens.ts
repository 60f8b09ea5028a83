/** Whose SQL: where a string ends and what is a comment differs. */
export type Dialect = 'postgres' | 'mysql' | 'clickhouse' | 'other'

/** Kinds of tokens: a bare word, a quoted name, and what their names say. */
export const WORD = 0
export const NAME = 1
export const STRING = 2
export const NUMBER = 3
export const PARAMETER = 4
export const SYMBOL = 5
export const COMMENT = 6

/** The tokens of a text in order, as columns; `ends` is exclusive. */
export type SqlTokens = { text: string; kinds: number[]; starts: number[]; ends: number[] }

/**
 * Cuts SQL into tokens in one pass, in time linear in its length. Anything is accepted: what is not
 * closed goes to the end of the text. MySQL's executable comments are code.
 */
export function sqlTokens(text: string, dialect: Dialect): SqlTokens {
  const tokens: SqlTokens = { text, kinds: [], starts: [], ends: [] }
  const { length } = text
  let at = 0
  while (at < length) {
    const code = text.charCodeAt(at)
    if (code <= SPACE || code === NO_BREAK_SPACE) {
      at += 1
      continue
    }
    const executable = dialect === 'mysql' ? executableEnd(text, at, code) : at
    if (executable !== at) {
      at = executable
      continue
    }
    const start = at
    const kind = kindAt(text, at, code, dialect)
    at = kind === SYMBOL ? at + 1 : endOf(kind, text, at, code, dialect)
    tokens.kinds.push(kind === WORD && isNumberLike(text, start, at, code) ? NUMBER : kind)
    tokens.starts.push(start)
    tokens.ends.push(at)
  }
  return tokens
}

const SPACE = 0x20
const NO_BREAK_SPACE = 0xa0
const [QUOTE, DOUBLE_QUOTE, BACKTICK, BACKSLASH] = [0x27, 0x22, 0x60, 0x5c]
const [DASH, SLASH, STAR, HASH, DOLLAR, COLON, QUESTION] = [
  0x2d, 0x2f, 0x2a, 0x23, 0x24, 0x3a, 0x3f,
]
const [BANG, DOT, PLUS] = [0x21, 0x2e, 0x2b]
const EXECUTABLE_START = /\/\*M?!\d{0,6}/y
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]{0,63})?\$/y
const PLAIN_NUMBER = /^(?:\d[\d_]*(?:\.\d*)?(?:e[+-]?\d*)?|0x[\da-f]*|0b[01]*)$/i
/** Longer runs of digits and letters are a number, whatever they are. */
const NUMBER_MAX_LENGTH = 400

function kindAt(text: string, at: number, code: number, dialect: Dialect): number {
  if (isWordStart(code)) {
    const next = text.charCodeAt(at + 1)
    return next === QUOTE && isStringPrefix(code) ? STRING : WORD
  }
  if (isDigit(code)) return WORD
  if (code === QUOTE) return STRING
  if (code === DOUBLE_QUOTE) return dialect === 'mysql' ? STRING : NAME
  if (code === BACKTICK) return NAME
  if (code === DASH || code === SLASH || code === HASH)
    return isCommentStart(text, at, code, dialect) ? COMMENT : SYMBOL
  if (code === QUESTION) return PARAMETER
  if (code === DOLLAR) return dollarKind(text, at, dialect)
  if (code === COLON && dialect === 'other')
    return isWordStart(text.charCodeAt(at + 1)) && text.charCodeAt(at - 1) !== COLON
      ? PARAMETER
      : SYMBOL
  return SYMBOL
}

function endOf(kind: number, text: string, at: number, code: number, dialect: Dialect): number {
  if (kind === WORD)
    return isDigit(code) ? numberEnd(text, at, dialect) : wordEnd(text, at, dialect)
  if (kind === PARAMETER) return code === QUESTION ? at + 1 : wordEnd(text, at + 1, dialect)
  if (kind === COMMENT) return commentEnd(text, at, code, dialect)
  if (code === DOLLAR) return dollarEnd(text, at)
  if (kind === NAME) return quotedEnd(text, at + 1, code, dialect === 'clickhouse')
  const isPrefixed = code !== QUOTE && code !== DOUBLE_QUOTE
  const hasEscapes = dialect === 'mysql' || dialect === 'clickhouse' || (code | SPACE) === 0x65
  return quotedEnd(text, at + (isPrefixed ? 2 : 1), isPrefixed ? QUOTE : code, hasEscapes)
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Letters, the underscore, and whatever is not ASCII. */
function isWordStart(code: number): boolean {
  const lower = code | SPACE
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f || code >= 0x80
}

/** E'…', B'…', X'…' and N'…'. */
function isStringPrefix(code: number): boolean {
  const lower = code | SPACE
  return lower === 0x65 || lower === 0x62 || lower === 0x78 || lower === 0x6e
}

function wordEnd(text: string, from: number, dialect: Dialect): number {
  let at = from
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (isWordStart(code) || isDigit(code)) continue
    if (code !== DOLLAR || dialect === 'other') break
  }
  return at
}

/** Digits with a fraction and an exponent, or a word that begins with digits. */
function numberEnd(text: string, from: number, dialect: Dialect): number {
  let at = wordEnd(text, from, dialect)
  if (text.charCodeAt(at) === DOT && isDigit(text.charCodeAt(at + 1)))
    at = wordEnd(text, at + 1, dialect)
  const sign = text.charCodeAt(at)
  const isExponent = (text.charCodeAt(at - 1) | SPACE) === 0x65 && (sign === PLUS || sign === DASH)
  return isExponent && isDigit(text.charCodeAt(at + 1)) ? wordEnd(text, at + 1, dialect) : at
}

/** A word that begins with a digit is a name in MySQL only, and only if it is no number. */
function isNumberLike(text: string, start: number, end: number, code: number): boolean {
  if (!isDigit(code)) return false
  if (end - start > NUMBER_MAX_LENGTH) return true
  return end - start === 1 || PLAIN_NUMBER.test(text.slice(start, end))
}

function isCommentStart(text: string, at: number, code: number, dialect: Dialect): boolean {
  const next = text.charCodeAt(at + 1)
  if (code === SLASH) return next === STAR
  if (code === HASH)
    return dialect === 'mysql' || (dialect === 'clickhouse' && (next === SPACE || next === BANG))
  if (next !== DASH) return false
  const third = text.charCodeAt(at + 2)
  return dialect !== 'mysql' || Number.isNaN(third) || third <= SPACE
}

function commentEnd(text: string, at: number, code: number, dialect: Dialect): number {
  if (code !== SLASH) {
    const newline = text.indexOf('\n', at)
    return newline < 0 ? text.length : newline
  }
  const isNesting = dialect === 'postgres' || dialect === 'clickhouse'
  if (!isNesting) return after(text.indexOf('*/', at + 2), 2, text)
  let depth = 1
  let from = at + 2
  let close = text.indexOf('*/', from)
  while (close >= 0) {
    const open = openBefore(text, from, close)
    depth += open < 0 ? -1 : 1
    from = (open < 0 ? close : open) + 2
    if (depth === 0) return from
    if (from > close) close = text.indexOf('*/', from)
  }
  return text.length
}

/** The next opening of a comment before `close`: looked for no further, so time stays linear. */
function openBefore(text: string, from: number, close: number): number {
  for (let at = text.indexOf('/', from); at >= 0 && at < close; at = text.indexOf('/', at + 1))
    if (text.charCodeAt(at + 1) === STAR) return at
  return -1
}

/** Where a quoted text ends whose first character stands at `from`; doubled quotes stay inside. */
function quotedEnd(text: string, from: number, quote: number, hasEscapes: boolean): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH && hasEscapes) at += 1
    else if (code === quote) {
      if (text.charCodeAt(at + 1) !== quote) return at + 1
      at += 1
    }
  }
  return text.length
}

/** `$1`, or the `$tag$` of a quoted text. */
function dollarKind(text: string, at: number, dialect: Dialect): number {
  if (isDigit(text.charCodeAt(at + 1))) return PARAMETER
  if (dialect !== 'postgres' && dialect !== 'clickhouse') return SYMBOL
  DOLLAR_TAG.lastIndex = at
  return DOLLAR_TAG.test(text) ? STRING : SYMBOL
}

function dollarEnd(text: string, at: number): number {
  DOLLAR_TAG.lastIndex = at
  const [tag = '$'] = DOLLAR_TAG.exec(text) ?? []
  return after(text.indexOf(tag, at + tag.length), tag.length, text)
}

function after(found: number, length: number, text: string): number {
  return found < 0 ? text.length : found + length
}

/** Behind the frame of an executable comment at `at`, whose inside runs; `at` if there is none. */
function executableEnd(text: string, at: number, code: number): number {
  if (code === STAR && text.charCodeAt(at + 1) === SLASH) return at + 2
  if (code !== SLASH || text.charCodeAt(at + 1) !== STAR) return at
  EXECUTABLE_START.lastIndex = at
  return EXECUTABLE_START.test(text) ? EXECUTABLE_START.lastIndex : at
}
