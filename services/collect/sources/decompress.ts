import type { Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'

/** What is wrong with a compressed input. */
export type Damage = 'truncated' | 'damaged'

/** How bytes are compressed, by their first four. */
export type Compression = 'gzip' | 'zstd' | 'none'

/** So much is decompressed at once: a bomb makes at most a thousand times that. */
const SLICE_BYTES = 16 * 1024
const OUTPUT_CHUNK_BYTES = 64 * 1024
const GZIP_MAGIC = Buffer.of(0x1f, 0x8b)
const ZSTD_MAGIC = Buffer.of(0x28, 0xb5, 0x2f, 0xfd)

/** Tells the compression by its magic bytes; names of files lie. */
export function compressionOf(head: Buffer): Compression {
  if (head.subarray(0, 2).equals(GZIP_MAGIC)) return 'gzip'
  return head.subarray(0, 4).equals(ZSTD_MAGIC) ? 'zstd' : 'none'
}

/**
 * Decompresses chunks. Everything that can be read before a cut comes out, and `onDamage` hears of
 * the cut at the end; what follows damaged bytes is not read.
 */
export async function* decompress(
  chunks: AsyncIterable<Buffer>,
  compression: Exclude<Compression, 'none'>,
  onDamage: (damage: Damage) => void,
): AsyncIterable<Buffer> {
  const stream = open(compression)
  const pump = new Pump(stream)
  try {
    for await (const chunk of chunks)
      for (let start = 0; start < chunk.length; start += SLICE_BYTES) {
        const error = await pump.write(chunk.subarray(start, start + SLICE_BYTES))
        yield* pump.take()
        if (error !== undefined) onDamage('damaged')
        if (error !== undefined || pump.isEnded) return
      }
    // Ended only now: a stream that fails at its end drops what it still holds.
    const error = await pump.end()
    yield* pump.take()
    if (error !== undefined) onDamage('truncated')
  } finally {
    stream.destroy()
  }
}

function open(compression: Exclude<Compression, 'none'>): Transform {
  const options = { chunkSize: OUTPUT_CHUNK_BYTES }
  return compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options)
}

/** Feeds a transform piece by piece and takes out all it gives before the next. */
class Pump {
  readonly #stream: Transform
  #output: Buffer[] = []
  #failure: Error | undefined
  #onSettled = (): void => undefined
  /** The compressed form is over; what follows it is padding. */
  isEnded = false

  constructor(stream: Transform) {
    this.#stream = stream
    stream.on('readable', () => this.#drain())
    stream.on('error', (error) => {
      this.#failure = error
      this.#onSettled()
    })
    stream.on('end', () => {
      this.isEnded = true
      this.#onSettled()
    })
  }

  /** Resolves when the piece is worked in; to the error that stopped it. */
  write(piece: Buffer): Promise<Error | undefined> {
    return this.#settled((done) =>
      this.#stream.write(piece, (error) => {
        this.#failure ??= error ?? undefined
        done()
      }),
    )
  }

  /** Resolves when all is read; to the error of a compressed form that is not whole. */
  end(): Promise<Error | undefined> {
    return this.#settled(() => this.#stream.end())
  }

  take(): Buffer[] {
    this.#drain()
    const output = this.#output
    this.#output = []
    return output
  }

  async #settled(start: (done: () => void) => void): Promise<Error | undefined> {
    const settled = Promise.withResolvers<void>()
    this.#onSettled = settled.resolve
    start(settled.resolve)
    await settled.promise
    return this.#failure
  }

  #drain(): void {
    for (;;) {
      const chunk = this.#stream.read() as Buffer | null
      if (chunk === null) return
      this.#output.push(chunk)
    }
  }
}
