/** A piece of a Sigma string: literal text, any run, exactly one character. */
export type WildPiece = { text: string } | '*' | '?'

/**
 * Splits a Sigma string at its wildcards: `\` escapes `*`, `?` and itself, and stands for itself
 * before anything else. Literal pieces may be empty.
 */
export function readWildcards(source: string): WildPiece[] {
  const pieces: WildPiece[] = []
  let text = ''
  for (let index = 0; index < source.length; index += 1) {
    const character = source.charAt(index)
    const next = source.charAt(index + 1)
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      text += next
      index += 1
    } else if (character === '*' || character === '?') {
      pieces.push({ text }, character)
      text = ''
    } else text += character
  }
  return [...pieces, { text }]
}
