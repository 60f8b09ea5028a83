import type { StateChange } from './stage.ts'

/** Parts of a core's state by key, the newest of them: what is set last pushes the oldest out. */
export class Kept<Value> {
  readonly #prefix: string
  readonly #maxCount: number
  readonly #values = new Map<string, Value>()
  readonly #changed = new Set<string>()

  /** `prefix`: before each key in the changelog. */
  constructor(prefix: string, maxCount: number) {
    this.#prefix = prefix
    this.#maxCount = maxCount
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: Value): void {
    this.#put(key, value)
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#maxCount) return
      this.#values.delete(oldest)
      this.#changed.add(oldest)
    }
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#changed.add(key)
  }

  /** Whether a key of the changelog is of one of these. */
  owns(prefixedKey: string): boolean {
    return prefixedKey.startsWith(this.#prefix)
  }

  /** Puts one back as its changelog has it. */
  restore(prefixedKey: string, value: Value): void {
    this.#values.set(prefixedKey.slice(this.#prefix.length), value)
  }

  takeChanges(): StateChange[] {
    const changes = [...this.#changed].map((key) => ({
      key: this.#prefix + key,
      body: this.#values.get(key),
    }))
    this.#changed.clear()
    return changes
  }

  #put(key: string, value: Value): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    this.#changed.add(key)
  }
}
