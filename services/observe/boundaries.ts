import { isDigit, isLetter, isLower, isUpper, isWordPart } from './characters.ts'

const CHUNK_SCAN_MAX_LENGTH = 4096

/** Whether what stands at `index` carries a token on past a run of letters. */
export function continuesToken(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  if (isWordPart(code)) return true
  return joins(text, index)
}

/** End of a run of word characters and the connectors between them. */
export function chunkEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + CHUNK_SCAN_MAX_LENGTH)
  let index = start
  while (index < limit) {
    if (isWordPart(text.charCodeAt(index))) {
      index += 1
    } else if (text.startsWith('://', index)) {
      return addressEnd(text, index + 3, limit)
    } else if (joins(text, index)) {
      if (text.charCodeAt(index) === 46 && isWww(text, start, index)) {
        return addressEnd(text, index, limit)
      }
      index += 1
    } else if (text.charCodeAt(index) === 47 && text.slice(start, index).includes('.')) {
      return addressEnd(text, index, limit)
    } else return index
  }
  return index
}

function isWww(text: string, start: number, dot: number): boolean {
  return dot - start === 3 && text.slice(start, dot).toLowerCase() === 'www'
}

/** A URL goes on to the next blank, quote or bracket. */
function addressEnd(text: string, from: number, limit: number): number {
  let index = from
  while (index < limit) {
    const code = text.charCodeAt(index)
    if (code <= 32 || code === 34 || code === 39 || code === 60 || code === 62) break
    if (code === 41 || code === 93 || code === 125 || code === 92 || code === 96) break
    if (code > 126 && !isWordPart(code)) break
    index += 1
  }
  while (index > from && '.,;:!?'.includes(text[index - 1] ?? ' ')) index -= 1
  return index
}

/** Connectors hold a token together only between two of its characters. */
function joins(text: string, index: number): boolean {
  const next = text.charCodeAt(index + 1)
  switch (text.charCodeAt(index)) {
    case 46: // . but not where a sentence ends without a blank
      return isWordPart(next) && !(isLower(text.charCodeAt(index - 1)) && isUpper(next))
    case 45: // -
    case 47: // /
    case 64: // @
    case 43: // +
      return isWordPart(next)
    case 44: // ,
      return isDigit(next) && isDigit(text.charCodeAt(index - 1))
    case 39: // '
    case 0x2019:
      return isLetter(next) && isLetter(text.charCodeAt(index - 1))
    case 58: // : in times and schemes
      if (next === 47) return text.charCodeAt(index + 2) === 47
      return isDigit(next) && isDigit(text.charCodeAt(index - 1))
    default:
      return false
  }
}
