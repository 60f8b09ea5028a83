import { DAY_US, HOUR_US, MINUTE_US, SECOND_US } from '#domain/time.ts'

const ZERO = 0x30
const MINUS = 0x2d
const PLUS = 0x2b
const POINT = 0x2e
const FRACTION_AT = 19
const FRACTION_MAX_DIGITS = 9
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * Microseconds since the epoch of an RFC 3339 time, cut after microseconds; the offset may lack its
 * colon. Undefined where it is none. The same as `parseTime`, made for every line of a log.
 */
export function rfc3339Of(text: string): number | undefined {
  const dayUs = dayOf(text)
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  const isClock = hour < 24 && minute < 60 && second < 60 && hasMarks(text)
  if (dayUs === undefined || !isClock) return undefined
  let at = FRACTION_AT
  let micros = 0
  if (text.charCodeAt(at) === POINT) {
    const digitsEnd = endOfDigits(text, at + 1)
    const count = digitsEnd - at - 1
    if (count === 0 || count > FRACTION_MAX_DIGITS) return undefined
    for (let digit = 0; digit < 6; digit += 1)
      micros = micros * 10 + (digit < count ? text.charCodeAt(at + 1 + digit) - ZERO : 0)
    at = digitsEnd
  }
  const offsetUs = offsetOf(text, at)
  if (offsetUs === undefined) return undefined
  return dayUs + hour * HOUR_US + minute * MINUTE_US + second * SECOND_US + micros - offsetUs
}

/** Microseconds from the epoch to the begin of a day; undefined where there is no such day. */
function dayOf(text: string): number | undefined {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1)) return undefined
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = (MONTH_DAYS[month - 1] ?? 0) + (month === 2 && isLeap ? 1 : 0)
  return day <= days ? daysFromEpoch(year, month, day) * DAY_US : undefined
}

/** Days of the Gregorian calendar; its years begin in March here, so that leap days end them. */
function daysFromEpoch(year: number, month: number, day: number): number {
  const years = month <= 2 ? year - 1 : year
  const yearDay = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const leaps = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400)
  return years * 365 + leaps + yearDay - 719_468
}

function hasMarks(text: string): boolean {
  const between = text[10]
  return (
    text.charCodeAt(4) === MINUS &&
    text.charCodeAt(7) === MINUS &&
    (between === 'T' || between === 't' || between === ' ') &&
    text[13] === ':' &&
    text[16] === ':'
  )
}

function offsetOf(text: string, at: number): number | undefined {
  const sign = text.charCodeAt(at)
  if (text[at] === 'Z' || text[at] === 'z') return text.length === at + 1 ? 0 : undefined
  if (sign !== PLUS && sign !== MINUS) return undefined
  const hasColon = text[at + 3] === ':'
  const hours = twoDigits(text, at + 1)
  const minutes = twoDigits(text, at + (hasColon ? 4 : 3))
  if (text.length !== at + (hasColon ? 6 : 5) || !(hours < 24 && minutes < 60)) return undefined
  return (sign === PLUS ? 1 : -1) * (hours * HOUR_US + minutes * MINUTE_US)
}

function endOfDigits(text: string, from: number): number {
  let at = from
  while (digitAt(text, at) >= 0) at += 1
  return at
}

/** NaN, which no comparison holds for, where there are no two digits. */
function twoDigits(text: string, at: number): number {
  const tens = digitAt(text, at)
  const ones = digitAt(text, at + 1)
  return tens < 0 || ones < 0 ? Number.NaN : tens * 10 + ones
}

/** -1 where there is none. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - ZERO
  return digit >= 0 && digit <= 9 ? digit : -1
}
