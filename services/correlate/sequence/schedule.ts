type Due<T> = { atUs: number; item: T }

/** What is due when: a heap. The same item may stand in it more than once. */
export class Schedule<T> {
  readonly #heap: Due<T>[] = []

  add(atUs: number, item: T): void {
    const heap = this.#heap
    let place = heap.push({ atUs, item }) - 1
    const added = heap[place]!
    while (place > 0) {
      const above = (place - 1) >> 1
      if (heap[above]!.atUs <= atUs) break
      heap[place] = heap[above]!
      place = above
    }
    heap[place] = added
  }

  /** Takes out everything due at or before a time. */
  take(untilUs: number): Set<T> {
    const items = new Set<T>()
    while ((this.#heap[0]?.atUs ?? Infinity) <= untilUs) items.add(this.#takeFirst())
    return items
  }

  #takeFirst(): T {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()!
    if (heap.length > 0) this.#sink(last)
    return first!.item
  }

  #sink(last: Due<T>): void {
    const heap = this.#heap
    let place = 0
    for (;;) {
      let below = place * 2 + 1
      if (below >= heap.length) break
      if ((heap[below + 1]?.atUs ?? Infinity) < heap[below]!.atUs) below += 1
      if (heap[below]!.atUs >= last.atUs) break
      heap[place] = heap[below]!
      place = below
    }
    heap[place] = last
  }
}
