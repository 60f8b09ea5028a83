import assert from 'node:assert/strict'
import { open, type FileHandle } from 'node:fs/promises'

import type { NormalizeLine } from './normalize/event.ts'
import type { PlacedEvent } from './order.ts'

/** An entry is a line's length, its number, and its bytes. */
const HEAD_BYTES = 4 + 8
const WRITE_BYTES = 1024 * 1024
const READ_BYTES = 256 * 1024

/** Writes the lines of events, in the order given, to a new file that only we may read. */
export async function writeRun(
  path: string,
  batches: Iterable<readonly PlacedEvent[]> | AsyncIterable<readonly PlacedEvent[]>,
): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    let pieces: Buffer[] = []
    let pieceBytes = 0
    for await (const batch of batches)
      for (const { line, bytes } of batch) {
        const head = Buffer.allocUnsafe(HEAD_BYTES)
        head.writeUInt32LE(bytes.length, 0)
        head.writeDoubleLE(line, 4)
        pieces.push(head, bytes)
        pieceBytes += HEAD_BYTES + bytes.length
        if (pieceBytes < WRITE_BYTES) continue
        await writeAll(file, Buffer.concat(pieces))
        pieces = []
        pieceBytes = 0
      }
    await writeAll(file, Buffer.concat(pieces))
  } finally {
    await file.close()
  }
}

/** Reads a run's events one by one; only `fill` waits. */
export class RunReader {
  readonly #file: FileHandle
  readonly #normalize: NormalizeLine
  #buffer: Buffer = Buffer.alloc(0)
  #start = 0
  /** The event to take next; undefined: there is no more. */
  head: PlacedEvent | undefined

  private constructor(file: FileHandle, normalize: NormalizeLine) {
    this.#file = file
    this.#normalize = normalize
  }

  static async open(path: string, normalize: NormalizeLine): Promise<RunReader> {
    const reader = new RunReader(await open(path, 'r'), normalize)
    await reader.fill()
    return reader
  }

  /** Moves to the next event; false where `fill` must read on first. */
  next(): boolean {
    const restBytes = this.#buffer.length - this.#start
    if (restBytes < HEAD_BYTES) return false
    const length = this.#buffer.readUInt32LE(this.#start)
    if (restBytes < HEAD_BYTES + length) return false
    const line = this.#buffer.readDoubleLE(this.#start + 4)
    const from = this.#start + HEAD_BYTES
    const bytes = this.#buffer.subarray(from, from + length)
    this.#start = from + length
    const normalized = this.#normalize(bytes, { lineMaxBytes: Infinity })
    assert(normalized.ok, 'a run holds only lines that were accepted')
    const { layer, topic, event } = normalized
    this.head = { layer, topic, event, line, bytes } as PlacedEvent
    return true
  }

  /** Reads until the next event is whole, and moves to it; at the end `head` is undefined. */
  async fill(): Promise<void> {
    for (;;) {
      const more = Buffer.allocUnsafe(Math.max(READ_BYTES, this.#missingBytes()))
      const { bytesRead } = await this.#file.read(more, 0, more.length)
      const rest = this.#buffer.subarray(this.#start)
      this.#buffer = Buffer.concat([rest, more.subarray(0, bytesRead)])
      this.#start = 0
      this.head = undefined
      if (this.next()) return
      assert(bytesRead > 0 || this.#buffer.length === 0, 'a run ends within an entry')
      if (bytesRead === 0) return
    }
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  #missingBytes(): number {
    if (this.#buffer.length - this.#start < HEAD_BYTES) return 0
    return this.#buffer.readUInt32LE(this.#start) + HEAD_BYTES
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let start = 0
  while (start < bytes.length) {
    const { bytesWritten } = await file.write(bytes, start)
    start += bytesWritten
  }
}
