import { readCut } from '../normalize/mcp-cut.ts'

/** A message as it stood on the wire: a line, a server-sent event or a body. */
export type Piece = {
  /** All of it, or its front where it is longer than is looked at. */
  front: Buffer
  byteCount: number
  isCut: boolean
  /** Where it is cut: its last bytes. */
  tail: Buffer
}

/** Where messages end in a stream of bytes; remembers what went before. */
export type Boundary = {
  /** The index behind the next end from `from` on; -1: there is none in this chunk. */
  next(chunk: Buffer, from: number): number
}

export type GateParts = {
  boundary: Boundary
  /** Whether messages must be judged before they pass. */
  holds: () => boolean
  /** Whether messages are looked at before their last chunk passes; else right after. */
  looksFirst: () => boolean
  /** Passes bytes on. */
  forward: (bytes: Buffer) => void
  /** A message that passes, or has passed. */
  onPassed: (piece: Piece) => void
  /** A message that is held: returns what passes in its place, itself or nothing at all. */
  judge: (piece: Piece) => Buffer | undefined
  /** So much of a message that has passed is looked at. */
  lookMaxBytes: number
  /** So much of a message is held; of a longer one nothing passes. */
  holdMaxBytes: number
}

const NEWLINE = 0x0a
const SPACE = 0x20
const OBJECT = 0x7b
const LIST = 0x5b
const CARRIAGE_RETURN = 0x0d
const TAIL_BYTES = 512
const NOTHING = Buffer.alloc(0)

/**
 * A stream of messages. What need not be judged passes chunk by chunk and unchanged; a message is
 * looked at before the chunk that makes it whole passes, or right after. What must be judged is
 * held until it is whole. Memory is bounded.
 */
export class Gate {
  readonly #parts: GateParts
  #front: Buffer[] = []
  #frontBytes = 0
  #tail: Buffer = NOTHING
  #byteCount = 0
  #isHeld = false

  constructor(parts: GateParts) {
    this.#parts = parts
  }

  /** Takes the next bytes; `isLast`: they are known to end the stream. */
  push(chunk: Buffer, isLast = false): void {
    const { boundary, forward, holds, looksFirst } = this.#parts
    const isHolding = holds()
    const passesWhole = !isHolding && !(this.#isHeld && this.#byteCount > 0)
    const passesLater = passesWhole && looksFirst()
    if (passesWhole && !passesLater) forward(chunk)
    let start = 0
    for (let end = boundary.next(chunk, 0); end >= 0; end = boundary.next(chunk, end)) {
      this.#take(chunk.subarray(start, end), isHolding, passesWhole)
      this.#finish()
      start = end
    }
    if (start < chunk.length) this.#take(chunk.subarray(start), isHolding, passesWhole)
    if (isLast && (passesLater || !passesWhole)) this.end()
    if (passesLater) forward(chunk)
  }

  /** The stream has ended: what has no end of its own is a message too. */
  end(): void {
    if (this.#byteCount > 0) this.#finish()
  }

  #take(part: Buffer, isHolding: boolean, passesWhole: boolean): void {
    const { forward, holdMaxBytes, lookMaxBytes } = this.#parts
    if (this.#byteCount === 0) this.#isHeld = isHolding
    if (!this.#isHeld && !passesWhole) forward(part)
    this.#byteCount += part.length
    const roomBytes = (this.#isHeld ? holdMaxBytes : lookMaxBytes) - this.#frontBytes
    if (roomBytes > 0) {
      const kept = part.length <= roomBytes ? part : part.subarray(0, roomBytes)
      this.#front.push(kept)
      this.#frontBytes += kept.length
    }
    if (part.length <= roomBytes) return
    const last = part.length >= TAIL_BYTES ? part : Buffer.concat([this.#tail, part])
    this.#tail = last.subarray(-TAIL_BYTES)
  }

  #finish(): void {
    const piece = {
      front: joined(this.#front),
      byteCount: this.#byteCount,
      isCut: this.#byteCount > this.#frontBytes,
      tail: this.#tail,
    }
    const wasHeld = this.#isHeld
    this.#front = []
    this.#frontBytes = 0
    this.#tail = NOTHING
    this.#byteCount = 0
    this.#isHeld = false
    if (!wasHeld) return this.#parts.onPassed(piece)
    const passing = this.#parts.judge(piece)
    if (passing !== undefined) this.#parts.forward(passing)
  }
}

/** Ends at each newline: messages on stdio. */
export function lineBoundary(): Boundary {
  return { next: (chunk, from) => chunk.indexOf(NEWLINE, from) + 1 || -1 }
}

/** Ends at each blank line: server-sent events. */
export function eventBoundary(): Boundary {
  let lineBytes = 0
  return {
    next: (chunk, from) => {
      let start = from
      for (;;) {
        const end = chunk.indexOf(NEWLINE, start)
        if (end < 0) {
          lineBytes += bytesWithout(chunk, start, chunk.length)
          return -1
        }
        const length = lineBytes + bytesWithout(chunk, start, end)
        lineBytes = 0
        if (length === 0) return end + 1
        start = end + 1
      }
    },
  }
}

/** Ends with the stream: a body. */
export function noBoundary(): Boundary {
  return { next: () => -1 }
}

/** Chunks as one; a single chunk is not copied. */
export function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)
}

/** The JSON of a message; undefined where it is none. Of a cut message as much as can be read. */
export function jsonOf({ front, isCut, tail }: Piece): unknown {
  // Most of what is no JSON shows at once, and an exception costs more than a look.
  if (!mayBeJson(front)) return undefined
  const text = front.toString('utf8')
  if (isCut) return readCut(text, tail.toString('utf8'))
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function mayBeJson(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte > SPACE) return byte === OBJECT || byte === LIST
  return false
}

/** Length of a part of a line, its carriage return at the end aside. */
function bytesWithout(chunk: Buffer, start: number, end: number): number {
  return end > start && chunk[end - 1] === CARRIAGE_RETURN ? end - start - 1 : end - start
}
