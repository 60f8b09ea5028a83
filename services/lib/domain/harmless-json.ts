/** What could steer a terminal, or hide what is written. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu
const ASCII_ALONE = /^[\x20-\x7e]*$/

/** JSON text on one line, the same value: what steers or hides stands in it escaped. */
export function harmlessJson(text: string): string {
  return ASCII_ALONE.test(text) ? text : text.replace(UNSAFE, escaped)
}

/** A character as JSON escapes it: one or two UTF-16 code units. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
