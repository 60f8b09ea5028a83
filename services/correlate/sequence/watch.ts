import type { Entry } from './entry.ts'

/**
 * Follows one window as it slides: entries are added in their order and removed once they are a
 * time span behind. Each costs the same however many the window holds.
 */
export type Watch = {
  /** A new moment: the entries added next are of this time. */
  begin(atUs: number): void
  add(entry: Entry): void
  remove(entry: Entry): void
  /** What the window says at the moment, seen from one of its entries; after all were added. */
  reading(entry: Entry): number
}

/** How many entries there are. */
export class CountWatch implements Watch {
  #count = 0

  begin(): void {}

  add(): void {
    this.#count += 1
  }

  remove(): void {
    this.#count -= 1
  }

  reading(): number {
    return this.#count
  }
}

/** How many distinct values, firings or rules there are. */
export class DistinctWatch implements Watch {
  readonly #countByKey = new Map<number | string, number>()
  readonly #keyOf: (entry: Entry) => number | string

  constructor(keyOf: (entry: Entry) => number | string) {
    this.#keyOf = keyOf
  }

  begin(): void {}

  add(entry: Entry): void {
    const key = this.#keyOf(entry)
    this.#countByKey.set(key, (this.#countByKey.get(key) ?? 0) + 1)
  }

  remove(entry: Entry): void {
    const key = this.#keyOf(entry)
    const count = this.#countByKey.get(key) ?? 0
    if (count > 1) this.#countByKey.set(key, count - 1)
    else this.#countByKey.delete(key)
  }

  reading(): number {
    return this.#countByKey.size
  }
}

const PARTS_OF_ONE = 1_000_000

/**
 * The sum, or the mean, of the values to a millionth. Whole and broken parts are summed as whole
 * numbers, so that the order of additions changes nothing while a sum stays under 9e15.
 */
export class SumWatch implements Watch {
  readonly #isMean: boolean
  #count = 0
  #whole = 0
  #parts = 0

  constructor(isMean: boolean) {
    this.#isMean = isMean
  }

  begin(): void {}

  add(entry: Entry): void {
    this.#count += 1
    this.#change(Number(entry.value), 1)
  }

  remove(entry: Entry): void {
    this.#count -= 1
    this.#change(Number(entry.value), -1)
  }

  reading(): number {
    const sum = this.#whole + this.#parts / PARTS_OF_ONE
    return this.#isMean ? sum / this.#count : sum
  }

  #change(value: number, sign: 1 | -1): void {
    const whole = Math.trunc(value)
    this.#whole += sign * whole
    this.#parts += sign * Math.round((value - whole) * PARTS_OF_ONE)
  }
}

/**
 * A percentile by nearest rank, or the median (of an even number of values, the mean of the two in
 * the middle); exact. Values are kept sorted: a change costs a search and a move in memory.
 */
export class RankWatch implements Watch {
  readonly #percentile: number | 'median'
  readonly #sorted: number[] = []

  constructor(percentile: number | 'median') {
    this.#percentile = percentile
  }

  begin(): void {}

  add(entry: Entry): void {
    const value = Number(entry.value)
    this.#sorted.splice(this.#place(value), 0, value)
  }

  remove(entry: Entry): void {
    this.#sorted.splice(this.#place(Number(entry.value)), 1)
  }

  reading(): number {
    const sorted = this.#sorted
    if (this.#percentile === 'median') {
      const half = sorted.length >> 1
      const upper = sorted[half] ?? NaN
      return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2
    }
    const rank = Math.ceil((this.#percentile / 100) * sorted.length)
    return sorted[Math.max(rank, 1) - 1] ?? NaN
  }

  #place(value: number): number {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#sorted[middle]! < value) low = middle + 1
      else high = middle
    }
    return low
  }
}
