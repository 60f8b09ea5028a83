import assert from 'node:assert/strict'
import * as crypto from 'node:crypto'

const LEAF_PREFIX = Buffer.of(0)
const NODE_PREFIX = Buffer.of(1)
export const HASH_BYTES = 32

/** RFC 9162: the hash of an entry. */
export function leafHash(entry: Uint8Array): Buffer {
  return sha256(LEAF_PREFIX, entry)
}

/** The root over leaves that come one by one; keeps one hash for each bit of their count. */
export class MerkleRoot {
  #count = 0
  /** Roots of complete subtrees, the largest first; one for each bit set in the count. */
  readonly #subtrees: Buffer[] = []

  get count(): number {
    return this.#count
  }

  add(leaf: Buffer): void {
    let hash = leaf
    for (let rest = this.#count; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.#subtrees.pop()
      assert(left !== undefined, 'a subtree for each bit of the count')
      hash = nodeHash(left, hash)
    }
    this.#subtrees.push(hash)
    this.#count += 1
  }

  /** The root of what was added so far. */
  root(): Buffer {
    const last = this.#subtrees.at(-1)
    if (last === undefined) return sha256()
    return this.#subtrees.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last)
  }
}

/** The root of a list of leaf hashes. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  const tree = new MerkleRoot()
  for (const leaf of leaves) tree.add(leaf)
  return tree.root()
}

/** The path that proves a leaf is in the tree: the hashes beside its way to the root. */
export function inclusionProof(leaves: readonly Buffer[], index: number): Buffer[] {
  assert(index >= 0 && index < leaves.length, 'the leaf is in the tree')
  if (leaves.length === 1) return []
  const split = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...inclusionProof(left, index), rootOf(right)]
    : [...inclusionProof(right, index - split), rootOf(left)]
}

/** The path that proves a tree of `size` leaves is the beginning of this one. */
export function consistencyProof(leaves: readonly Buffer[], size: number): Buffer[] {
  assert(size >= 0 && size <= leaves.length, 'the smaller tree is not the larger one')
  if (size === 0 || size === leaves.length) return []
  return subProof(leaves, size, true)
}

/** RFC 9162 §2.1.3.2: whether a path proves a leaf. */
export function verifyInclusion(claim: {
  index: number
  size: number
  leaf: Buffer
  proof: readonly Buffer[]
  root: Buffer
}): boolean {
  const { index, size, leaf, proof, root } = claim
  if (!isCount(index) || !isCount(size) || index >= size) return false
  if (![leaf, root, ...proof].every(isHash)) return false
  let [at, last, hash] = [index, size - 1, leaf]
  for (const beside of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(beside, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else hash = nodeHash(hash, beside)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && hash.equals(root)
}

/**
 * RFC 9162 §2.1.4.2: whether a path proves that one tree, not an empty one, is the beginning of
 * another.
 */
export function verifyConsistency(claim: {
  size1: number
  size2: number
  root1: Buffer
  root2: Buffer
  proof: readonly Buffer[]
}): boolean {
  const { size1, size2, root1, root2, proof } = claim
  if (!isCount(size1) || !isCount(size2) || size1 > size2 || size1 === 0) return false
  if (size1 === size2) return proof.length === 0 && root1.equals(root2)
  if (![root1, root2, ...proof].every(isHash)) return false
  const path = isPowerOfTwo(size1) ? [root1, ...proof] : [...proof]
  const [first, ...rest] = path
  if (first === undefined || proof.length === 0) return false
  let [at, last] = [size1 - 1, size2 - 1]
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  let [before, after] = [first, first]
  for (const beside of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      before = nodeHash(beside, before)
      after = nodeHash(beside, after)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else after = nodeHash(after, beside)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && before.equals(root1) && after.equals(root2)
}

function subProof(leaves: readonly Buffer[], size: number, isWhole: boolean): Buffer[] {
  if (size === leaves.length) return isWhole ? [] : [rootOf(leaves)]
  const split = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return size <= split
    ? [...subProof(left, size, isWhole), rootOf(right)]
    : [...subProof(right, size - split, false), rootOf(left)]
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return sha256(NODE_PREFIX, left, right)
}

/** In one go: a million hash objects would wait for the collector outside its heap. */
function sha256(...parts: Uint8Array[]): Buffer {
  return crypto.hash('sha256', Buffer.concat(parts), 'buffer')
}

/** The largest power of two smaller than a count. */
function splitOf(count: number): number {
  let split = 1
  while (split * 2 < count) split *= 2
  return split
}

function half(value: number): number {
  return Math.floor(value / 2)
}

function isPowerOfTwo(value: number): boolean {
  return splitOf(value + 1) === value
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function isHash(value: Buffer): boolean {
  return value.length === HASH_BYTES
}
