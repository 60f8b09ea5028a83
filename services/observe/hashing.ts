import { createHash } from 'node:crypto'

const FNV_OFFSET = 0x811c9dc5 | 0
const FNV_PRIME = 0x01000193

/**
 * Signed 32 bits of FNV-1a over the lower-case form of part of a text; `seed` goes on from a
 * prefix.
 */
export function rangeHash(text: string, start: number, end: number, seed = FNV_OFFSET): number {
  let hash = seed
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index)
    hash = Math.imul(hash ^ (code >= 65 && code <= 90 ? code + 32 : code), FNV_PRIME)
  }
  return hash
}

/** `rangeHash` of a whole word. */
export function wordHash(word: string): number {
  return rangeHash(word, 0, word.length)
}

/** 48 bits of an identifier, as a whole number: far fewer collisions than a session has events. */
export function identifierHash(id: string): number {
  const low = wordHash(id) >>> 0
  const high = mixed(rangeHash(id, 0, id.length, 0x2c1b3c6d)) & 0xffff
  return high * 2 ** 32 + low
}

/** Hides a token's hash behind the installation's key. */
export type Hide = (hash: number) => number

/** A one-to-one mixing of 32-bit hashes that depends on the key: state holds no guessable words. */
export function hiding(hashKey: string): Hide {
  const seed = createHash('sha256').update(hashKey).digest().readInt32LE(0)
  return (hash) => mixed(hash ^ seed)
}

/** The set of hashes of blank-separated words. */
export function hashesOf(words: string): Set<number> {
  return new Set(words.trim().split(/\s+/).map(wordHash))
}

function mixed(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35)
  return second ^ (second >>> 16)
}
