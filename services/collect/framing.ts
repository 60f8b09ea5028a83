import type { Framing } from './normalize/format.ts'

/** One record of a stream of bytes. */
export type Frame = {
  /** Without line ending and byte order mark; undefined where it is too long to be held. */
  bytes: Buffer | undefined
  /** Length as it stood, without its line ending. */
  byteCount: number
  /** Where it begins in the stream. */
  startOffset: number
}

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const QUOTE = 0x22
const SPACE = 0x20
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf)

/**
 * Cuts a stream of bytes into records, whatever its chunks: by line, by CSV row (whose quoted
 * fields may hold newlines), or one record in all. Blank records are left out. What is longer than
 * `recordMaxBytes` is named, not held; a CSV row that long ends at its next newline, so a quote
 * that nobody closes costs one record. Records share memory with their chunks.
 */
export class Framer {
  readonly #framing: Framing
  readonly #recordMaxBytes: number
  #pieces: Buffer[] = []
  #byteCount = 0
  #startOffset: number
  #isQuoted = false

  constructor(framing: Framing, recordMaxBytes: number, startOffset = 0) {
    this.#framing = framing
    this.#recordMaxBytes = recordMaxBytes
    this.#startOffset = startOffset
  }

  /** Where the record begins whose end is not there yet: reading may start again here. */
  get restOffset(): number {
    return this.#startOffset
  }

  /** Takes the next bytes; returns the records that end in them. */
  push(chunk: Buffer): Frame[] {
    if (this.#framing === 'document') {
      this.#hold(chunk)
      return []
    }
    const frames: Frame[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end)
      start = end + 1
      if (this.#framing === 'csv' && this.#staysQuoted(piece)) {
        this.#hold(chunk.subarray(start - piece.length - 1, start))
        continue
      }
      this.#end(piece, 1, frames)
    }
    const rest = chunk.subarray(start)
    if (this.#framing === 'csv') this.#isQuoted = this.#staysQuoted(rest)
    this.#hold(rest)
    return frames
  }

  /** The stream has ended: what is left is a record. */
  end(): Frame[] {
    const frames: Frame[] = []
    if (this.#byteCount > 0) this.#end(Buffer.alloc(0), 0, frames)
    return frames
  }

  #staysQuoted(piece: Buffer): boolean {
    if (this.#byteCount + piece.length > this.#recordMaxBytes) return (this.#isQuoted = false)
    for (let at = piece.indexOf(QUOTE); at >= 0; at = piece.indexOf(QUOTE, at + 1))
      this.#isQuoted = !this.#isQuoted
    return this.#isQuoted
  }

  #hold(piece: Buffer): void {
    if (piece.length === 0) return
    this.#byteCount += piece.length
    if (this.#byteCount > this.#recordMaxBytes + BYTE_ORDER_MARK.length) this.#pieces = []
    else this.#pieces.push(piece)
  }

  #end(piece: Buffer, endingBytes: number, frames: Frame[]): void {
    const startOffset = this.#startOffset
    this.#hold(piece)
    const byteCount = this.#byteCount
    const isHeld = byteCount <= this.#recordMaxBytes + BYTE_ORDER_MARK.length
    const whole = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#byteCount = 0
    this.#isQuoted = false
    this.#startOffset = startOffset + byteCount + endingBytes
    const bytes = isHeld ? trim(whole ?? Buffer.alloc(0), startOffset === 0) : undefined
    if (bytes !== undefined && isBlank(bytes)) return
    const isTooLong = bytes !== undefined && bytes.length > this.#recordMaxBytes
    frames.push({ bytes: isTooLong ? undefined : bytes, byteCount, startOffset })
  }
}

function trim(bytes: Buffer, isFirst: boolean): Buffer {
  const start = isFirst && bytes.indexOf(BYTE_ORDER_MARK) === 0 ? BYTE_ORDER_MARK.length : 0
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length
  return start === 0 && end === bytes.length ? bytes : bytes.subarray(start, Math.max(start, end))
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte > SPACE) return false
  return true
}
