import { isUtf8 } from 'node:buffer'

import { LINE_MAX_BYTES } from '../event.ts'
import { clockTime, zoneOffset } from '../clock-text.ts'
import { csvFields } from '../csv-record.ts'
import { countOf, jsonRecord, refused, textOf } from '../log-fields.ts'
import type { Refusal } from '../reject.ts'
import { clientOf, type ClientEnd } from './data-event.ts'

/** One record of a Postgres server's log, whichever form it was written in. */
export type PostgresRecord = {
  timeUs: number
  user: string | null
  database: string | null
  client: ClientEnd
  sessionId: string
  /** The command in progress by the server's own word: `idle` before a string is parsed. */
  tag: string
  /** Five characters; `00000` is no error. Severities are translated, codes are not. */
  code: string
  message: string
  detail: string | null
  /** The statement that led to an error. */
  statement: string | null
  context: string | null
  application: string | null
}

type Read = { ok: true; record: PostgresRecord } | Refusal

/** Reads a line of `log_destination = jsonlog` (Postgres 15 and later). */
export function postgresJsonRecord(bytes: Buffer): Read {
  const read = jsonRecord(bytes)
  if (!read.ok) return read
  const { json } = read
  const { timestamp, message, session_id } = json
  if (typeof timestamp !== 'string') return refused('MISSING_FIELD', 'timestamp')
  if (typeof message !== 'string') return refused('MISSING_FIELD', 'message')
  const timeUs = postgresTime(timestamp)
  if (timeUs === undefined) return refused('BAD_TIME', 'timestamp')
  const record: PostgresRecord = {
    timeUs,
    user: textOf(json['user'], NAME_MAX_LENGTH),
    database: textOf(json['dbname'], NAME_MAX_LENGTH),
    client: clientOf(textOf(json['remote_host'], NAME_MAX_LENGTH), countOf(json['remote_port'])),
    sessionId: textOf(session_id, SESSION_MAX_LENGTH) ?? '',
    tag: textOf(json['ps'], NAME_MAX_LENGTH) ?? '',
    code: textOf(json['state_code'], CODE_LENGTH) ?? NO_ERROR,
    message,
    detail: wholeText(json['detail']),
    statement: wholeText(json['statement']),
    context: wholeText(json['context']),
    application: textOf(json['application_name'], NAME_MAX_LENGTH),
  }
  return { ok: true, record }
}

/** Reads a row of `log_destination = csvlog`: 23 columns in Postgres 9 to 12, 26 from 14 on. */
export function postgresCsvRecord(bytes: Buffer): Read {
  if (bytes.length > LINE_MAX_BYTES)
    return refused('LINE_TOO_LONG', `the limit is ${LINE_MAX_BYTES} bytes`)
  if (!isUtf8(bytes)) return refused('INVALID_UTF8', '')
  const fields = csvFields(withoutEnd(bytes.toString('utf8')), COLUMNS_MAX_COUNT)
  if (fields === undefined) return refused('NOT_CSV', '')
  if (fields.length < COLUMNS_MIN_COUNT) return refused('MISSING_FIELD', 'application_name')
  const [time = '', user, database, , from = '', session, line = '', tag, , , , , code] = fields
  const timeUs = postgresTime(time)
  if (timeUs === undefined) return refused('BAD_TIME', 'log_time')
  if (countOf(line) === null) return refused('WRONG_TYPE', 'session_line_num')
  if (code?.length !== CODE_LENGTH) return refused('WRONG_TYPE', 'sql_state_code')
  const [, , , , , , , , , , , , , message = '', detail, , , , context, statement] = fields
  const record: PostgresRecord = {
    timeUs,
    user: textOf(user, NAME_MAX_LENGTH),
    database: textOf(database, NAME_MAX_LENGTH),
    client: clientFrom(from),
    sessionId: textOf(session, SESSION_MAX_LENGTH) ?? '',
    tag: textOf(tag, NAME_MAX_LENGTH) ?? '',
    code,
    message,
    detail: wholeText(detail),
    statement: wholeText(statement),
    context: wholeText(context),
    application: textOf(fields[APPLICATION_COLUMN], NAME_MAX_LENGTH),
  }
  return { ok: true, record }
}

const NAME_MAX_LENGTH = 256
const SESSION_MAX_LENGTH = 32
const CODE_LENGTH = 5
const NO_ERROR = '00000'
const COLUMNS_MIN_COUNT = 23
/** Later versions may add some. */
const COLUMNS_MAX_COUNT = 40
const APPLICATION_COLUMN = 22

/** `2026-11-27 07:43:30.807 UTC`: names of other zones mean several offsets, so they are none. */
function postgresTime(text: string): number | undefined {
  const space = text.indexOf(' ', 'YYYY-MM-DD '.length)
  const offset = space < 0 ? undefined : zoneOffset(text.slice(space + 1))
  return offset === undefined ? undefined : clockTime(text.slice(0, space), offset)
}

function wholeText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function withoutEnd(text: string): string {
  if (!text.endsWith('\n')) return text
  return text.slice(0, text.endsWith('\r\n') ? -2 : -1)
}

/** `127.0.0.1:41004` or `::1:41004`; nothing for a socket of the machine. */
function clientFrom(from: string): ClientEnd {
  const colon = from.lastIndexOf(':')
  if (colon < 0) return clientOf(null, null)
  return clientOf(textOf(from.slice(0, colon), NAME_MAX_LENGTH), countOf(from.slice(colon + 1)))
}
