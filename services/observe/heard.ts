import type { Layer } from '#domain/records/index.ts'

/** Which sessions each layer remembers, the one heard of longest ago first. */
export class Heard {
  readonly #byLayer = new Map<Layer, Map<string, number>>()
  #arrivals = 0
  #isSorted = true

  /** Notes that a layer has heard of a session; returns the number of this arrival. */
  note(layer: Layer, key: string): number {
    const keys = this.#keys(layer)
    this.#arrivals += 1
    keys.delete(key)
    keys.set(key, this.#arrivals)
    return this.#arrivals
  }

  /** Puts an earlier arrival back. */
  restore(layer: Layer, key: string, arrival: number): void {
    this.#byLayer.set(layer, (this.#byLayer.get(layer) ?? new Map()).set(key, arrival))
    this.#arrivals = Math.max(this.#arrivals, arrival)
    this.#isSorted = false
  }

  forget(layer: Layer, key: string): void {
    this.#keys(layer).delete(key)
  }

  /** The session heard of longest ago where a layer remembers more than `maxCount`. */
  oldestBeyond(layer: Layer, maxCount: number): string | undefined {
    const keys = this.#keys(layer)
    if (keys.size <= maxCount) return undefined
    const [oldest] = keys.keys()
    return oldest
  }

  #keys(layer: Layer): Map<string, number> {
    if (!this.#isSorted) {
      for (const [name, keys] of this.#byLayer) {
        this.#byLayer.set(name, new Map([...keys].sort((one, other) => one[1] - other[1])))
      }
      this.#isSorted = true
    }
    const known = this.#byLayer.get(layer)
    if (known !== undefined) return known
    const keys = new Map<string, number>()
    this.#byLayer.set(layer, keys)
    return keys
  }
}
