import { chunkEnd, continuesToken } from './boundaries.ts'
import { isLetter, isWordPart } from './characters.ts'
import { addChunk } from './chunks.ts'
import { wordToken, type Token } from './token.ts'

/** Cuts text into tokens in one linear pass. Positions are offsets in UTF-16 units. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const { length } = text
  let index = 0
  while (index < length) {
    const code = text.charCodeAt(index)
    const startsWord = isLetter(code)
    if (!startsWord && !isWordPart(code)) {
      index += 1
      continue
    }
    let end = index + 1
    if (startsWord) while (end < length && isLetter(text.charCodeAt(end))) end += 1
    if (startsWord && !continuesToken(text, end)) tokens.push(wordToken(text, index, end))
    else {
      end = chunkEnd(text, index)
      addChunk(tokens, text, index, end)
    }
    index = end
  }
  return tokens
}
