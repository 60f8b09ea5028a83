import type { Activity } from '#domain/records/index.ts'

/** How far from a session's known activity a record of its server may lie and still be its own. */
const OVERLAP_SLACK_US = 5 * 1_000_000
const INTERVALS_MAX_COUNT = 10_000

/** When one session was active on one server, as one layer saw it. */
export type Interval = { session_id: string; layer: string; first_at: number; last_at: number }

/** Takes an activity record in: intervals of a session and layer closer than the slack are one. */
export function addActivity(intervals: Interval[], activity: Activity): void {
  const { session_id, layer, last_at } = activity
  const known = intervals.findLast((one) => one.session_id === session_id && one.layer === layer)
  if (known === undefined) {
    const first_at = activity.first_at
    if (intervals.length < INTERVALS_MAX_COUNT)
      intervals.push({ session_id, layer, first_at, last_at })
    return
  }
  known.first_at = Math.min(known.first_at, activity.first_at)
  known.last_at = Math.max(known.last_at, last_at)
}

/** The sessions whose activity on the server overlaps a moment, sorted. */
export function overlappingSessions(intervals: readonly Interval[], atUs: number): string[] {
  const sessions = intervals
    .filter(
      ({ first_at, last_at }) =>
        atUs >= first_at - OVERLAP_SLACK_US && atUs <= last_at + OVERLAP_SLACK_US,
    )
    .map((interval) => interval.session_id)
  return [...new Set(sessions)].sort()
}

/** Intervals that a record at or after `oldestUs` may still overlap. */
export function recentIntervals(intervals: readonly Interval[], oldestUs: number): Interval[] {
  return intervals.filter((interval) => interval.last_at + OVERLAP_SLACK_US >= oldestUs)
}
