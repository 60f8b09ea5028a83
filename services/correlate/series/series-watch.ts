import { keyOf } from '#domain/lane.ts'
import type { Activity, Alert } from '#domain/records/index.ts'
import type { StateChange } from '#domain/stage.ts'
import { BINS_PREFIX, OpenBins, type BinCounts, type ClosedBin } from './open-bins.ts'
import { BOOK_PREFIX, SeriesBook } from './series-book.ts'
import { spikeAlert, type Finding } from './spike-alert.ts'
import { isSpike } from './spikes.ts'
import { SUBJECT_KINDS, totalsOf } from './totals.ts'

/**
 * Watches volumes over all sessions and lanes as series in event time: what an agent, a server, a
 * destination, and an agent towards a destination, come to in each five minutes. A bin is judged
 * when the watermark has passed it, so what is found depends on the set of activities alone. Of
 * spikes of one metric that one session made most of, within one bin, the most telling is told.
 */
export class SeriesWatch {
  readonly #packVersion: string
  readonly #bins = new OpenBins()
  readonly #book: SeriesBook

  constructor(packVersion: string, seriesMaxCount?: number) {
    this.#packVersion = packVersion
    this.#book = new SeriesBook(seriesMaxCount)
  }

  /** What late records and limits have cost since the start. */
  get counts(): BinCounts & { evicted: number } {
    return { ...this.#bins.counts, evicted: this.#book.evictedCount }
  }

  onActivity(activity: Activity): void {
    this.#bins.add(activity)
  }

  /** Every activity older than this has been seen: the alerts of the bins that are over now. */
  onWatermark(watermarkUs: number): Alert[] {
    return this.#bins.takeClosed(watermarkUs).flatMap((bin) => this.#judge(bin))
  }

  takeChanges(): StateChange[] {
    const changes = [...this.#bins.takeChanges(), ...this.#book.takeChanges()]
    return changes.sort((one, other) => (one.key < other.key ? -1 : 1))
  }

  /** Whether a key of the state is one of these. */
  owns(key: string): boolean {
    return key.startsWith(BINS_PREFIX) || key.startsWith(BOOK_PREFIX)
  }

  restore(key: string, body: unknown): void {
    if (key.startsWith(BINS_PREFIX)) this.#bins.restore(key, body)
    else this.#book.restore(key, body)
  }

  #judge(bin: ClosedBin): Alert[] {
    const { binAt } = bin
    const findings = totalsOf(bin).flatMap((total): Finding[] => {
      const reading = this.#book.read(total, binAt)
      return isSpike(total.metric, total, reading) ? [{ total, binAt, reading }] : []
    })
    return mostTelling(findings).map((finding) => spikeAlert(finding, this.#packVersion))
  }
}

/** Of findings about one metric and one session the first by kind, in the order of their keys. */
function mostTelling(findings: readonly Finding[]): Finding[] {
  const told = new Map<string, Finding>()
  for (const finding of findings) {
    const { tenantId, metric, session, kind } = finding.total
    const about = keyOf(tenantId, metric, session.id)
    const known = told.get(about)
    const rank = known === undefined ? Infinity : SUBJECT_KINDS.indexOf(known.total.kind)
    if (SUBJECT_KINDS.indexOf(kind) < rank) told.set(about, finding)
  }
  return [...told.values()]
}
