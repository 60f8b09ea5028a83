import { isObject, type JsonObject } from '#domain/json-form.ts'
import { parseTime, SECOND_US } from '#domain/time.ts'
import { clockTime } from '../clock-text.ts'
import { amountOf, countOf, jsonRecord, refused, textOf } from '../log-fields.ts'
import type { Refusal } from '../reject.ts'
import { rfc3339Of } from '../rfc3339.ts'
import { messageList, systemText, answerOf } from './messages.ts'
import { blankCompletion, type Completion } from './model-event.ts'

/** One request to a model and its response, as a gateway or an application logs the pair. */
export type Exchange = {
  ok: true
  log: JsonObject
  request: JsonObject
  response: JsonObject
  /** What the log says beside both: time, duration, who asked. */
  common: Completion
}

/**
 * Reads `{request, response}` (or `request_body`, `response_body`; as objects or as JSON text), or
 * a response alone. The time is the log's own, else the response's.
 */
export function exchangeOf(record: Buffer): Exchange | Refusal {
  const read = jsonRecord(record)
  if (!read.ok) return read
  const log = read.json
  const request = objectOf(log['request'] ?? log['request_body']) ?? {}
  const wrapped = log['response'] ?? log['response_body']
  const response = wrapped === undefined ? log : objectOf(wrapped)
  if (response === undefined) return refused('WRONG_TYPE', 'response')
  const timeUs = timeOf(log) ?? timeOf(response)
  if (timeUs === undefined) return refused('BAD_TIME', 'timestamp')
  const traceparent = headerOf(log, request, 'traceparent')
  const trace = traceparent === null ? null : TRACEPARENT.exec(traceparent)
  const metadata = objectOf(request['metadata']) ?? {}
  const common = blankCompletion(timeUs)
  common.model = textOf(response['model']) ?? textOf(request['model'])
  common.durationMs = amountOf(log['duration_ms'] ?? log['latency_ms'])
  common.error = errorOf(log, response)
  common.userId = userOf(log, request, metadata)
  common.agentId = textOf(log['agent_id'])
  common.clientAddress = textOf(log['client_address'] ?? log['client_ip'])
  common.traceId = trace?.[1] ?? null
  common.spanId = trace?.[2] ?? null
  common.conversationId = conversationOf({ log, metadata, request, response })
  common.extra = { response_id: textOf(response['id']), error_message: errorMessage(response) }
  return { ok: true, log, request, response, common }
}

/** A system prompt as text, as blocks, or among the messages. */
export function systemOf(request: JsonObject): string | undefined {
  const alone = request['system'] ?? request['instructions']
  if (typeof alone === 'string' && alone !== '') return alone
  if (Array.isArray(alone)) return answerOf([{ content: alone }]).text
  const messages = messageList(request['messages'] ?? request['input'])
  return messages === undefined ? undefined : systemText(messages)
}

/** An object that may be written as JSON text. */
export function objectOf(value: unknown): JsonObject | undefined {
  if (isObject(value)) return value
  if (typeof value !== 'string' || !/^\s{0,9}\{/.test(value)) return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Microseconds since the epoch of RFC 3339 text, seconds or milliseconds. */
export function momentOf(value: unknown): number | undefined {
  if (typeof value === 'string') return rfc3339Of(value) ?? clockTime(value) ?? parseTime(value)
  const number = amountOf(value)
  if (number === null || number < SECONDS_MIN) return undefined
  const timeUs = Math.round(number * (number < MILLISECONDS_MIN ? SECOND_US : 1000))
  return Number.isSafeInteger(timeUs) ? timeUs : undefined
}

/** Smaller numbers are no time of this century, larger ones count milliseconds. */
const SECONDS_MIN = 946_684_800
const MILLISECONDS_MIN = 100_000_000_000
const TIMES = [
  'timestamp',
  'end_time',
  'completed_at',
  'time',
  'ts',
  '@timestamp',
  'created_at',
  'created',
]
const CONVERSATIONS = ['conversation_id', 'session_id', 'thread_id']
const TRACEPARENT = /^[\da-e][\da-f]-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}$/
const FAILURE_MIN = 400

function timeOf(json: JsonObject): number | undefined {
  for (const name of TIMES) {
    const timeUs = momentOf(json[name])
    if (timeUs !== undefined) return timeUs
  }
  return undefined
}

function headerOf(log: JsonObject, request: JsonObject, name: string): string | null {
  const alone = textOf(log[name])
  if (alone !== null) return alone
  const headers = objectOf(log['request_headers'] ?? log['headers'] ?? request['headers'])
  return headers === undefined ? null : textOf(headers[name])
}

function errorOf(log: JsonObject, response: JsonObject): string | null {
  const error = isObject(response['error']) ? response['error'] : undefined
  const word = textOf(error?.['type']) ?? textOf(error?.['code'])
  if (word !== null) return word
  const status = countOf(log['status_code'] ?? log['status'])
  if (status !== null && status >= FAILURE_MIN) return String(status)
  return error === undefined ? null : 'error'
}

function errorMessage(response: JsonObject): string | null {
  return isObject(response['error']) ? textOf(response['error']['message'], 1_024) : null
}

function userOf(log: JsonObject, request: JsonObject, metadata: JsonObject): string | null {
  return (
    textOf(log['user_id']) ??
    textOf(metadata['user_id']) ??
    textOf(request['safety_identifier']) ??
    textOf(request['user'])
  )
}

type Told = Record<'log' | 'metadata' | 'request' | 'response', JsonObject>

function conversationOf({ log, metadata, request, response }: Told): string | null {
  for (const source of [log, metadata])
    for (const name of CONVERSATIONS) {
      const id = textOf(source[name])
      if (id !== null) return id
    }
  const own = response['conversation'] ?? request['conversation']
  return textOf(isObject(own) ? own['id'] : own)
}
