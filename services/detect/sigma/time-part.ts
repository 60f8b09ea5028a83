/** Parts of a time that a modifier may name. All are of UTC. */
export const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const
export type TimePart = (typeof TIME_PARTS)[number]

const DAY_MS = 86_400_000
/** Numbers above these are milliseconds, microseconds, nanoseconds rather than seconds. */
const EPOCH_UNITS = [
  { from: 1e17, perMs: 1e6 },
  { from: 1e14, perMs: 1e3 },
  { from: 1e11, perMs: 1 },
  { from: -Infinity, perMs: 1e-3 },
] as const
const RFC_3339 = /^(\d{4}-\d\d-(\d\d))[Tt ](\d\d:\d\d:(\d\d))(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)?$/

/** A part of a time, given as RFC 3339 text or as a number since the epoch; undefined: no time. */
export function timePartOf(value: unknown, part: TimePart): number | undefined {
  const ms = millisecondsOf(value)
  if (ms === undefined) return undefined
  return part === 'week' ? isoWeek(ms) : READ[part](new Date(ms))
}

const READ: Record<Exclude<TimePart, 'week'>, (date: Date) => number> = {
  minute: (date) => date.getUTCMinutes(),
  hour: (date) => date.getUTCHours(),
  day: (date) => date.getUTCDate(),
  month: (date) => date.getUTCMonth() + 1,
  year: (date) => date.getUTCFullYear(),
}

function millisecondsOf(value: unknown): number | undefined {
  if (typeof value === 'number') {
    const unit = EPOCH_UNITS.find(({ from }) => Math.abs(value) >= from)
    const ms = value / (unit?.perMs ?? 1)
    return Math.abs(ms) <= 8.64e15 ? ms : undefined
  }
  const [, date, day, time, second, zone = 'Z'] =
    (typeof value === 'string' ? RFC_3339.exec(value) : null) ?? []
  if (date === undefined || time === undefined) return undefined
  const isLeap = second === '60'
  const ms = Date.parse(`${date}T${isLeap ? time.replace(/60$/, '59') : time}${zone.toUpperCase()}`)
  const isDay = new Date(Date.parse(`${date}T00:00:00Z`)).getUTCDate() === Number(day)
  if (Number.isNaN(ms) || !isDay) return undefined
  return isLeap ? ms + 1000 : ms
}

/** ISO 8601: the week of the year's first Thursday is week 1. */
function isoWeek(ms: number): number {
  const day = Math.floor(ms / DAY_MS)
  const weekday = (((day + 3) % 7) + 7) % 7
  const thursday = new Date((day - weekday + 3) * DAY_MS)
  const yearStart = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  return 1 + Math.floor((thursday.getTime() - yearStart) / (7 * DAY_MS))
}
