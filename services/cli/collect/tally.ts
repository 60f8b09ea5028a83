import type { Taken } from '../../collect/log-collector.ts'

/** Counts what a collector's records became. */
export class Tally {
  acceptedCount = 0
  readonly #skipped = new Map<string, number>()
  readonly #rejected = new Map<string, number>()

  add({ acceptedCount, skipped, rejected }: Taken): void {
    this.acceptedCount += acceptedCount
    for (const [why, count] of skipped) add(this.#skipped, why, count)
    for (const { reason } of rejected) add(this.#rejected, reason, 1)
  }

  /** `5,000 events; skipped 3 (HEADER 3); rejected none`. */
  toString(): string {
    const events = `${this.acceptedCount.toLocaleString('en')} events`
    return `${events}; skipped ${told(this.#skipped)}; rejected ${told(this.#rejected)}`
  }
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count)
}

function told(counts: ReadonlyMap<string, number>): string {
  const sum = [...counts.values()].reduce((total, count) => total + count, 0)
  if (sum === 0) return 'none'
  const parts = [...counts].map(([name, count]) => `${name} ${count.toLocaleString('en')}`)
  return `${sum.toLocaleString('en')} (${parts.join(', ')})`
}
