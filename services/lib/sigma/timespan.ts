import { RuleRefusal } from './refusal.ts'

const TIMESPAN = /^(\d{1,9})([smhdwMy])$/
/** A month and a year are the mean ones of the Gregorian calendar, as in pySigma. */
const SECONDS_BY_UNIT: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
  ['d', 86_400],
  ['w', 604_800],
  ['M', 2_629_746],
  ['y', 31_556_952],
])
const TIMESPAN_MAX_SECONDS = 10 * 31_556_952
const SECOND_US = 1_000_000

/**
 * Microseconds of a time span such as `90m`: a number and one of s, m, h, d, w, M, y.
 *
 * @throws RuleRefusal for anything else, for nothing at all, and beyond ten years.
 */
export function parseTimespan(text: unknown): number {
  const us = typeof text === 'string' ? timespanUs(text) : undefined
  if (us === undefined) throw new RuleRefusal('a time span is a number and one of s m h d w M y')
  if (us === 0) throw new RuleRefusal('a time span is longer than nothing')
  if (us > TIMESPAN_MAX_SECONDS * SECOND_US) {
    throw new RuleRefusal('a time span is at most ten years')
  }
  return us
}

/** Microseconds of a time span, which may be none (`0s`); undefined if the text is none. */
export function timespanUs(text: string): number | undefined {
  const [, count = '', unit = ''] = TIMESPAN.exec(text) ?? []
  const seconds = SECONDS_BY_UNIT.get(unit)
  return seconds === undefined ? undefined : Number(count) * seconds * SECOND_US
}
