const SLOTS_MIN_COUNT = 16
const ROOM_FACTOR = 4

/**
 * Numbers by 32-bit hash, made once and read often: open addressing in one array, the hash in each
 * even place and its number in the odd place after it. 0 stands for no number.
 */
export class HashTable {
  readonly #slots: Int32Array
  readonly #mask: number

  constructor(entries: ReadonlyMap<number, number>) {
    const room = Math.max(SLOTS_MIN_COUNT, entries.size * ROOM_FACTOR)
    const count = 2 ** Math.ceil(Math.log2(room))
    this.#slots = new Int32Array(count * 2)
    this.#mask = count * 2 - 1
    for (const [hash, value] of entries) {
      let slot = this.#slotOf(hash)
      while (this.#slots[slot + 1] !== 0) slot = (slot + 2) & this.#mask
      this.#slots[slot] = hash
      this.#slots[slot + 1] = value
    }
  }

  /** 1 for each of these hashes. */
  static ofAll(hashes: Iterable<number>): HashTable {
    return new HashTable(new Map(Array.from(hashes, (hash): [number, number] => [hash, 1])))
  }

  /** The number of this hash; 0 for none. */
  get(hash: number): number {
    const slots = this.#slots
    const mask = this.#mask
    let slot = this.#slotOf(hash)
    for (;;) {
      const value = slots[slot + 1] ?? 0
      if (value === 0 || slots[slot] === hash) return value
      slot = (slot + 2) & mask
    }
  }

  #slotOf(hash: number): number {
    return ((hash ^ (hash >>> 15)) << 1) & this.#mask
  }
}
