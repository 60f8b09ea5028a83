import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'

import { z } from 'zod'

import { Fault } from '#domain/fault.ts'
import { compressionOf, decompress, type Compression, type Damage } from './decompress.ts'

const FINGERPRINT = z.object({ bytes: z.int().min(0), sha256: z.string() })
/** How so many bytes looked: they are known again, whatever their file is called then. */
export type Fingerprint = z.infer<typeof FINGERPRINT>

export const FILE_MARK = z.object({
  /** Device and inode. */
  inode: z.string(),
  mtimeMs: z.number(),
  /** Everything before it is in the log, in the file's plain form. */
  offset: z.int().min(0),
  head: FINGERPRINT,
  /** Of the bytes right before `offset`. */
  before: FINGERPRINT,
})
/** Where reading of a file goes on, and how to know the file again. */
export type FileMark = z.infer<typeof FILE_MARK>

/** What a file is on the disk. */
export type FileIdentity = { path: string; inode: string; mtimeMs: number; size: number }

/** The next bytes; `end`: there are no more now; `replaced`: the file's bytes are others now. */
export type TailRead = Buffer | 'end' | 'replaced' | 'incomplete'

/** A file that is read front to back, plain or compressed. */
export type TailedBytes = {
  identity: FileIdentity
  read(): Promise<TailRead>
  /** How it begins. */
  head(): Promise<Fingerprint>
  close(): Promise<void>
}

const READ_BYTES = 128 * 1024
export const HEAD_BYTES = 4_096
const MAGIC_BYTES = 4

/** Undefined where there is none. */
export async function identify(path: string): Promise<FileIdentity | undefined> {
  const found = await stat(path, { bigint: true }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  })
  if (found === undefined || !found.isFile()) return undefined
  return { path, ...identityOf(found) }
}

/**
 * Nothing for now, where a file may still come (`mayCome`).
 *
 * @throws Fault INPUT_UNREADABLE
 */
export async function noFileAt(path: string, mayCome: boolean): Promise<undefined> {
  const found = await stat(path).catch(() => undefined)
  const isDirectory = found?.isDirectory() ?? false
  if (mayCome && !isDirectory) return undefined
  const why = isDirectory ? 'it is a directory' : 'there is no such file'
  throw new Fault('INPUT_UNREADABLE', `Cannot read ${path}: ${why}`)
}

/** What work on a file comes to; undefined where it is gone: rotations rename and remove. */
export async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

type BigStats = { dev: bigint; ino: bigint; mtimeNs: bigint; size: bigint }

function identityOf({ dev, ino, mtimeNs, size }: BigStats): Omit<FileIdentity, 'path'> {
  return { inode: `${dev}:${ino}`, mtimeMs: Number(mtimeNs) / 1e6, size: Number(size) }
}

/** Opens a file at an offset of its plain form. @throws the system's error. */
export async function openTailed(path: string, offset: number): Promise<TailedBytes> {
  const handle = await open(path, 'r')
  try {
    const compression = compressionOf(await readAt(handle, 0, MAGIC_BYTES))
    const identity = { path, ...identityOf(await handle.stat({ bigint: true })) }
    if (compression === 'none') return new PlainBytes(handle, identity, offset)
    await handle.close()
    return new CompressedBytes(identity, compression, offset)
  } catch (error) {
    await handle.close()
    throw error
  }
}

class PlainBytes implements TailedBytes {
  readonly identity: FileIdentity
  readonly #handle: FileHandle
  #offset: number
  #head: Buffer | undefined

  constructor(handle: FileHandle, identity: FileIdentity, offset: number) {
    this.#handle = handle
    this.identity = identity
    this.#offset = offset
  }

  async read(): Promise<TailRead> {
    const { size, mtimeMs } = identityOf(await this.#handle.stat({ bigint: true }))
    if (size < this.#offset) return 'replaced'
    if (size === this.#offset && mtimeMs === this.identity.mtimeMs) return 'end'
    const length = Math.min(READ_BYTES, size - this.#offset)
    const chunk = await readAt(this.#handle, this.#offset, length)
    // A file cut to nothing and filled again beyond our place shows in how it begins.
    const head = await readAt(this.#handle, 0, HEAD_BYTES)
    const known = this.#head ?? head
    const common = Math.min(known.length, this.#offset)
    if (head.length < common || head.compare(known, 0, common, 0, common) !== 0) return 'replaced'
    this.#head = head
    this.#offset += chunk.length
    this.identity.mtimeMs = mtimeMs
    return chunk.length === 0 ? 'end' : chunk
  }

  async head(): Promise<Fingerprint> {
    return fingerprintOf(await readAt(this.#handle, 0, HEAD_BYTES))
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

class CompressedBytes implements TailedBytes {
  readonly identity: FileIdentity
  readonly #chunks: AsyncIterator<Buffer>
  #skipBytes: number
  #damage: Damage | undefined

  constructor(
    identity: FileIdentity,
    compression: Exclude<Compression, 'none'>,
    skipBytes: number,
  ) {
    this.identity = identity
    this.#skipBytes = skipBytes
    const raw = createReadStream(identity.path, { highWaterMark: READ_BYTES })
    const plain = decompress(raw as AsyncIterable<Buffer>, compression, (damage) => {
      this.#damage = damage
    })
    this.#chunks = plain[Symbol.asyncIterator]()
  }

  async read(): Promise<TailRead> {
    for (;;) {
      const next = await this.#chunks.next()
      if (next.done === true) return this.#damage === undefined ? 'end' : 'incomplete'
      const chunk = next.value.subarray(Math.min(this.#skipBytes, next.value.length))
      this.#skipBytes -= next.value.length - chunk.length
      if (chunk.length > 0) return chunk
    }
  }

  head(): Promise<Fingerprint> {
    return headOf(this.identity.path)
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}

export function fingerprintOf(bytes: Buffer): Fingerprint {
  return { bytes: bytes.length, sha256: hash('sha256', bytes) }
}

/** How a file begins; files of one beginning are one file under several names. */
export async function headOf(path: string): Promise<Fingerprint> {
  const bytes = await openTailed(path, 0)
  try {
    let head = Buffer.alloc(0)
    while (head.length < HEAD_BYTES) {
      const chunk = await bytes.read()
      if (typeof chunk === 'string') break
      head = Buffer.concat([head, chunk])
    }
    return fingerprintOf(head.subarray(0, HEAD_BYTES))
  } finally {
    await bytes.close()
  }
}

/** Whether a file holds what was read up to a mark. @throws the system's error. */
export async function holdsMark(path: string, mark: FileMark): Promise<boolean> {
  const handle = await open(path, 'r')
  try {
    const isPlain = compressionOf(await readAt(handle, 0, MAGIC_BYTES)) === 'none'
    if (!isPlain) return await holdsMarkInside(path, mark)
    const { offset, head, before } = mark
    const from = offset - before.bytes
    return (
      isSame(fingerprintOf(await readAt(handle, 0, head.bytes)), head, offset) &&
      isSame(fingerprintOf(await readAt(handle, from, before.bytes)), before, offset)
    )
  } finally {
    await handle.close()
  }
}

function isSame(found: Fingerprint, known: Fingerprint, offset: number): boolean {
  return offset === 0 || (found.bytes === known.bytes && found.sha256 === known.sha256)
}

async function holdsMarkInside(path: string, mark: FileMark): Promise<boolean> {
  const { offset, head, before } = mark
  const hashes = { head: createHash('sha256'), before: createHash('sha256') }
  const bytes = await openTailed(path, 0)
  let at = 0
  try {
    while (at < Math.max(offset, head.bytes)) {
      const chunk = await bytes.read()
      if (typeof chunk === 'string') return false
      const part = (from: number, to: number): Buffer =>
        chunk.subarray(Math.max(0, from - at), Math.max(0, to - at))
      hashes.head.update(part(0, head.bytes))
      hashes.before.update(part(offset - before.bytes, offset))
      at += chunk.length
    }
  } finally {
    await bytes.close()
  }
  const isHead = offset === 0 || hashes.head.digest('hex') === head.sha256
  return isHead && (offset === 0 || hashes.before.digest('hex') === before.sha256)
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset)
  return buffer.subarray(0, bytesRead)
}
