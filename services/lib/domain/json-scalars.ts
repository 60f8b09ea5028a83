import { formatTime, parseTime } from './time.ts'

/** Why an object is not the JSON form of a record. */
export type JsonFormReason =
  | 'NOT_AN_OBJECT'
  | 'MISSING_FIELD'
  | 'WRONG_TYPE'
  | 'BAD_TIME'
  | 'BAD_ENUM'
  | 'OUT_OF_RANGE'
  | 'TOO_DEEP'

/** What a reader leaves behind: why it failed, and how much it did not know. */
export type Note = { reason: JsonFormReason; field: string; unknownFieldCount: number }

/** How one type is read from JSON and written to it. */
export type Form = {
  /** Undefined: it does not fit, and the note says why. */
  read: (json: unknown, note: Note) => unknown
  write: (value: unknown) => unknown
}

/** ClickHouse's DateTime64 begins here. */
const TIME_MIN_US = Date.UTC(1900, 0, 1) * 1000
const INT_MAX = 2 ** 31 - 1

/** One of these symbols. */
export function enumForm(symbols: string[]): Form {
  const known = new Set<unknown>(symbols)
  return scalar((json, note) => {
    if (typeof json !== 'string') return fail(note, 'WRONG_TYPE')
    return known.has(json) ? json : fail(note, 'BAD_ENUM')
  })
}

function integerForm(min: number, max: number): Form {
  return scalar((json, note) => {
    if (!Number.isInteger(json)) return numberOr(json, note, 'WRONG_TYPE')
    const value = json as number
    return value >= min && value <= max ? value + 0 : fail(note, 'OUT_OF_RANGE')
  })
}

/** Says why a value is not the number wanted: `1e999` parses to Infinity. */
function numberOr(json: unknown, note: Note, reason: JsonFormReason): undefined {
  return fail(note, json === Infinity || json === -Infinity ? 'OUT_OF_RANGE' : reason)
}

/** RFC 3339 text outside, microseconds since the epoch inside. */
export const TIME: Form = {
  write: (value) => formatTime(value as number),
  read: (json, note) => {
    if (typeof json !== 'string') return fail(note, 'WRONG_TYPE')
    const timeUs = parseTime(json)
    if (timeUs === undefined) return fail(note, 'BAD_TIME')
    return timeUs >= TIME_MIN_US && timeUs <= Number.MAX_SAFE_INTEGER
      ? timeUs
      : fail(note, 'OUT_OF_RANGE')
  },
}

/** Avro's primitive types by name, as JSON writes them. */
export const SCALARS: Record<string, Form> = {
  string: scalar((json, note) =>
    typeof json === 'string' ? json.toWellFormed() : fail(note, 'WRONG_TYPE'),
  ),
  boolean: scalar((json, note) => (typeof json === 'boolean' ? json : fail(note, 'WRONG_TYPE'))),
  int: integerForm(-INT_MAX - 1, INT_MAX),
  long: integerForm(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  float: scalar(readDouble),
  double: scalar(readDouble),
  bytes: {
    write: (value) => (value as Buffer).toString('base64'),
    read: (json, note) => {
      if (typeof json !== 'string') return fail(note, 'WRONG_TYPE')
      const bytes = Buffer.from(json, 'base64')
      return bytes.toString('base64') === json ? bytes : fail(note, 'WRONG_TYPE')
    },
  },
}

function readDouble(json: unknown, note: Note): unknown {
  return Number.isFinite(json) ? json : numberOr(json, note, 'WRONG_TYPE')
}

function scalar(read: Form['read']): Form {
  return { read, write: (value) => value }
}

/** Notes why reading failed; gives the undefined that says so. */
export function fail(note: Note, reason: JsonFormReason, field = ''): undefined {
  note.reason = reason
  note.field = field
  return undefined
}
