import { ACTIVITY_BIN_US, ACTIVITY_DELAY_US } from '#domain/activity-bin.ts'
import { keyOf } from '#domain/lane.ts'
import type { Activity } from '#domain/records/index.ts'
import type { StateChange } from '#domain/stage.ts'

/** What one session, as one layer saw it, did on one server within one bin. */
export type Contribution = Omit<
  Activity,
  | 'collector_id'
  | 'last_collector_seq'
  | 'first_at'
  | 'permitted_count'
  | 'refused_count'
  | 'flow_count'
  | 'query_count'
  | 'enforcement_ids'
  | 'permitted'
  | 'permitted_dropped'
  | 'content_hashes'
  | 'roles'
  | 'trace_ids'
  | 'connections'
  | 'bin_at'
> & { bin_at: number }

/** A bin that nothing can be added to any more; contributions are in the order of their keys. */
export type ClosedBin = { binAt: number; contributions: Contribution[] }

/** How many records came late, and how many found no room. */
export type BinCounts = { late: number; dropped: number }

export const BINS_PREFIX = 'b/'
const CLOSED_KEY = `${BINS_PREFIX}closed`
const CONTRIBUTIONS_MAX_COUNT = 100_000

/**
 * Collects activity by bins of event time, until the watermark has passed them. Of two records of
 * one contribution the one with more events counts, so order and repetition do not matter; one for
 * a bin that is closed is counted late.
 */
export class OpenBins {
  readonly counts: BinCounts = { late: 0, dropped: 0 }
  readonly #bins = new Map<number, Map<string, Contribution>>()
  readonly #changed = new Map<string, Contribution | undefined>()
  #closedUntilUs = -Infinity
  #hasClosed = false
  #keptCount = 0

  add(activity: Activity): void {
    const { bin_at } = activity
    if (bin_at === null) return
    if (bin_at < this.#closedUntilUs) {
      this.counts.late += 1
      return
    }
    const contribution = contributionOf(activity, bin_at)
    const key = keyOfContribution(contribution)
    const known = this.#bins.get(bin_at)?.get(key)
    if (known !== undefined && known.bin_events >= contribution.bin_events) return
    if (known === undefined && this.#keptCount >= CONTRIBUTIONS_MAX_COUNT) {
      this.counts.dropped += 1
      return
    }
    this.#put(key, contribution)
    this.#changed.set(key, contribution)
  }

  /** Takes out the bins that the watermark has passed, the oldest first. */
  takeClosed(watermarkUs: number): ClosedBin[] {
    const isClosed = (binAt: number): boolean =>
      binAt + ACTIVITY_BIN_US + ACTIVITY_DELAY_US <= watermarkUs
    const due = [...this.#bins.keys()].filter(isClosed).sort((one, other) => one - other)
    return due.map((binAt) => this.#take(binAt))
  }

  takeChanges(): StateChange[] {
    const changes = [...this.#changed].map(([key, body]): StateChange => ({ key, body }))
    if (this.#hasClosed) changes.push({ key: CLOSED_KEY, body: this.#closedUntilUs })
    this.#changed.clear()
    this.#hasClosed = false
    return changes
  }

  restore(key: string, body: unknown): void {
    if (key === CLOSED_KEY) this.#closedUntilUs = body as number
    else this.#put(key, body as Contribution)
  }

  #put(key: string, contribution: Contribution): void {
    const bin = this.#bins.get(contribution.bin_at) ?? new Map<string, Contribution>()
    this.#bins.set(contribution.bin_at, bin)
    if (!bin.has(key)) this.#keptCount += 1
    bin.set(key, contribution)
  }

  #take(binAt: number): ClosedBin {
    const bin = this.#bins.get(binAt) ?? new Map<string, Contribution>()
    const keys = [...bin.keys()].sort()
    for (const key of keys) this.#changed.set(key, undefined)
    this.#bins.delete(binAt)
    this.#keptCount -= keys.length
    this.#closedUntilUs = Math.max(this.#closedUntilUs, binAt + ACTIVITY_BIN_US)
    this.#hasClosed = true
    return { binAt, contributions: keys.flatMap((key) => bin.get(key) ?? []) }
  }
}

function keyOfContribution(contribution: Contribution): string {
  const { tenant_id, session_id, server_id, layer, bucket, bin_at } = contribution
  const names = [tenant_id, session_id, server_id, layer, String(bucket), String(bin_at)]
  return BINS_PREFIX + keyOf(...names)
}

function contributionOf(activity: Activity, binAt: number): Contribution {
  return {
    tenant_id: activity.tenant_id,
    server_id: activity.server_id,
    session_id: activity.session_id,
    layer: activity.layer,
    agent_id: activity.agent_id,
    last_at: Math.max(binAt, Math.min(activity.last_at, binAt + ACTIVITY_BIN_US - 1)),
    bucket: activity.bucket,
    bin_at: binAt,
    bin_events: activity.bin_events,
    bin_event_id: activity.bin_event_id,
    bin_calls: activity.bin_calls,
    bin_rows: activity.bin_rows,
    bin_bytes_out: activity.bin_bytes_out,
    bin_bytes_in: activity.bin_bytes_in,
    bin_destinations: activity.bin_destinations,
    bin_destinations_dropped: activity.bin_destinations_dropped,
  }
}
