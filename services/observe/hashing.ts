import { createHash } from 'node:crypto'

import type { Codes } from './code-buffer.ts'

/** FNV-1a: the hash of nothing, and what every step multiplies by. */
export const FNV_OFFSET = 0x811c9dc5 | 0
export const FNV_PRIME = 0x01000193

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

/** `rangeHash` of codes. */
export function codesHash(codes: Codes, start: number, end: number): number {
  let hash = FNV_OFFSET
  for (let index = start; index < end; index += 1) {
    const code = codes[index] ?? 0
    hash = Math.imul(hash ^ (code >= 65 && code <= 90 ? code + 32 : code), FNV_PRIME)
  }
  return hash
}

/** 32 bits of a text as it is written, two characters a step; codes must go on with a zero. */
export function textHash(codes: Codes, length: number): number {
  let hash = FNV_OFFSET ^ length
  for (let index = 0; index < length; index += 2) {
    const pair = (codes[index] ?? 0) | ((codes[index + 1] ?? 0) << 16)
    hash = Math.imul(hash ^ pair ^ (hash >>> 15), FNV_PRIME)
  }
  return mixed(hash)
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

/** The set of hashes of blank-separated words; those beyond ASCII also with a capital. */
export function hashesOf(words: string): Set<number> {
  return new Set(words.trim().split(/\s+/).flatMap(formsOf).map(wordHash))
}

/** Hashes fold the case of ASCII alone. */
function formsOf(word: string): string[] {
  const capital = (word[0] ?? '').toUpperCase() + word.slice(1)
  return (word.codePointAt(0) ?? 0) > 127 ? [word, capital] : [word]
}

function mixed(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35)
  return second ^ (second >>> 16)
}
