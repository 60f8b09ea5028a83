import { idOf } from '#domain/ids.ts'
import { COMMENT, NAME, NUMBER, PARAMETER, STRING, WORD, type SqlTokens } from './sql-tokens.ts'

/**
 * The shape of a query: comments out, every literal and parameter one sign, lists of them one
 * element, bare words in small letters, one space between. Equal shapes have equal fingerprints,
 * whoever logged them.
 */
export function sqlFingerprint(tokens: SqlTokens, words: readonly string[]): string {
  const pieces: string[] = []
  const { text, kinds, starts, ends } = tokens
  for (let index = 0; index < kinds.length; index += 1) {
    const kind = kinds[index]
    if (kind === COMMENT) continue
    if (kind === STRING || kind === NUMBER || kind === PARAMETER) addLiteral(pieces)
    else if (kind === WORD) pieces.push(words[index] ?? '')
    else if (kind === NAME) pieces.push(text.slice(starts[index], ends[index]))
    else addSymbol(pieces, text.charAt(starts[index] ?? 0))
  }
  while (pieces.at(-1) === ';') pieces.pop()
  return idOf('query', pieces.join(' '))
}

const LITERAL = '?'
const SIGNS = new Set(['-', '+'])
/** What stands before the sign of a number; behind anything else it is an operator. */
const BEFORE_SIGN = new Set(
  '( , = < > + - * / | and or in values select limit offset between then else'.split(' '),
)

function addLiteral(pieces: string[]): void {
  const [last = '', before = ''] = [pieces.at(-1), pieces.at(-2)]
  if (SIGNS.has(last) && BEFORE_SIGN.has(before)) pieces.pop()
  if (pieces.at(-1) === ',' && pieces.at(-2) === LITERAL) pieces.pop()
  else pieces.push(LITERAL)
}

/** Rows of literals after the first are not told. */
function addSymbol(pieces: string[], symbol: string): void {
  const end = pieces.length
  const isRow =
    symbol === ')' &&
    pieces[end - 1] === LITERAL &&
    pieces[end - 2] === '(' &&
    pieces[end - 3] === ',' &&
    pieces[end - 4] === ')' &&
    pieces[end - 5] === LITERAL &&
    pieces[end - 6] === '('
  if (isRow) pieces.length = end - 3
  else pieces.push(symbol)
}
