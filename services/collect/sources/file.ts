import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { access, constants, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { Fault } from '#domain/fault.ts'
import type { Input, InputReading } from '../source.ts'
import { compressionOf, decompress, type Damage } from './decompress.ts'

export type FileOptions = {
  /** What `-` reads. */
  standardInput: Readable
  temporaryDirectory?: string | undefined
}

const READ_CHUNK_BYTES = 256 * 1024
const HEAD_BYTES = 4

/**
 * Opens a file of NDJSON, plain, gzip or zstd, or standard input for `-`. What can be read only
 * once (standard input, a pipe) is first put aside in a temporary directory.
 *
 * @throws Fault INPUT_UNREADABLE: missing, a directory, not permitted; OUTPUT_UNWRITABLE.
 */
export async function openInput(path: string, options: FileOptions): Promise<Input> {
  if (path === '-') return spooled(options.standardInput, 'standard input', options)
  if (!(await isPlainFile(path))) return spooled(createReadStream(path), path, options)
  return { read: () => readFrom(path, path), close: () => Promise.resolve() }
}

async function spooled(stream: Readable, name: string, options: FileOptions): Promise<Input> {
  const directory = await mkdtemp(join(options.temporaryDirectory ?? tmpdir(), 'tocsin-input-'))
  const spool = join(directory, 'input')
  const close = (): Promise<void> => rm(directory, { recursive: true, force: true })
  try {
    await pipeline(stream, createWriteStream(spool, { mode: 0o600 }))
  } catch (cause) {
    await close()
    throw spoolFault(cause, name, directory)
  }
  return { read: () => readFrom(spool, name), close }
}

async function isPlainFile(path: string): Promise<boolean> {
  try {
    const found = await stat(path)
    if (found.isDirectory())
      throw new Fault('INPUT_UNREADABLE', `Cannot read ${path}: it is a directory`)
    await access(path, constants.R_OK)
    return found.isFile()
  } catch (cause) {
    throw asFault(cause, path)
  }
}

function readFrom(path: string, name: string): InputReading {
  const hash = createHash('sha256')
  let digest: string | undefined
  let damage: Damage | undefined
  async function* raw(): AsyncIterable<Buffer> {
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: READ_CHUNK_BYTES })) {
        hash.update(chunk as Buffer)
        yield chunk as Buffer
      }
    } catch (cause) {
      throw asFault(cause, name)
    }
    digest = hash.digest('hex')
  }
  async function* plain(): AsyncIterable<Buffer> {
    const iterator = raw()[Symbol.asyncIterator]()
    try {
      const { head, rest } = await peek(iterator)
      const compression = compressionOf(head)
      if (compression === 'none') yield* rest
      else yield* decompress(rest, compression, (found) => (damage = found))
      for await (const _ of rest) continue // What follows damage counts for the hash too.
    } finally {
      await iterator.return?.()
    }
  }
  return {
    chunks: plain(),
    sha256: () => {
      if (digest === undefined) throw new TypeError('the input has not been read to its end')
      return digest
    },
    damage: () => damage,
  }
}

/** The first bytes, and an iterable of everything with them. */
async function peek(
  iterator: AsyncIterator<Buffer>,
): Promise<{ head: Buffer; rest: AsyncIterableIterator<Buffer> }> {
  let head = Buffer.alloc(0)
  while (head.length < HEAD_BYTES) {
    const next = await iterator.next()
    if (next.done === true) break
    head = Buffer.concat([head, next.value])
  }
  let isFirst = true
  const rest: AsyncIterableIterator<Buffer> = {
    next: () => {
      if (!isFirst) return iterator.next()
      isFirst = false
      return Promise.resolve({ done: false, value: head })
    },
    [Symbol.asyncIterator]: () => rest,
  }
  return { head, rest }
}

function asFault(cause: unknown, name: string): Fault {
  if (cause instanceof Fault) return cause
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  const reason = REASONS[code] ?? `the system says ${code === '' ? 'no more' : code}`
  return new Fault('INPUT_UNREADABLE', `Cannot read ${name}: ${reason}`, { cause })
}

function spoolFault(cause: unknown, name: string, directory: string): Fault {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  if (code !== 'ENOSPC') return asFault(cause, name)
  const message = `No space left in ${directory} to put ${name} aside`
  return new Fault('OUTPUT_UNWRITABLE', message, { cause })
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
}
