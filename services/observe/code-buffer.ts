const CAPACITY_MIN_COUNT = 4096
/** Zeros after the text, so that who looks a little ahead needs no bound. */
const MARGIN_COUNT = 16

/** UTF-16 codes of a text, then zeros. */
export type Codes = Uint16Array

/**
 * Room for the codes of one text at a time: a pass over an array takes a third of what a pass over
 * a string takes. Bytes stand in the order of the machine, which is little-endian wherever Node
 * runs.
 */
export class CodeBuffer {
  #codes: Codes = new Uint16Array(0)
  #bytes = Buffer.from(this.#codes.buffer)

  /** The codes of a text and at least 16 zeros; valid until the next call. */
  of(text: string): Codes {
    const { length } = text
    if (length + MARGIN_COUNT > this.#codes.length) this.#grow(length + MARGIN_COUNT)
    this.#bytes.write(text, 0, 'utf16le')
    this.#codes.fill(0, length, length + MARGIN_COUNT)
    return this.#codes
  }

  #grow(count: number): void {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(CAPACITY_MIN_COUNT, count)))
    this.#codes = new Uint16Array(capacity)
    this.#bytes = Buffer.from(this.#codes.buffer)
  }
}
