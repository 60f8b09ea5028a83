import type { KeyObject } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Fault } from '#domain/fault.ts'
import { canonicalJson } from '#domain/json-form.ts'
import { BlockWriter } from './blocks.ts'
import {
  FILES,
  originOf,
  recordLine,
  sha256Hex,
  type Manifest,
  type RawRecord,
} from './bundle-line.ts'
import { signCheckpoint } from './checkpoint.ts'
import { leafHash, MerkleRoot } from './merkle.ts'
import { writeTar } from './tar-archive.ts'

export type BundleRequest = {
  /** A folder, or a file that ends in `.tar`; it must not be there. */
  path: string
  manifest: Omit<Manifest, 'files'>
  /** Other files of the bundle by name: schemas, reports. */
  files: ReadonlyMap<string, string>
  records: AsyncIterable<RawRecord>
  signer: { name: string; key: KeyObject }
}

export type WrittenBundle = { size: number; root: string }

/**
 * Writes an evidence bundle: the manifest and every record as leaves of a Merkle tree, and the
 * signed checkpoint over it. Records stream through; memory does not grow with them.
 *
 * @throws Fault OUTPUT_UNWRITABLE where something is there already, or cannot be written.
 */
export async function writeBundle(request: BundleRequest): Promise<WrittenBundle> {
  const isTar = request.path.endsWith('.tar')
  const directory = `${request.path}.partial`
  try {
    await mkdir(directory, { mode: 0o700 })
    const written = await writeFiles(directory, request)
    if (!isTar) await rename(directory, request.path)
    else {
      await writeTar(directory, [...Object.values(FILES), ...request.files.keys()], request.path)
      await rm(directory, { recursive: true })
    }
    return written
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    const code = (cause as NodeJS.ErrnoException).code
    if (code === undefined) throw cause
    throw new Fault('OUTPUT_UNWRITABLE', `Cannot write ${request.path}: ${code}`, { cause })
  }
}

async function writeFiles(directory: string, request: BundleRequest): Promise<WrittenBundle> {
  const files: Record<string, string> = {}
  for (const [name, text] of request.files) {
    if (!/^[a-z0-9][a-z0-9.-]{0,80}$/.test(name)) throw new TypeError('a bundle holds plain names')
    await writeFile(join(directory, name), text, { mode: 0o600 })
    files[name] = sha256Hex(Buffer.from(text))
  }
  const manifest = canonicalJson({ ...request.manifest, files })
  await writeFile(join(directory, FILES.manifest), `${manifest}\n`, { mode: 0o600 })
  const tree = new MerkleRoot()
  const records = await BlockWriter.open(join(directory, FILES.records))
  const leaves = await BlockWriter.open(join(directory, FILES.leaves))
  const addLeaf = async (entry: Buffer): Promise<void> => {
    const leaf = leafHash(entry)
    tree.add(leaf)
    await leaves.write(leaf)
  }
  try {
    await addLeaf(Buffer.from(manifest))
    for await (const record of request.records) {
      const line = Buffer.from(`${recordLine(record)}\n`)
      await addLeaf(line.subarray(0, -1))
      await records.write(line)
    }
  } finally {
    await records.close()
    await leaves.close()
  }
  const { name, key } = request.signer
  const root = tree.root()
  const checkpoint = { origin: originOf(request.manifest.incident_id), size: tree.count, root }
  const note = signCheckpoint(checkpoint, name, key)
  await writeFile(join(directory, FILES.checkpoint), note, { mode: 0o600 })
  return { size: tree.count, root: root.toString('base64') }
}
