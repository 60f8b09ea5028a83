import { isDigit, isUpper } from '../characters.ts'

const SEQUENCE_MIN_LENGTH = 6
const SEQUENCE_MAX_SHARE = 0.5
const BLANKED = /x{4}|X{4}|\*{3}|\.{3}|#{4}|0{12}|_{8}/
const SPOKEN =
  /redacted|placeholder|change[_-]?me|replace|your[_-]|[_-]here|dummy|example|sample|insert/i
const SUBSTITUTED = /^[<[({$%@]|[$#]\{|\{\{|\$\(/

/** Whether a value stands for one that was left out: blanked, spoken of, substituted. */
export function isPlaceholder(value: string): boolean {
  return isBlanked(value) || SPOKEN.test(value) || SUBSTITUTED.test(value)
}

/**
 * Whether a value with a provider's shape was left out. A random key may hold any letters, so only
 * what no key holds counts: the same letter over and over, and `EXAMPLE` at the end, by which
 * providers mark the keys of their manuals.
 */
export function isBlanked(value: string): boolean {
  return BLANKED.test(value) || /EXAMPLE(?:KEY)?$/.test(value)
}

/** Whether most of a value is letters and digits in their order, as nobody draws them. */
export function isSequence(value: string): boolean {
  let inOrder = 0
  let run = 1
  for (let index = 1; index <= value.length; index += 1) {
    const step = value.charCodeAt(index) - value.charCodeAt(index - 1)
    if (step === 1) run += 1
    else {
      if (run >= SEQUENCE_MIN_LENGTH) inOrder += run
      run = 1
    }
  }
  return inOrder > value.length * SEQUENCE_MAX_SHARE
}

/** Shannon's entropy of the characters, in bits a character; 0 for nothing. */
export function entropyOf(value: string): number {
  const counts = new Map<number, number>()
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index)
    counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  let bits = 0
  for (const count of counts.values()) {
    bits -= (count / value.length) * Math.log2(count / value.length)
  }
  return bits
}

/** How many of the four kinds (lower case, upper case, digits, others) a value mixes. */
export function kindsIn(value: string): number {
  let kinds = 0
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index)
    if (isDigit(code)) kinds |= 4
    else if (isUpper(code)) kinds |= 2
    else kinds |= code >= 97 && code <= 122 ? 1 : 8
  }
  return (kinds & 1) + ((kinds >> 1) & 1) + ((kinds >> 2) & 1) + ((kinds >> 3) & 1)
}

/** Whether a value is a name: words, in any joining of them, each with a short number at most. */
export function isName(value: string): boolean {
  return value
    .split(/[-_./+]+/)
    .every((part) => /^(?:\d{1,4})?[A-Za-z]*(?:\d{1,4})?$/.test(part) || /^\d+$/.test(part))
}
