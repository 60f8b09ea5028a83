import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { readTar } from '../../../services/cli/rules/tar.ts'
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  MerkleRoot,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../../services/respond/evidence/merkle.ts'
import { sharedFile } from '../../support/shared-data.ts'

const archive = sharedFile('../conformance/merkle/merkle-testdata.tar.gz')

type Vector = { name: string; proof: string[] | null; wantErr: boolean }
type Inclusion = Vector & { leafIdx: number; treeSize: number; root: string; leafHash: string }
type Consistency = Vector & { size1: number; size2: number; root1: string; root2: string }

function vectors<T extends Vector>(kind: string): T[] {
  if (archive === undefined) return []
  const entries = readTar(gunzipSync(readFileSync(archive))) ?? []
  return entries
    .filter(({ name }) => name.includes(`/${kind}/`) && name.endsWith('.json'))
    .map(({ name, bytes }) => ({ ...(JSON.parse(bytes.toString()) as T), name }))
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64')
const proofOf = (vector: Vector): Buffer[] => (vector.proof ?? []).map(bytesOf)

describe.runIf(archive !== undefined)('the vectors of others', () => {
  test('there are as many as we know of', () => {
    expect(vectors('inclusion')).toHaveLength(98)
    expect(vectors('consistency')).toHaveLength(98)
  })

  test.for(vectors<Inclusion>('inclusion'))('$name', (vector) => {
    const { leafIdx: index, treeSize: size } = vector
    const claim = { index, size, leaf: bytesOf(vector.leafHash), root: bytesOf(vector.root) }
    expect(verifyInclusion({ ...claim, proof: proofOf(vector) })).toBe(!vector.wantErr)
  })

  test.for(vectors<Consistency>('consistency'))('$name', (vector) => {
    const { size1, size2 } = vector
    const claim = { size1, size2, root1: bytesOf(vector.root1), root2: bytesOf(vector.root2) }
    expect(verifyConsistency({ ...claim, proof: proofOf(vector) })).toBe(!vector.wantErr)
  })
})

const leaves = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => leafHash(Buffer.from(`entry ${index}`)))

test('the tree of nothing is the hash of nothing', () => {
  expect(new MerkleRoot().root().toString('hex')).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  )
})

test('every leaf of a tree of any size can be proven, and no other in its place', () => {
  const size = fc.integer({ min: 1, max: 70 })
  fc.assert(
    fc.property(size, fc.nat(), (count, pick) => {
      const all = leaves(count)
      const index = pick % count
      const claim = {
        index,
        size: count,
        root: rootOf(all),
        proof: inclusionProof(all, index),
      }
      expect(verifyInclusion({ ...claim, leaf: all[index]! })).toBe(true)
      expect(verifyInclusion({ ...claim, leaf: leafHash(Buffer.from('another')) })).toBe(false)
    }),
  )
})

test('a tree that grew can be proven to have grown, and not to have changed', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }))
  fc.assert(
    fc.property(sizes, ([one, other]) => {
      const [size1, size2] = [Math.min(one, other), Math.max(one, other)]
      const all = leaves(size2)
      const claim = { size1, size2, root2: rootOf(all), proof: consistencyProof(all, size1) }
      const changed = [leafHash(Buffer.from('another')), ...all.slice(1, size1)]
      expect(verifyConsistency({ ...claim, root1: rootOf(all.slice(0, size1)) })).toBe(true)
      expect(verifyConsistency({ ...claim, root1: rootOf(changed) })).toBe(false)
    }),
  )
})
