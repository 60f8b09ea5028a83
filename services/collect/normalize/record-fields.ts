import type { JsonObject } from '#domain/json-form.ts'
import { refuse, type Reason, type Refusal } from './reject.ts'
import { timeOf } from './log-time.ts'

/** What is wrong with a record: the first thing found, named by our field. */
type Flaw = { reason: Reason; field: string }

/** Longer texts are cut: no consumer takes a megabyte in one field. */
const TEXT_MAX_CHARS = 16_384
const HOST_MAX_CHARS = 255
const PORT_MAX = 65_535
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)(?:%[\w.-]{1,32})?$/
const ADDRESS_MAX_CHARS = 80
const DIGITS = /^\d{1,16}$/
/** What writers put where they have nothing to say. */
const NOTHING = '-'
const TIME_MAX_US = Number.MAX_SAFE_INTEGER

/**
 * Reads the fields of one record of logs by their types. What is absent, null, empty or `-` is
 * null; what is there and does not fit is a flaw, and the record is refused: a wrong event is worse
 * than none. Where text is only descriptive, what is no text is as good as absent.
 */
export class RecordFields {
  readonly #json: JsonObject
  #flaw: Flaw | undefined

  constructor(json: JsonObject) {
    this.#json = json
  }

  /** Descriptive text, at most 16,384 characters of it. */
  text(name: string): string | null {
    return textOf(this.#json[name])
  }

  /** A name that some writers give as a number. */
  label(name: string): string | null {
    const value = this.#json[name]
    return typeof value === 'number' ? String(value) : textOf(value)
  }

  /** A whole number from 0, as a number or as its digits. `field` is its name in the event. */
  count(name: string, field: string): number | null {
    const value = this.#json[name]
    if (value === undefined || value === null || value === NOTHING || value === '') return null
    const count = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value
    if (typeof count !== 'number') return this.#fail('WRONG_TYPE', field)
    if (Number.isSafeInteger(count) && count >= 0) return count
    return this.#fail(Number.isInteger(count) ? 'OUT_OF_RANGE' : 'WRONG_TYPE', field)
  }

  port(name: string, field: string): number | null {
    const port = this.count(name, field)
    return port === null || port <= PORT_MAX ? port : this.#fail('OUT_OF_RANGE', field)
  }

  /** Seconds, as a number, as milliseconds with three digits after the point at most. */
  secondsAsMs(name: string): number | null {
    const value = this.#json[name]
    if (value === undefined || value === null || value === NOTHING) return null
    const seconds = typeof value === 'string' && value !== '' ? Number(value) : value
    if (typeof seconds !== 'number') return this.#fail('WRONG_TYPE', 'duration_ms')
    if (!Number.isFinite(seconds) || seconds < 0) return this.#fail('OUT_OF_RANGE', 'duration_ms')
    return Math.round(seconds * 1e6) / 1e3
  }

  /** An address of the Internet Protocol, in lower case. */
  address(name: string, field: string): string | null {
    const value = this.#json[name]
    if (value === undefined || value === null || value === NOTHING || value === '') return null
    const address = addressOf(value)
    return address ?? this.#fail('WRONG_TYPE', field)
  }

  /** The name of a host, in lower case, without a dot at its end. */
  host(name: string): string | null {
    return hostOf(this.#json[name])
  }

  /** Microseconds since the epoch. Without it there is no event: absent is a flaw. */
  time(name: string): number {
    const value = this.#json[name]
    const timeUs = timeOf(value)
    if (timeUs !== undefined && timeUs >= 0 && timeUs <= TIME_MAX_US) return timeUs
    const isAbsent = value === undefined || value === null || value === ''
    this.#fail(isAbsent ? 'MISSING_FIELD' : 'BAD_TIME', 'occurred_at')
    return 0
  }

  /** Notes a flaw that the format found itself; the first one counts. */
  fail(reason: Reason, field: string): void {
    this.#fail(reason, field)
  }

  /** Why the record is refused; undefined: nothing is wrong with what was read. */
  refusal(): Refusal | undefined {
    return this.#flaw === undefined ? undefined : refuse(this.#flaw.reason, this.#flaw.field)
  }

  #fail(reason: Reason, field: string): null {
    this.#flaw ??= { reason, field }
    return null
  }
}

/** Text as `RecordFields.text` reads it. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '' || value === NOTHING) return null
  const text = value.length > TEXT_MAX_CHARS ? value.slice(0, TEXT_MAX_CHARS) : value
  return text.toWellFormed()
}

/** The name of a host, in lower case, without a dot at its end; null where it is none. */
export function hostOf(value: unknown): string | null {
  const text = textOf(value)
  if (text === null || text.length > HOST_MAX_CHARS) return null
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  return name === '' ? null : name.toLowerCase()
}

/** An address of the Internet Protocol, in lower case; null where it is none. */
export function addressOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > ADDRESS_MAX_CHARS) return null
  return ADDRESS.test(value) ? value.toLowerCase() : null
}

/** Trace and span of a W3C traceparent. */
export function traceOf(value: unknown): { trace_id: string; span_id: string } | undefined {
  const match = typeof value === 'string' ? TRACEPARENT.exec(value) : null
  return match === null ? undefined : { trace_id: match[1] ?? '', span_id: match[2] ?? '' }
}
