import { SECOND_US } from '#domain/time.ts'
import { rfc3339Of } from './rfc3339.ts'

const EPOCH = /^(\d{1,11})(?:[.](\d{1,9}))?$/
const MILLISECOND_US = 1_000
const TIME_MAX_CHARS = 32
const MINUS = 0x2d
/** A number this high is no count of seconds: it would lie beyond the year 5000. */
const MILLISECONDS_MIN = 1e11

/**
 * Microseconds since the epoch of RFC 3339 (its offset with or without a colon), or of seconds or
 * milliseconds since the epoch, as a number or as text; undefined where it is none of these.
 */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return epochOf(value)
  if (typeof value !== 'string') return undefined
  if (value.charCodeAt(4) === MINUS) return rfc3339Of(value)
  const epoch = value.length > TIME_MAX_CHARS ? null : EPOCH.exec(value)
  if (epoch === null) return undefined
  const [, whole = '', fraction = ''] = epoch
  return Number(whole) * SECOND_US + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/** Text of a time without an offset, which the format's options promise to be UTC. */
export function utcTimeOf(value: unknown): number | undefined {
  return typeof value === 'string' ? rfc3339Of(`${value}Z`) : undefined
}

/**
 * A double holds seconds of this century with an error below 0.24 microseconds, so rounding gives
 * the six digits that stood in the record.
 */
function epochOf(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined
  return Math.round(value * (value >= MILLISECONDS_MIN ? MILLISECOND_US : SECOND_US))
}
