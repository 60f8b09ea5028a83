/** A seeded source of the values that records are made of: equal seeds give equal records. */
export type Random = {
  /** A number from 0 up to 1. */
  unit: () => number
  /** A whole number, both ends included. */
  whole: (from: number, to: number) => number
  chance: (share: number) => boolean
  pick: <T>(of: readonly T[]) => T
  /** One of many with few that are common: the first are picked far more often than the last. */
  skewed: <T>(of: readonly T[]) => T
  hex: (digitsCount: number) => string
  guid: () => string
  /** Letters and digits, as in a token or a file name made by a machine. */
  token: (length: number) => string
  privateAddress: () => string
  publicAddress: () => string
}

const TOKEN_LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
/** The networks set aside for documents, so that no record names a machine that exists. */
const DOCUMENT_NETWORKS = ['192.0.2', '198.51.100', '203.0.113'] as const

export function randomFrom(seed: number): Random {
  const unit = unitsFrom(seed)
  const whole = (from: number, to: number): number => from + Math.floor(unit() * (to - from + 1))
  const at = <T>(of: readonly T[], index: number): T => of[index] as T
  const letters = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[whole(0, alphabet.length - 1)]).join('')
  const hex = (digitsCount: number): string => letters('0123456789abcdef', digitsCount)
  return {
    unit,
    whole,
    chance: (share) => unit() < share,
    pick: (of) => at(of, whole(0, of.length - 1)),
    skewed: (of) => at(of, Math.floor(unit() ** 2.5 * of.length)),
    hex,
    guid: () => [8, 4, 4, 4, 12].map(hex).join('-'),
    token: (length) => letters(TOKEN_LETTERS, length),
    privateAddress: () => `10.${whole(0, 40)}.${whole(0, 255)}.${whole(1, 254)}`,
    publicAddress: () => `${at(DOCUMENT_NETWORKS, whole(0, 2))}.${whole(1, 254)}`,
  }
}

/** Numbers from 0 up to 1: a 32-bit counter, mixed (the finaliser of MurmurHash3). */
function unitsFrom(seed: number): () => number {
  let counter = Math.imul(seed + 1, 0x9e3779b1)
  return () => {
    counter = (counter + 0x6d2b79f5) | 0
    let mixed = counter
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  }
}
