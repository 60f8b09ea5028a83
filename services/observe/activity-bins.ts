import { activityBinAt } from '#domain/activity-bin.ts'
import type { Activity } from '#domain/records/index.ts'
import { rowsReadBy } from './data.ts'
import { destinationOf } from './network.ts'
import type { AnyEvent } from './sight.ts'

/** What happened within one bin of event time. */
export type ActivityBin = Pick<
  Activity,
  | 'bin_events'
  | 'bin_event_id'
  | 'bin_calls'
  | 'bin_rows'
  | 'bin_bytes_out'
  | 'bin_bytes_in'
  | 'bin_destinations'
  | 'bin_destinations_dropped'
> & { bin_at: number }

/** The newest, and the one before it for what came out of order. */
const BINS_MAX_COUNT = 2
const DESTINATIONS_MAX_COUNT = 16
/** A name in the DNS is no longer. */
const DESTINATION_MAX_LENGTH = 253

/**
 * Counts an event in the bin of its own time and returns that bin. One that is older than those
 * kept, which only a late event's is, counts from this event on.
 */
export function addToBin(bins: ActivityBin[], event: AnyEvent, calls: number): ActivityBin {
  const binAt = activityBinAt(event.occurred_at)
  const known = bins.find(({ bin_at }) => bin_at === binAt)
  const bin = known ?? newBin(binAt)
  if (known === undefined) {
    bins.push(bin)
    bins.sort((one, other) => one.bin_at - other.bin_at)
    if (bins.length > BINS_MAX_COUNT) bins.shift()
  }
  bin.bin_events += 1
  bin.bin_event_id = event.event_id
  bin.bin_calls += calls
  if ('rows' in event) bin.bin_rows += rowsReadBy(event)
  if ('bytes_out' in event) addTraffic(bin, event)
  return bin
}

/** The bin as JSON that nobody changes later. */
export function copyOfBin(bin: ActivityBin): ActivityBin {
  return { ...bin, bin_destinations: bin.bin_destinations.map((one) => ({ ...one })) }
}

function newBin(binAt: number): ActivityBin {
  return {
    bin_at: binAt,
    bin_events: 0,
    bin_event_id: null,
    bin_calls: 0,
    bin_rows: 0,
    bin_bytes_out: 0,
    bin_bytes_in: 0,
    bin_destinations: [],
    bin_destinations_dropped: 0,
  }
}

function addTraffic(bin: ActivityBin, event: Extract<AnyEvent, { bytes_out: unknown }>): void {
  const [bytesOut, bytesIn] = [event.bytes_out ?? 0, event.bytes_in ?? 0]
  bin.bin_bytes_out += bytesOut
  bin.bin_bytes_in += bytesIn
  const destination = destinationOf(event)?.slice(0, DESTINATION_MAX_LENGTH)
  if (destination === undefined) return
  const known = bin.bin_destinations.find((one) => one.destination === destination)
  if (known === undefined && bin.bin_destinations.length >= DESTINATIONS_MAX_COUNT) {
    bin.bin_destinations_dropped += 1
    return
  }
  const traffic = known ?? { destination, flows: 0, bytes_out: 0, bytes_in: 0 }
  if (known === undefined) bin.bin_destinations.push(traffic)
  traffic.flows += 1
  traffic.bytes_out += bytesOut
  traffic.bytes_in += bytesIn
}
