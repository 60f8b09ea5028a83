const FIRST_CAPACITY = 64

/**
 * The newest values of a series, at most `maxCount`, in order of value: where a value ranks among
 * them, their median and how far from it half of them lie. Values are kept in single precision.
 * Adding costs a search and a move, the rest a search.
 */
export class RankedWindow {
  readonly #maxCount: number
  #ring: Float32Array
  #ranked: Float32Array
  #count = 0
  #oldest = 0

  constructor(maxCount: number) {
    this.#maxCount = maxCount
    this.#ring = new Float32Array(Math.min(FIRST_CAPACITY, maxCount))
    this.#ranked = new Float32Array(this.#ring.length)
  }

  get count(): number {
    return this.#count
  }

  /** How many values are less than `value`. */
  countBelow(value: number): number {
    const ranked = this.#ranked
    let [low, high] = [0, this.#count]
    while (low < high) {
      const middle = (low + high) >> 1
      if (ranked[middle]! < value) low = middle + 1
      else high = middle
    }
    return low
  }

  /** How many values are `value`, given how many are below it. */
  countEqual(value: number, below: number): number {
    if (below === this.#count || this.#ranked[below]! !== value) return 0
    const ranked = this.#ranked
    let [low, high] = [below, this.#count]
    while (low < high) {
      const middle = (low + high) >> 1
      if (ranked[middle]! <= value) low = middle + 1
      else high = middle
    }
    return low - below
  }

  /** The value in the middle, of an even number the mean of the two there; NaN where none is. */
  median(): number {
    const middle = this.#count >> 1
    const upper = this.#ranked[middle] ?? NaN
    return this.#count % 2 === 1 ? upper : (upper + (this.#ranked[middle - 1] ?? NaN)) / 2
  }

  /**
   * The median absolute deviation from `median`. The nearest k values to it are neighbours in rank:
   * the search is for where they begin.
   */
  deviation(median: number): number {
    const half = (this.#count >> 1) + 1
    const farthest = this.#farthestOfNearest(median, half)
    if (this.#count % 2 === 1) return farthest
    return (farthest + this.#farthestOfNearest(median, half - 1)) / 2
  }

  /** Takes a value in, given how many are below it; beyond `maxCount` the oldest leaves. */
  add(value: number, below: number): void {
    // Plus nothing: sorted, a negative zero would stand before the other.
    const added = Math.fround(value) + 0
    if (this.#count < this.#maxCount) {
      if (this.#count === this.#ring.length) this.#grow()
      const place = below
      this.#ranked.copyWithin(place + 1, place, this.#count)
      this.#ranked[place] = added
      this.#ring[this.#count] = added
      this.#count += 1
      return
    }
    const from = this.countBelow(this.#ring[this.#oldest]!)
    const to = below
    if (to > from) this.#ranked.copyWithin(from, from + 1, to)
    else this.#ranked.copyWithin(to + 1, to, from)
    this.#ranked[to > from ? to - 1 : to] = added
    this.#ring[this.#oldest] = added
    this.#oldest = (this.#oldest + 1) % this.#maxCount
  }

  /** The values, the oldest first. */
  values(): Float32Array {
    const values = new Float32Array(this.#count)
    const newer = this.#ring.subarray(this.#oldest, this.#count)
    values.set(newer)
    values.set(this.#ring.subarray(0, this.#oldest), newer.length)
    return values
  }

  /** Takes the values of another window, the oldest first, in place of its own. */
  restore(values: Float32Array): void {
    const kept = values.slice(-this.#maxCount)
    this.#count = kept.length
    this.#oldest = 0
    this.#ring = new Float32Array(Math.min(this.#maxCount, Math.max(kept.length, FIRST_CAPACITY)))
    this.#ranked = new Float32Array(this.#ring.length)
    this.#ring.set(kept)
    this.#ranked.set(kept.sort())
  }

  #farthestOfNearest(median: number, nearest: number): number {
    const ranked = this.#ranked
    let [low, high] = [0, this.#count - nearest]
    while (low < high) {
      const middle = (low + high) >> 1
      if (median - ranked[middle]! > ranked[middle + nearest]! - median) low = middle + 1
      else high = middle
    }
    return Math.max(median - ranked[low]!, ranked[low + nearest - 1]! - median)
  }

  #grow(): void {
    const capacity = Math.min(this.#maxCount, this.#ring.length * 2)
    const [ring, ranked] = [new Float32Array(capacity), new Float32Array(capacity)]
    ring.set(this.#ring)
    ranked.set(this.#ranked)
    this.#ring = ring
    this.#ranked = ranked
  }
}
