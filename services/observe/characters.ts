/** a to z and A to Z, and what other scripts write words with. */
export function isLetter(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
  if (code < 0xc0) return code === 0xaa || code === 0xb5 || code === 0xba
  return !(code >= 0x2000 && code <= 0x2bff) && !(code >= 0x3000 && code <= 0x303f) && code < 0xfe00
}

/** What stands inside tokens: letters, digits, the underscore. */
export function isWordPart(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 95
}

/** 0 to 9. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** A to Z. */
export function isUpper(code: number): boolean {
  return code >= 65 && code <= 90
}

/** a to z. */
export function isLower(code: number): boolean {
  return code >= 97 && code <= 122
}
