/** Where the stem of a word ends: a light cut of English endings, so that forms of a word meet. */
export function stemEnd(text: string, start: number, end: number): number {
  if (end - start < 5)
    return end - start === 4 && lowerCodeAt(text, end - 1) === 115 ? end - 1 : end
  switch (lowerCodeAt(text, end - 1)) {
    case 115: // s
      return stemOfPlural(text, start, end)
    case 103: // ing
      if (text.startsWith('in', end - 3) && end - start > 5) return end - 3
      return end
    case 100: // ed
      return lowerCodeAt(text, end - 2) === 101 ? end - 2 : end
    case 110: // ion
      if (text.startsWith('io', end - 3) && end - start > 5) {
        return text.startsWith('at', end - 5) && end - start > 7 ? end - 5 : end - 3
      }
      return end
    case 116: // ment
      return text.startsWith('men', end - 4) && end - start > 6 ? end - 4 : end
    case 101: // e
    case 121: // y
      return end - 1
    default:
      return end
  }
}

function stemOfPlural(text: string, start: number, end: number): number {
  const before = lowerCodeAt(text, end - 2)
  if (before === 115) return end
  if (before !== 101) return stemEnd(text, start, end - 1)
  return lowerCodeAt(text, end - 3) === 105 ? end - 3 : end - 2
}

function lowerCodeAt(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code >= 65 && code <= 90 ? code + 32 : code
}
