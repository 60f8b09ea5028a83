/** A frame of a syslog stream; undefined bytes: it was too long to be held. */
export type SyslogFrame = { bytes: Buffer | undefined; byteCount: number }

const NEWLINE = 0x0a
const DIGITS_MAX = 9
const COUNT = /^([1-9]\d{0,8}) /

/** A message too long to hold: what is still to come of it; undefined: up to a line end. */
type Skip = { byteCount: number; leftBytes: number | undefined }

/**
 * Cuts a stream into syslog messages (RFC 6587): by a count of bytes where a message begins with
 * one, else by line. A message above `messageMaxBytes` is named, not held.
 */
export class SyslogFramer {
  readonly #messageMaxBytes: number
  #rest: Buffer = Buffer.alloc(0)
  #skip: Skip | undefined

  constructor(messageMaxBytes: number) {
    this.#messageMaxBytes = messageMaxBytes
  }

  push(chunk: Buffer): SyslogFrame[] {
    const frames: SyslogFrame[] = []
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (this.#rest.length > 0) {
      const before = this.#rest.length
      const wasSkipping = this.#skip !== undefined
      const frame = this.#skip === undefined ? this.#next() : this.#skipOn(this.#skip)
      if (frame !== undefined && frame.byteCount > 0) frames.push(frame)
      const isStuck = this.#rest.length === before && wasSkipping === (this.#skip !== undefined)
      if (frame === undefined && isStuck) break
    }
    return frames
  }

  /** The connection has ended: a line without its end is a message too. */
  end(): SyslogFrame[] {
    const bytes = this.#rest
    const skip = this.#skip
    this.#rest = Buffer.alloc(0)
    this.#skip = undefined
    const isCounted = COUNT.test(bytes.subarray(0, DIGITS_MAX + 1).toString('latin1'))
    const isCut = skip === undefined && (bytes.length === 0 || isCounted)
    if (isCut) return []
    const isLine = skip?.leftBytes === undefined
    const byteCount = (skip?.byteCount ?? 0) + (isLine ? bytes.length : 0)
    const isHeld = skip === undefined && byteCount <= this.#messageMaxBytes
    return [{ bytes: isHeld ? bytes : undefined, byteCount }]
  }

  #next(): SyslogFrame | undefined {
    const head = this.#rest.subarray(0, DIGITS_MAX + 1).toString('latin1')
    const counted = COUNT.exec(head)
    if (counted !== null) return this.#counted(counted[0].length, Number(counted[1]))
    // The count may not be there whole.
    if (/^[1-9]\d{0,8}$/.test(head)) return undefined
    const end = this.#rest.indexOf(NEWLINE)
    if (end >= 0) return this.#take(end, 1)
    if (this.#rest.length > this.#messageMaxBytes)
      this.#skip = { byteCount: 0, leftBytes: undefined }
    return undefined
  }

  #counted(headBytes: number, byteCount: number): SyslogFrame | undefined {
    if (byteCount > this.#messageMaxBytes) {
      this.#rest = this.#rest.subarray(headBytes)
      this.#skip = { byteCount, leftBytes: byteCount }
      return undefined
    }
    if (this.#rest.length < headBytes + byteCount) return undefined
    this.#rest = this.#rest.subarray(headBytes)
    return this.#take(byteCount, 0)
  }

  #take(byteCount: number, endingBytes: number): SyslogFrame {
    const bytes = this.#rest.subarray(0, byteCount)
    this.#rest = this.#rest.subarray(byteCount + endingBytes)
    const isTooLong = byteCount > this.#messageMaxBytes
    return { bytes: isTooLong ? undefined : bytes, byteCount }
  }

  #skipOn(skip: Skip): SyslogFrame | undefined {
    const end = skip.leftBytes ?? this.#rest.indexOf(NEWLINE)
    const isOver = end >= 0 && end <= this.#rest.length
    const skipped = isOver ? end : this.#rest.length
    this.#rest = this.#rest.subarray(skipped + (isOver && skip.leftBytes === undefined ? 1 : 0))
    if (skip.leftBytes === undefined) skip.byteCount += skipped
    else skip.leftBytes -= skipped
    if (!isOver) return undefined
    this.#skip = undefined
    return { bytes: undefined, byteCount: skip.byteCount }
  }
}
