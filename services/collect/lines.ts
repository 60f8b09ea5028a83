/** One line of an input. */
export type Line = {
  /** From 1; empty lines count. */
  number: number
  /** Without line ending and byte order mark; undefined where the line is too long. */
  bytes: Buffer | undefined
  /** Length of the line as it stood, without its `\n`. */
  byteCount: number
  /** A `\n` ended it; false for what stands behind the last one. */
  isEnded: boolean
}

export type LineOptions = { lineMaxBytes: number; batchMaxCount?: number }

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf)
/** What is cut off a line before it is measured. */
const TRIMMED_MAX_BYTES = BYTE_ORDER_MARK.length + 1
const BATCH_MAX_COUNT = 4_096

/**
 * Splits bytes into lines, in batches: whatever the chunks, the lines are the same. Blank lines are
 * skipped. A line above `lineMaxBytes` is named, not held. Lines share memory with their chunks.
 */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  options: LineOptions,
): AsyncIterable<Line[]> {
  const batchMaxCount = options.batchMaxCount ?? BATCH_MAX_COUNT
  const splitter = new LineSplitter(options.lineMaxBytes)
  let batch: Line[] = []
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = splitter.end(chunk.subarray(start, end), true)
      start = end + 1
      if (line === undefined) continue
      batch.push(line)
      if (batch.length < batchMaxCount) continue
      yield batch
      batch = []
    }
    splitter.hold(chunk.subarray(start))
    if (batch.length > 0) yield batch
    batch = []
  }
  const last = splitter.end(Buffer.alloc(0), false)
  if (last !== undefined) yield [last]
}

/** Puts the pieces of one line together, as long as they are worth it. */
class LineSplitter {
  readonly #lineMaxBytes: number
  #pieces: Buffer[] = []
  #byteCount = 0
  #number = 1

  constructor(lineMaxBytes: number) {
    this.#lineMaxBytes = lineMaxBytes
  }

  /** Keeps a piece of a line whose end is not there yet. */
  hold(piece: Buffer): void {
    if (piece.length === 0) return
    this.#byteCount += piece.length
    if (this.#byteCount > this.#lineMaxBytes + TRIMMED_MAX_BYTES) this.#pieces = []
    else this.#pieces.push(piece)
  }

  /** The line that ends with this piece; undefined where it is blank. */
  end(piece: Buffer, isEnded: boolean): Line | undefined {
    let bytes: Buffer | undefined = piece
    if (this.#byteCount > 0) {
      this.hold(piece)
      const isHeld = this.#byteCount <= this.#lineMaxBytes + TRIMMED_MAX_BYTES
      bytes = isHeld ? Buffer.concat(this.#pieces) : undefined
    } else this.#byteCount = piece.length
    const number = this.#number++
    const byteCount = this.#byteCount
    this.#pieces = []
    this.#byteCount = 0
    if (bytes !== undefined) bytes = trim(bytes, number === 1)
    if (bytes !== undefined && isBlank(bytes)) return undefined
    if (bytes !== undefined && bytes.length > this.#lineMaxBytes) bytes = undefined
    return { number, bytes, byteCount, isEnded }
  }
}

function trim(bytes: Buffer, isFirst: boolean): Buffer {
  const start = isFirst && bytes.indexOf(BYTE_ORDER_MARK) === 0 ? BYTE_ORDER_MARK.length : 0
  const end = bytes[bytes.length - 1] === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length
  return start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end)
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte > SPACE) return false
  return true
}
