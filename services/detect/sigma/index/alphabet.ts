const ASCII_COUNT = 128
const UPPER_A = 65
const UPPER_Z = 90
const CASE_DISTANCE = 32
/** The two characters beyond ASCII whose lower case is ASCII: dotted I and the kelvin sign. */
const DOTTED_I = 0x130
const KELVIN = 0x212a

/**
 * The characters of some literals, numbered from 1; 0 stands for every other. ASCII letters have
 * one number in both cases.
 */
export type Alphabet = {
  /** One more than the highest number. */
  size: number
  ascii: Uint16Array
  others: ReadonlyMap<number, number>
}

/** Numbers the characters of texts in lower case. */
export function alphabetOf(texts: Iterable<string>): Alphabet {
  const ascii = new Uint16Array(ASCII_COUNT)
  const others = new Map<number, number>()
  let size = 1
  for (const text of texts) {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (code < ASCII_COUNT ? ascii[code] !== 0 : others.has(code)) continue
      if (code < ASCII_COUNT) ascii[code] = size
      else others.set(code, size)
      size += 1
    }
  }
  for (let code = UPPER_A; code <= UPPER_Z; code += 1) {
    ascii[code] = ascii[code + CASE_DISTANCE] ?? 0
  }
  return { size, ascii, others }
}

/** The number of a character of text in lower case. */
export function classOf(alphabet: Alphabet, code: number): number {
  return (code < ASCII_COUNT ? alphabet.ascii[code] : alphabet.others.get(code)) ?? 0
}

/** Whether a character beyond ASCII is, or begins with, an ASCII one in lower case. */
export function foldsToAscii(code: number): boolean {
  return code === DOTTED_I || code === KELVIN
}
