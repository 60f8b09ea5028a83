import { newFrame } from './sql-frames.ts'
import { readToken, type Reader, type Statement } from './sql-statement.ts'
import { SYMBOL, type Dialect, type SqlTokens } from './sql-tokens.ts'
import { worseOf } from './sql-words.ts'

/** How many statements of one text are told apart; the last tells of all that follow. */
const STATEMENTS_MAX_COUNT = 64

/**
 * The statements of a text without comments, in order, by a grammar that knows where tables stand
 * and no more. It reads once from left to right; bodies of functions belong to the statement that
 * makes them.
 */
export function sqlStatements(
  tokens: SqlTokens,
  words: readonly string[],
  dialect: Dialect,
): Statement[] {
  const statements: Statement[] = []
  const reader: Reader = { tokens, words, dialect, ...nothingOpen() }
  const { kinds, starts, text } = tokens
  for (let index = 0; index < kinds.length;) {
    const isEnd = kinds[index] === SYMBOL && text.charAt(starts[index] ?? 0) === ';'
    if (isEnd && reader.bodyDepth === 0) {
      endStatement(reader, statements)
      index += 1
    } else index = readToken(reader, index)
  }
  endStatement(reader, statements)
  return statements
}

function nothingOpen(): Omit<Reader, 'tokens' | 'words' | 'dialect'> {
  return {
    open: undefined,
    frames: [newFrame()],
    surplusDepth: 0,
    bodyDepth: 0,
    makesBody: false,
    namesAfterOn: false,
    isPlanOnly: false,
  }
}

function endStatement(reader: Reader, statements: Statement[]): void {
  const { open, isPlanOnly } = reader
  Object.assign(reader, nothingOpen())
  if (open === undefined) return
  if (isPlanOnly) open.action = 'other'
  const last = statements.at(-1)
  if (statements.length < STATEMENTS_MAX_COUNT || last === undefined) statements.push(open)
  else last.action = worseOf(last.action, open.action)
}
