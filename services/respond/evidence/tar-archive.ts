import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { Fault } from '#domain/fault.ts'
import { blocksOf, BlockWriter } from './blocks.ts'

const BLOCK_BYTES = 512
const NAME_MAX_BYTES = 100
const ENTRIES_MAX_COUNT = 10_000
/** What eleven octal digits can say. */
const FILE_MAX_BYTES = 0o77777777777

/** Where a file lies inside an archive. */
export type TarPlace = { name: string; start: number; sizeBytes: number }

/**
 * Writes files of a directory as one ustar archive, in this order; the files may be of any size.
 *
 * @throws Fault OUTPUT_UNWRITABLE
 */
export async function writeTar(
  directory: string,
  names: readonly string[],
  path: string,
): Promise<void> {
  try {
    const archive = await BlockWriter.open(path)
    try {
      for await (const bytes of tarBytes(directory, names)) await archive.write(bytes)
    } finally {
      await archive.close()
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new Fault('OUTPUT_UNWRITABLE', `Cannot write ${path}: ${code}`, { cause })
  }
}

/** Where each plain file of an archive lies; undefined where it is no whole archive. */
export async function tarPlaces(path: string): Promise<TarPlace[] | undefined> {
  const file = await open(path)
  try {
    const { size: totalBytes } = await file.stat()
    const places: TarPlace[] = []
    const header = Buffer.alloc(BLOCK_BYTES)
    for (let at = 0; at + BLOCK_BYTES <= totalBytes;) {
      await file.read(header, 0, BLOCK_BYTES, at)
      if (header[0] === 0) return places
      const digits = header.toString('latin1', 124, 136).replace(/[\0 ]+$/, '')
      const isOurs = header.toString('latin1', 257, 262) === 'ustar' && /^[0-7]+$/.test(digits)
      const sizeBytes = Number.parseInt(digits, 8)
      const start = at + BLOCK_BYTES
      if (!isOurs || start + sizeBytes > totalBytes || places.length >= ENTRIES_MAX_COUNT)
        return undefined
      const name = header.toString('utf8', 0, NAME_MAX_BYTES).split('\0', 1)[0] ?? ''
      if (header[156] === 0x30 || header[156] === 0) places.push({ name, start, sizeBytes })
      at = start + Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES
    }
    return undefined
  } finally {
    await file.close()
  }
}

async function* tarBytes(directory: string, names: readonly string[]): AsyncGenerator<Buffer> {
  for (const name of names) {
    const path = join(directory, name)
    const { size: sizeBytes } = await stat(path)
    if (sizeBytes > FILE_MAX_BYTES || Buffer.byteLength(name) > NAME_MAX_BYTES)
      throw new Fault('OUTPUT_UNWRITABLE', `${name} does not fit into a tar archive`)
    yield headerOf(name, sizeBytes)
    yield* blocksOf(path)
    yield Buffer.alloc((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES)
  }
  yield Buffer.alloc(2 * BLOCK_BYTES)
}

/** Without an owner or a time: equal files make equal archives. */
function headerOf(name: string, sizeBytes: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES)
  header.write(name, 0, 'utf8')
  header.write('0000600\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
