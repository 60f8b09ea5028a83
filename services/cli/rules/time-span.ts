import { Fault } from '#domain/fault.ts'
import { DAY_US, parseTime } from '#domain/time.ts'

const DAYS_MAX_COUNT = 400
const DATE = /^\d{4}-\d\d-\d\d$/

/** From `sinceUs` on, before `untilUs`: microseconds since the epoch. */
export type TimeSpan = { sinceUs: number; untilUs: number }

/** Reads two times, RFC 3339 or a date for its midnight UTC. @throws Fault BAD_USAGE */
export function parseTimeSpan(from: string, to: string): TimeSpan {
  const span = { sinceUs: timeOf('--from', from), untilUs: timeOf('--to', to) }
  if (span.sinceUs >= span.untilUs) throw new Fault('BAD_USAGE', '--from must be before --to')
  if (span.untilUs - span.sinceUs > DAYS_MAX_COUNT * DAY_US) {
    throw new Fault('BAD_USAGE', `--from and --to are more than ${DAYS_MAX_COUNT} days apart`)
  }
  return span
}

/** The span cut at every midnight UTC. */
export function daysOf({ sinceUs, untilUs }: TimeSpan): TimeSpan[] {
  const days: TimeSpan[] = []
  for (let startUs = sinceUs; startUs < untilUs;) {
    const midnightUs = (Math.floor(startUs / DAY_US) + 1) * DAY_US
    const endUs = Math.min(midnightUs, untilUs)
    days.push({ sinceUs: startUs, untilUs: endUs })
    startUs = endUs
  }
  return days
}

function timeOf(option: string, text: string): number {
  const timeUs = parseTime(DATE.test(text) ? `${text}T00:00:00Z` : text)
  if (timeUs !== undefined) return timeUs
  throw new Fault('BAD_USAGE', `${option} takes a time such as 2026-03-02 or 2026-03-02T08:00:00Z`)
}
