/** What a character is in a token, as bits of `kindOf`. */
export const KIND = {
  letter: 1,
  digit: 2,
  underscore: 4,
  /** Any of the three. */
  word: 7,
  /** A to Z alone. */
  upper: 8,
  /** What base64 and hexadecimal are written with. */
  run: 16,
  /** Of a script that sets no blanks between words, or glues its words to those of others. */
  wide: 32,
} as const

/** Such scripts, both ends inclusive: Thai and Lao, Burmese, Khmer, kana, Han, Hangul. */
const WIDE_RANGES = [
  [0x0e00, 0x0eff],
  [0x1000, 0x109f],
  [0x1780, 0x17ff],
  [0x3041, 0x30ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
] as const

const CODES_COUNT = 65_536
/** Of each UTF-16 code its bits of `KIND`. */
const KINDS = Uint8Array.from({ length: CODES_COUNT }, (_, code) => {
  const run = /[\w+/=-]/.test(String.fromCharCode(code)) ? KIND.run : 0
  if (isDigit(code)) return KIND.digit | run
  if (code === 95) return KIND.underscore | run
  if (isWide(code)) return KIND.wide
  if (!isLetter(code)) return run
  return KIND.letter | run | (isUpper(code) ? KIND.upper : 0)
})

/** What a character is, as bits of `KIND`. */
export function kindOf(code: number): number {
  return KINDS[code] ?? 0
}

/** Whether a script writes words with it that blanks do not part from words of another script. */
export function isWide(code: number): boolean {
  return code >= 0x0e00 && WIDE_RANGES.some(([from, to]) => code >= from && code <= to)
}

/** a to z and A to Z, and what other scripts write words with that blanks part. */
export function isLetter(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
  if (isWide(code)) return false
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
