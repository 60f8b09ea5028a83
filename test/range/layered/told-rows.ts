import type { TimedRecord } from '../timed-records.ts'

/** How many rows the log says that an account has read. */
export function rowsOf(records: readonly TimedRecord[], role: string): number {
  return records.reduce(
    (sum, one) =>
      one.topic === 'events.data.v1' && one.value.db_user === role
        ? sum + (one.value.rows ?? 0)
        : sum,
    0,
  )
}
