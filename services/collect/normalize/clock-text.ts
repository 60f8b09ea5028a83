const DIGIT_ZERO = 0x30
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const CLOCK_LENGTH = 19
const FRACTION_MAX_DIGITS = 9
const MS_A_MINUTE = 60_000

/**
 * Microseconds since the epoch of `2026-11-27 07:43:30.807`, a T instead of the space allowed, in a
 * zone `offsetMinutes` east of UTC; undefined if it is no such time. Cut after microseconds.
 */
export function clockTime(text: string, offsetMinutes = 0): number | undefined {
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 2)
  const day = digits(text, 8, 2)
  const hour = digits(text, 11, 2)
  const minute = digits(text, 14, 2)
  const second = digits(text, 17, 2)
  const separator = text.charCodeAt(10)
  const isShaped =
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    (separator === SPACE || separator === LETTER_T) &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const dayMax = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
  const isTime = isShaped && day >= 1 && day <= dayMax && hour < 24 && minute < 60 && second < 60
  const fractionUs = isTime && year >= YEAR_MIN ? fraction(text) : undefined
  if (fractionUs === undefined) return undefined
  const ms = Date.UTC(year, month - 1, day, hour, minute, second) - offsetMinutes * MS_A_MINUTE
  return ms * 1000 + fractionUs
}

const DASH = 0x2d
const COLON = 0x3a
const SPACE = 0x20
const LETTER_T = 0x54
/** ClickHouse's DateTime64 begins here. */
const YEAR_MIN = 1900

/** Minutes east of UTC of `UTC`, `Z`, `+02`, `+0200` or `-03:30`; undefined of names of zones. */
export function zoneOffset(zone: string): number | undefined {
  if (zone === 'UTC' || zone === 'Z' || zone === 'GMT') return 0
  const match = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(zone)
  if (match === null) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0)
  return match[1] === '-' ? -minutes : minutes
}

/** NaN where one of them is no digit. */
function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at += 1) {
    const digit = text.charCodeAt(at) - DIGIT_ZERO
    if (!(digit >= 0 && digit <= 9)) return NaN
    value = value * 10 + digit
  }
  return value
}

function fraction(text: string): number | undefined {
  if (text.length === CLOCK_LENGTH) return 0
  const count = text.length - CLOCK_LENGTH - 1
  if (text.charAt(CLOCK_LENGTH) !== '.' || count < 1 || count > FRACTION_MAX_DIGITS)
    return undefined
  const value = digits(text, CLOCK_LENGTH + 1, count)
  return Number.isNaN(value) ? undefined : Math.floor(value * 10 ** (6 - count))
}
