import type { Layer, Reject } from '#domain/records/index.ts'
import type { LayerEvent } from './normalize/event.ts'

/** An event with the line it stood on. */
export type PlacedEvent = LayerEvent & { line: number; bytes: Buffer }

/** A few events, in order, and rejects, by position; the two are not ordered among each other. */
export type OrderedBatch = { events: readonly PlacedEvent[]; rejects: readonly Reject[] }

/**
 * The order of a replay (time.md): event time, then layer, collector, its sequence, event id, the
 * line's bytes, the line's number. Total: two events of one input are never equal.
 */
export function compareEvents(left: PlacedEvent, right: PlacedEvent): number {
  const one = left.event
  const other = right.event
  return (
    one.occurred_at - other.occurred_at ||
    LAYER_RANKS[left.layer] - LAYER_RANKS[right.layer] ||
    compareText(one.collector_id, other.collector_id) ||
    one.collector_seq - other.collector_seq ||
    compareText(one.event_id, other.event_id) ||
    Buffer.compare(left.bytes, right.bytes) ||
    left.line - right.line
  )
}

const LAYER_RANKS: Record<Layer, number> = { model: 0, application: 1, data: 2, network: 3 }

function compareText(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
