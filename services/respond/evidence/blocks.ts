import { open, type FileHandle } from 'node:fs/promises'

const BLOCK_BYTES = 256 * 1024

/**
 * A file's bytes from `start` (inclusive) to `end` (exclusive; undefined: all), block by block. One
 * buffer holds them all in turn: what is to be kept must be copied before the next is asked for.
 */
export async function* blocksOf(path: string, start = 0, end = Infinity): AsyncGenerator<Buffer> {
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafe(BLOCK_BYTES)
    for (let at = start; at < end;) {
      const wantedBytes = Math.min(BLOCK_BYTES, end - at)
      const { bytesRead } = await file.read(buffer, 0, wantedBytes, at)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
      at += bytesRead
    }
  } finally {
    await file.close()
  }
}

/** Writes a new file in blocks: a write for each record would cost more than the record. */
export class BlockWriter {
  readonly #file: FileHandle
  readonly #buffer = Buffer.allocUnsafe(BLOCK_BYTES)
  #filledBytes = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** The file must not be there. */
  static async open(path: string): Promise<BlockWriter> {
    return new BlockWriter(await open(path, 'wx', 0o600))
  }

  async write(bytes: Buffer): Promise<void> {
    for (let from = 0; from < bytes.length;) {
      const copiedBytes = bytes.copy(this.#buffer, this.#filledBytes, from)
      from += copiedBytes
      this.#filledBytes += copiedBytes
      if (this.#filledBytes === BLOCK_BYTES) await this.#flush()
    }
  }

  async close(): Promise<void> {
    try {
      await this.#flush()
    } finally {
      await this.#file.close()
    }
  }

  async #flush(): Promise<void> {
    for (let at = 0; at < this.#filledBytes;)
      at += (await this.#file.write(this.#buffer, at, this.#filledBytes - at)).bytesWritten
    this.#filledBytes = 0
  }
}
