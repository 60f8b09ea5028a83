/** Two such tables stay below the 64 KiB of a reader's memory. */
const TABLE_MAX_CHARS = 28 * 1024
/** What an entry takes as JSON beside its texts. */
const ENTRY_CHARS = 40

/** Keeps the newest entries, by the characters they take. */
export class BoundedTable<Value> {
  readonly #values = new Map<string, Value>()
  readonly #lengthOf: (value: Value) => number
  #chars = 0

  constructor(lengthOf: (value: Value) => number) {
    this.#lengthOf = lengthOf
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  take(key: string): Value | undefined {
    const value = this.#values.get(key)
    if (value !== undefined) this.#delete(key, value)
    return value
  }

  set(key: string, value: Value): void {
    this.take(key)
    this.#values.set(key, value)
    this.#chars += this.#charsOf(key, value)
    for (const [oldest, its] of this.#values) {
      if (this.#chars <= TABLE_MAX_CHARS) break
      this.#delete(oldest, its)
    }
  }

  entries(): [string, Value][] {
    return [...this.#values]
  }

  #delete(key: string, value: Value): void {
    this.#values.delete(key)
    this.#chars -= this.#charsOf(key, value)
  }

  #charsOf(key: string, value: Value): number {
    return key.length + this.#lengthOf(value) + ENTRY_CHARS
  }
}
