import { createReadStream, statSync } from 'node:fs'

import { splitLines, type Line } from '../../collect/lines.ts'
import { compressionOf, decompress } from '../../collect/sources/decompress.ts'
import { unreadable } from './unreadable.ts'

const LINE_MAX_BYTES = 64 * 2 ** 20
const READ_CHUNK_BYTES = 256 * 1024
const HEAD_BYTES = 4

/** The lines of a file as they come, and how far the reading is. */
export type EventLines = {
  batches: AsyncIterable<Line[]>
  /** Bytes of the file read so far, and in all; undefined where nobody knows. */
  progress(): { readBytes: number; totalBytes: number | undefined }
  /** Whether a compressed file broke off: what stood before it was read. */
  isDamaged(): boolean
}

/**
 * Opens NDJSON, plain, gzip or zstd, or standard input for `-`, without holding more than a line.
 * Reading throws Fault INPUT_UNREADABLE.
 */
export function openEventLines(path: string): EventLines {
  let readBytes = 0
  let isDamaged = false
  async function* counted(): AsyncGenerator<Buffer> {
    try {
      const stream =
        path === '-' ? process.stdin : createReadStream(path, { highWaterMark: READ_CHUNK_BYTES })
      for await (const chunk of stream) {
        readBytes += (chunk as Buffer).length
        yield chunk as Buffer
      }
    } catch (cause) {
      throw unreadable(path, cause)
    }
  }
  async function* plain(): AsyncGenerator<Buffer> {
    const chunks = withWholeHead(counted())
    const first = await chunks.next()
    if (first.done === true) return
    const rest = rejoined(first.value, chunks)
    const compression = compressionOf(first.value)
    if (compression === 'none') yield* rest
    else yield* decompress(rest, compression, () => (isDamaged = true))
  }
  return {
    batches: splitLines(plain(), { lineMaxBytes: LINE_MAX_BYTES }),
    progress: () => ({ readBytes, totalBytes: sizeOf(path) }),
    isDamaged: () => isDamaged,
  }
}

/** The same bytes, the first chunk long enough to tell how they are compressed. */
async function* withWholeHead(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < HEAD_BYTES) continue
    yield head
    head = undefined
  }
  if (head !== undefined && head.length > 0) yield head
}

async function* rejoined(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}

function sizeOf(path: string): number | undefined {
  const found = path === '-' ? undefined : statSync(path, { throwIfNoEntry: false })
  return found?.isFile() === true ? found.size : undefined
}
