const DAY_MS = 86_400_000
const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))?$/

/** The parts of a time that a rule can ask for. */
export const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const
export type TimePart = (typeof TIME_PARTS)[number]

/** A part of a time in UTC; undefined where the value is none. A week is an ISO week. */
export function timePart(value: unknown, part: TimePart): number | undefined {
  const atMs = typeof value === 'number' ? epochMs(value) : textMs(value)
  const at = new Date(atMs ?? Number.NaN)
  if (Number.isNaN(at.getTime())) return undefined
  const parts: Record<TimePart, number> = {
    minute: at.getUTCMinutes(),
    hour: at.getUTCHours(),
    day: at.getUTCDate(),
    week: isoWeek(at),
    month: at.getUTCMonth() + 1,
    year: at.getUTCFullYear(),
  }
  return parts[part]
}

/** Seconds, milliseconds, microseconds or nanoseconds, by the size of the number. */
function epochMs(value: number): number {
  const size = Math.abs(value)
  if (size < 1e11) return Math.floor(value * 1000)
  if (size < 1e14) return Math.floor(value)
  return Math.floor(size < 1e17 ? value / 1000 : value / 1_000_000)
}

function textMs(value: unknown): number | undefined {
  const found = typeof value === 'string' ? RFC_3339.exec(value) : null
  if (found === null) return undefined
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number)
  const at = new Date(0)
  at.setUTCFullYear(year!, month! - 1, day)
  if (at.getUTCMonth() !== month! - 1 || at.getUTCDate() !== day) return undefined
  if (hour! > 23 || minute! > 59 || second! > 60) return undefined
  at.setUTCHours(hour!, minute, second)
  const sign = found[7] === '-' ? -1 : 1
  const offsetMinutes = sign * (Number(found[8] ?? 0) * 60 + Number(found[9] ?? 0))
  return at.getTime() - offsetMinutes * 60_000
}

/** The week whose Thursday is this week's: counted in the year of that Thursday. */
function isoWeek(at: Date): number {
  const dayMs = Math.floor(at.getTime() / DAY_MS) * DAY_MS
  const thursday = new Date(dayMs + (4 - (at.getUTCDay() || 7)) * DAY_MS)
  const newYear = new Date(thursday)
  newYear.setUTCMonth(0, 1)
  return Math.floor((thursday.getTime() - newYear.getTime()) / (7 * DAY_MS)) + 1
}
