import type { Codes } from './code-buffer.ts'

/**
 * Where the stem of a word ends: a light cut of English endings, of at most six letters, so that
 * forms of a word meet.
 */
export function stemEnd(codes: Codes, start: number, end: number): number {
  if (end - start < 5)
    return end - start === 4 && lowerCodeAt(codes, end - 1) === 115 ? end - 1 : end
  switch (lowerCodeAt(codes, end - 1)) {
    case 115: // s
      return stemOfPlural(codes, start, end)
    case 103: // ing
      if (isPair(codes, end - 3, 105, 110) && end - start > 5) return end - 3
      return end
    case 100: // ed
      return lowerCodeAt(codes, end - 2) === 101 ? end - 2 : end
    case 110: // ion
      if (isPair(codes, end - 3, 105, 111) && end - start > 5) {
        return isPair(codes, end - 5, 97, 116) && end - start > 7 ? end - 5 : end - 3
      }
      return end
    case 116: // ment
      return isPair(codes, end - 4, 109, 101) && codes[end - 2] === 110 && end - start > 6
        ? end - 4
        : end
    case 101: // e
    case 121: // y
      return end - 1
    default:
      return end
  }
}

function stemOfPlural(codes: Codes, start: number, end: number): number {
  const before = lowerCodeAt(codes, end - 2)
  if (before === 115) return end
  if (before !== 101) return stemEnd(codes, start, end - 1)
  return lowerCodeAt(codes, end - 3) === 105 ? end - 3 : end - 2
}

function lowerCodeAt(codes: Codes, index: number): number {
  const code = codes[index] ?? 0
  return code >= 65 && code <= 90 ? code + 32 : code
}

/** Whether these two codes stand here. */
export function isPair(codes: Codes, index: number, first: number, second: number): boolean {
  return codes[index] === first && codes[index + 1] === second
}
