import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip, zstdDecompress } from 'node:zlib'

import { DoorRefusal } from '#domain/door.ts'

/** Bytes of all requests at work, and the most there may be. */
export class ByteBudget {
  readonly #maxBytes: number
  #usedBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** @throws DoorRefusal 429 where there is no room; come back in a second. */
  take(bytes: number): void {
    if (this.#usedBytes > 0 && this.#usedBytes + bytes > this.#maxBytes)
      throw new DoorRefusal(429, 'BUSY', 'Too much is being worked on; try again', {
        'retry-after': '1',
      })
    this.#usedBytes += bytes
  }

  giveBack(bytes: number): void {
    this.#usedBytes -= bytes
  }
}

/** A request's body: read once, counted, given back. */
export class RequestBody {
  readonly #request: IncomingMessage
  readonly #budget: ByteBudget
  readonly #maxBytes: number
  #takenBytes = 0

  constructor(request: IncomingMessage, budget: ByteBudget, maxBytes: number) {
    this.#request = request
    this.#budget = budget
    this.#maxBytes = maxBytes
  }

  /** The whole body, decompressed. @throws DoorRefusal 400, 413, 415, 429. */
  async read(): Promise<Buffer> {
    const encoding = (this.#request.headers['content-encoding'] ?? 'identity').toLowerCase()
    const unzip = DECODERS.get(encoding)
    if (unzip === undefined)
      throw new DoorRefusal(415, 'UNSUPPORTED_ENCODING', 'The body may be gzip, zstd or neither')
    const raw = await this.#readRaw().catch((cause: unknown) => {
      if (cause instanceof DoorRefusal) throw cause
      throw new DoorRefusal(400, 'INCOMPLETE', 'The body broke off')
    })
    if (unzip === 'identity' || raw.length === 0) return raw
    const body = await unzip(raw, { maxOutputLength: this.#maxBytes }).catch((cause: unknown) => {
      throw (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
        ? this.#tooLarge()
        : new DoorRefusal(400, 'BAD_ENCODING', `The body is not whole ${encoding}`)
    })
    this.#take(body.length)
    return body
  }

  /** The request is answered: others may have its room. */
  release(): void {
    this.#budget.giveBack(this.#takenBytes)
    this.#takenBytes = 0
  }

  async #readRaw(): Promise<Buffer> {
    const announcedBytes = Number(this.#request.headers['content-length'] ?? 0)
    if (announcedBytes > this.#maxBytes) throw this.#tooLarge()
    this.#take(announcedBytes)
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of this.#request as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > this.#maxBytes) throw this.#tooLarge()
      if (bytes > this.#takenBytes) this.#take(bytes - this.#takenBytes)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  }

  #take(bytes: number): void {
    this.#budget.take(bytes)
    this.#takenBytes += bytes
  }

  #tooLarge(): DoorRefusal {
    return new DoorRefusal(413, 'TOO_LARGE', `A body may hold ${this.#maxBytes} bytes`)
  }
}

type Unzip = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>
const unzipGzip: Unzip = promisify(gunzip)
const DECODERS = new Map<string, Unzip | 'identity'>([
  ['identity', 'identity'],
  ['gzip', unzipGzip],
  ['x-gzip', unzipGzip],
  ['zstd', promisify(zstdDecompress)],
])
