/** Something to look at when the watermark has passed `atUs`. */
export type Timer = { atUs: number; name: string }

/**
 * At most one timer a name, the earliest asked for: whoever is woken too early asks again. A heap
 * by time, then name, so that a watermark touches only what is due.
 */
export class Timers {
  readonly #heap: Timer[] = []
  readonly #earliestUs = new Map<string, number>()

  /** Wakes `name` once the watermark is past `atUs`; nothing new where it is woken before. */
  set(atUs: number, name: string): void {
    const earliestUs = this.#earliestUs.get(name)
    if (earliestUs !== undefined && earliestUs <= atUs) return
    this.#earliestUs.set(name, atUs)
    this.#heap.push({ atUs, name })
    this.#rise(this.#heap.length - 1)
  }

  /** Takes out the first timer before `watermarkUs`; undefined where none is. */
  takeBefore(watermarkUs: number): Timer | undefined {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined || first.atUs >= watermarkUs) return undefined
      this.#removeFirst()
      if (this.#earliestUs.get(first.name) !== first.atUs) continue
      this.#earliestUs.delete(first.name)
      return first
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink()
  }

  #rise(from: number): void {
    let index = from
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#isBefore(index, parent)) return
      this.#swap(index, parent)
      index = parent
    }
  }

  #sink(): void {
    let index = 0
    for (;;) {
      const left = index * 2 + 1
      if (left >= this.#heap.length) return
      const right = left + 1
      const child = right < this.#heap.length && this.#isBefore(right, left) ? right : left
      if (!this.#isBefore(child, index)) return
      this.#swap(child, index)
      index = child
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [left, right] = [this.#heap[one], this.#heap[other]]
    if (left === undefined || right === undefined) return false
    return left.atUs === right.atUs ? left.name < right.name : left.atUs < right.atUs
  }

  #swap(one: number, other: number): void {
    const [left, right] = [this.#heap[one], this.#heap[other]]
    if (left === undefined || right === undefined) return
    this.#heap[one] = right
    this.#heap[other] = left
  }
}
