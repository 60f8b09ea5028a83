import type { KeyObject } from 'node:crypto'

import { FILES, originOf, placeOfLine, sha256Hex, type Manifest } from './bundle-line.ts'
import { linesOf, type OpenedBundle } from './bundle-read.ts'
import { openCheckpoint, type Checkpoint } from './checkpoint.ts'
import { HASH_BYTES, leafHash, MerkleRoot } from './merkle.ts'

/** What a verification found: whole, or the first thing that is wrong. */
export type Verdict =
  | { ok: true; manifest: Manifest; size: number; root: string }
  | { ok: false; problem: string; record?: { number: number; place: string | undefined } }

type RecordProblem = 'changed' | 'dropped' | 'added' | 'moved'

/**
 * Checks a bundle against the key of whoever should have signed it, offline: the signature, the
 * manifest, and every record; names the first record that was changed, dropped, added or moved.
 * Reads files as streams; memory does not grow with them.
 */
export async function verifyBundle(bundle: OpenedBundle, key: KeyObject): Promise<Verdict> {
  const note = await bundle.text(FILES.checkpoint)
  if (note === undefined) return wrong('the checkpoint is missing')
  const checkpoint = openCheckpoint(note, key)
  if (checkpoint === 'ANOTHER_KEY') return wrong('the checkpoint is signed by another key')
  if (checkpoint === 'BAD_SIGNATURE') return wrong('the signature of the checkpoint is bad')
  if (checkpoint === 'MALFORMED') return wrong('the checkpoint is malformed')
  const inLeaves = await checkLeaves(bundle, checkpoint)
  if (inLeaves !== undefined) return wrong(inLeaves)
  const text = await bundle.text(FILES.manifest)
  const entry = text?.replace(/\n$/, '')
  const [first] = await take(leavesOf(bundle), 1)
  if (entry === undefined) return wrong('the manifest is missing')
  if (first === undefined || !leafHash(Buffer.from(entry)).equals(first))
    return wrong('the manifest was changed')
  const manifest = JSON.parse(entry) as Manifest
  if (checkpoint.origin !== originOf(manifest.incident_id))
    return wrong('the checkpoint is of another incident')
  return (
    (await checkRecords(bundle)) ??
    (await checkFiles(bundle, manifest)) ?? {
      ok: true,
      manifest,
      size: checkpoint.size,
      root: checkpoint.root.toString('base64'),
    }
  )
}

async function checkLeaves(
  bundle: OpenedBundle,
  { size, root }: Checkpoint,
): Promise<string | undefined> {
  const tree = new MerkleRoot()
  for await (const leaf of leavesOf(bundle)) tree.add(leaf)
  if (tree.count !== size) return `the list of leaves has ${tree.count} of ${size} entries`
  return tree.root().equals(root) ? undefined : 'the list of leaves is not what was signed'
}

async function checkRecords(bundle: OpenedBundle): Promise<Verdict | undefined> {
  const leaves = leavesOf(bundle)
  try {
    return await compareRecords(bundle, leaves)
  } finally {
    await leaves.return(undefined)
  }
}

async function compareRecords(
  bundle: OpenedBundle,
  leaves: AsyncGenerator<Buffer>,
): Promise<Verdict | undefined> {
  await leaves.next()
  let number = 0
  for await (const line of recordLines(bundle)) {
    number += 1
    const expected = await leaves.next()
    const hash = leafHash(line)
    if (expected.done === true) return wrongRecord('added', number, line)
    if (hash.equals(expected.value)) continue
    return wrongRecord(await problemOf(bundle, number, hash, expected.value), number, line)
  }
  const missing = await leaves.next()
  return missing.done === true ? undefined : wrongRecord('dropped', number + 1, undefined)
}

/** What happened where record `number` is `found` and should be `expected`. */
async function problemOf(
  bundle: OpenedBundle,
  number: number,
  found: Buffer,
  expected: Buffer,
): Promise<RecordProblem> {
  const isExpectedLater = await hasRecord(bundle, number, expected)
  const isFoundLater = await hasLeaf(bundle, number, found)
  if (isExpectedLater) return isFoundLater ? 'moved' : 'added'
  return isFoundLater ? 'dropped' : 'changed'
}

async function hasRecord(bundle: OpenedBundle, after: number, leaf: Buffer): Promise<boolean> {
  let number = 0
  for await (const line of recordLines(bundle)) {
    number += 1
    if (number > after && leafHash(line).equals(leaf)) return true
  }
  return false
}

async function hasLeaf(bundle: OpenedBundle, after: number, leaf: Buffer): Promise<boolean> {
  let number = -1
  for await (const known of leavesOf(bundle)) {
    number += 1
    if (number > after && known.equals(leaf)) return true
  }
  return false
}

async function checkFiles(bundle: OpenedBundle, manifest: Manifest): Promise<Verdict | undefined> {
  for (const [name, digest] of Object.entries(manifest.files)) {
    const text = await bundle.text(name)
    if (text === undefined) return wrong(`the file ${name} is missing`)
    if (sha256Hex(Buffer.from(text)) !== digest) return wrong(`the file ${name} was changed`)
  }
  return undefined
}

/** Leaves, the manifest's first. */
async function* leavesOf(bundle: OpenedBundle): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of bundle.bytes(FILES.leaves) ?? []) {
    const bytes = Buffer.concat([rest, chunk])
    const end = bytes.length - (bytes.length % HASH_BYTES)
    for (let at = 0; at < end; at += HASH_BYTES) yield bytes.subarray(at, at + HASH_BYTES)
    rest = bytes.subarray(end)
  }
}

function recordLines(bundle: OpenedBundle): AsyncGenerator<Buffer> {
  return linesOf(bundle.bytes(FILES.records) ?? none())
}

async function* none(): AsyncGenerator<Buffer> {
  // A bundle without this file has none of its lines.
}

async function take<T>(values: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = []
  for await (const value of values) {
    taken.push(value)
    if (taken.length >= count) break
  }
  return taken
}

function wrong(problem: string): Verdict {
  return { ok: false, problem }
}

/** A dropped record is named by the first that stands in its place. */
function wrongRecord(problem: RecordProblem, number: number, line: Buffer | undefined): Verdict {
  const place = line === undefined ? undefined : placeOfLine(line.toString('utf8'))
  const where = place === undefined ? '' : ` (${problem === 'dropped' ? 'before ' : ''}${place})`
  return {
    ok: false,
    problem: `record ${number} was ${problem}${where}`,
    record: { number, place },
  }
}
