const TWO_32 = 2 ** 32

/** Reads the Kafka protocol's primitive types from one buffer, front to back. */
export class ByteReader {
  readonly buffer: Buffer
  offset: number

  constructor(buffer: Buffer, offset = 0) {
    this.buffer = buffer
    this.offset = offset
  }

  int8(): number {
    return this.buffer.readInt8(this.#step(1))
  }

  int16(): number {
    return this.buffer.readInt16BE(this.#step(2))
  }

  int32(): number {
    return this.buffer.readInt32BE(this.#step(4))
  }

  /** A 64-bit number; exact up to 2^53. */
  int64(): number {
    return readInt64(this.buffer, this.#step(8))
  }

  string(): string {
    const length = this.int16()
    return length < 0 ? '' : this.buffer.toString('utf8', this.#step(length), this.offset)
  }

  /** Bytes with their length before them, not copied. */
  bytes(): Buffer {
    const length = this.int32()
    return length < 0 ? EMPTY : this.buffer.subarray(this.#step(length), this.offset)
  }

  array<T>(readItem: (reader: ByteReader) => T): T[] {
    const items: T[] = []
    for (let left = this.int32(); left > 0; left--) items.push(readItem(this))
    return items
  }

  /** A zigzag number of at most 32 bits. */
  varint(): number {
    let value = 0
    let shift = 0
    for (;;) {
      const byte = this.buffer[this.offset++]
      if (byte === undefined || shift > 28) throw new RangeError('a number of more than 32 bits')
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
      shift += 7
    }
  }

  /** Steps over a zigzag number of at most 64 bits. */
  skipVarlong(): void {
    while ((this.buffer[this.offset++] ?? 0) >= 0x80);
  }

  #step(byteCount: number): number {
    const start = this.offset
    this.offset += byteCount
    return start
  }
}

/** Writes the Kafka protocol's primitive types; grows as needed. */
export class ByteWriter {
  #buffer: Buffer
  #length = 0

  constructor(initialBytes = 1024) {
    this.#buffer = Buffer.allocUnsafe(initialBytes)
  }

  get length(): number {
    return this.#length
  }

  /** What was written. Shares memory with the writer: valid until its next `reset`. */
  written(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  reset(): void {
    this.#length = 0
  }

  int8(value: number): this {
    const at = this.#claim(1)
    this.#buffer.writeInt8(value, at)
    return this
  }

  int16(value: number): this {
    const at = this.#claim(2)
    this.#buffer.writeInt16BE(value, at)
    return this
  }

  int32(value: number): this {
    const at = this.#claim(4)
    this.#buffer.writeInt32BE(value, at)
    return this
  }

  int64(value: number): this {
    const at = this.#claim(8)
    writeInt64(this.#buffer, value, at)
    return this
  }

  string(text: string): this {
    return this.int16(Buffer.byteLength(text)).text(text)
  }

  nullString(): this {
    return this.int16(-1)
  }

  raw(bytes: Uint8Array): this {
    const at = this.#claim(bytes.length)
    this.#buffer.set(bytes, at)
    return this
  }

  /** UTF-8 without a length before it. */
  text(text: string): this {
    const byteCount = Buffer.byteLength(text)
    const at = this.#claim(byteCount)
    this.#buffer.write(text, at, byteCount, 'utf8')
    return this
  }

  /** A zigzag number of at most 32 bits. */
  varint(value: number): this {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0
    let at = this.#claim(varintBytes(value))
    while (rest >= 0x80) {
      this.#buffer[at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#buffer[at] = rest
    return this
  }

  /** Takes the next bytes; to be asked before `#buffer` is used, for it may become another. */
  #claim(byteCount: number): number {
    const start = this.#length
    this.#length += byteCount
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, start)
      this.#buffer = larger
    }
    return start
  }
}

/** How many bytes `varint` writes for a value. */
export function varintBytes(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0
  if (zigzag < 0x80) return 1
  if (zigzag < 0x4000) return 2
  if (zigzag < 0x200000) return 3
  return zigzag < 0x10000000 ? 4 : 5
}

/** Items by their topic, in the order met: how requests of the protocol list partitions. */
export function byTopic<T extends { topic: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(item.topic)
    if (group === undefined) groups.set(item.topic, [item])
    else group.push(item)
  }
  return groups
}

export function readInt64(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at) * TWO_32 + buffer.readUInt32BE(at + 4)
}

export function writeInt64(buffer: Buffer, value: number, at: number): void {
  buffer.writeInt32BE(Math.floor(value / TWO_32), at)
  buffer.writeUInt32BE(value - Math.floor(value / TWO_32) * TWO_32, at + 4)
}

const EMPTY = Buffer.alloc(0)
