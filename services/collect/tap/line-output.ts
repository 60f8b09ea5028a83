import type { Writable } from 'node:stream'

const NEWLINE = 0x0a

/** Writes bytes as they come, and lines of our own in between, never inside of another line. */
export class LineOutput {
  readonly #stream: Writable
  #waiting: string[] = []
  #isMidLine = false

  constructor(stream: Writable) {
    this.#stream = stream
  }

  write(bytes: Buffer): void {
    if (bytes.length === 0) return
    if (this.#waiting.length === 0) {
      this.#stream.write(bytes)
      this.#isMidLine = bytes[bytes.length - 1] !== NEWLINE
      return
    }
    const end = bytes.indexOf(NEWLINE) + 1
    this.#stream.write(end === 0 ? bytes : bytes.subarray(0, end))
    this.#isMidLine = end === 0
    if (end === 0) return
    this.#flush()
    this.write(bytes.subarray(end))
  }

  /** A line of our own: at once where none is under way, else behind it. */
  inject(line: string): void {
    this.#waiting.push(line)
    if (!this.#isMidLine) this.#flush()
  }

  #flush(): void {
    const lines = this.#waiting
    this.#waiting = []
    this.#stream.write(`${lines.join('\n')}\n`)
  }
}
