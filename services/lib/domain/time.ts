const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/

/**
 * Microseconds since the epoch of an RFC 3339 time, cut after microseconds; undefined if it is
 * none.
 */
export function parseTime(text: string): number | undefined {
  const match = RFC3339.exec(text)
  if (match === null) return undefined
  const [, date = '', clock = '', fraction = '', zone = ''] = match
  const wholeMs = Date.parse(`${date}T${clock}${zone.toUpperCase()}`)
  if (Number.isNaN(wholeMs) || !isDay(date)) return undefined
  return wholeMs * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/** Date.parse takes 30 February for 2 March. */
function isDay(date: string): boolean {
  const dayMs = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(dayMs) && new Date(dayMs).toISOString().startsWith(date)
}

/** RFC 3339 with microseconds, UTC. */
export function formatTime(timeUs: number): string {
  const wholeMs = Math.floor(timeUs / 1000)
  const restUs = timeUs - wholeMs * 1000
  return `${new Date(wholeMs).toISOString().slice(0, -1)}${String(restUs).padStart(3, '0')}Z`
}

export const SECOND_US = 1_000_000
export const MINUTE_US = 60 * SECOND_US
export const HOUR_US = 60 * MINUTE_US
export const DAY_US = 24 * HOUR_US

const HOURS_A_WEEK = 168
/** The epoch began on a Thursday. */
const MONDAY_OFFSET_HOURS = 72

/** The hour of the week of a time, UTC: 0 is Monday from 00:00, 167 Sunday from 23:00. */
export function hourOfWeek(timeUs: number): number {
  return (Math.floor(timeUs / HOUR_US) + MONDAY_OFFSET_HOURS) % HOURS_A_WEEK
}
