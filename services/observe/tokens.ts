import { chunkEnd, continuesToken } from './boundaries.ts'
import { KIND, kindOf } from './characters.ts'
import { addChunk } from './chunks.ts'
import { CodeBuffer } from './code-buffer.ts'
import { readLetters, wordToken, type Token } from './token.ts'
import { wideToken } from './wide-words.ts'

const BUFFER = new CodeBuffer()

/** Cuts text into tokens in one linear pass. Positions are offsets in UTF-16 units. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const { length } = text
  const codes = BUFFER.of(text)
  let index = 0
  while (index < length) {
    const kind = kindOf(codes[index] ?? 0)
    if ((kind & KIND.word) === 0) {
      const token = (kind & KIND.wide) === 0 ? undefined : wideToken(codes, index)
      if (token !== undefined) tokens.push(token)
      index = token?.end ?? index + 1
      continue
    }
    const start = index
    if ((kind & KIND.letter) !== 0) {
      index = readLetters(codes, start)
      if (!continuesToken(codes, index)) {
        tokens.push(wordToken(codes, start, index))
        continue
      }
    }
    index = chunkEnd(codes, start, length)
    addChunk(tokens, { text, codes, start, end: index })
  }
  return tokens
}
