import { ACTIVITY_BIN_US } from '#domain/activity-bin.ts'
import type { Activity } from '#domain/records/index.ts'
import { anActivity, START_US } from '../../support/records.ts'

/** The start of the n-th five minutes. */
export const binStartUs = (bin: number): number => START_US + bin * ACTIVITY_BIN_US

/** What a session did in the n-th five minutes: one event, unless said. */
export function binActivity(bin: number, differs: Partial<Activity> = {}): Activity {
  const binAt = binStartUs(bin)
  return anActivity({
    first_at: binAt,
    last_at: binAt + 1,
    bin_at: binAt,
    bin_events: 1,
    bin_event_id: `event-${bin}`,
    ...differs,
  })
}

/** Flows to one destination, as the network layer saw them. */
export function traffic(bin: number, bytesOut: number, differs: Partial<Activity> = {}): Activity {
  const destination = 'files.test'
  return binActivity(bin, {
    layer: 'network',
    bin_bytes_out: bytesOut,
    bin_bytes_in: bytesOut,
    bin_destinations: [{ destination, flows: 1, bytes_out: bytesOut, bytes_in: bytesOut }],
    ...differs,
  })
}
