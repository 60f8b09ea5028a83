import { MINUTE_US } from '#domain/time.ts'
import { isObject } from '#domain/json-form.ts'
import type { Format, LogEvent, Reading } from '../format.ts'
import { textOf } from '../log-fields.ts'
import { logRecordsOf, type LogRecord } from '../otlp/log-records.ts'
import { answerOf } from './messages.ts'
import { modelEvent, type Completion } from './model-event.ts'
import { spanCompletion } from './span-completion.ts'

/**
 * Events of OpenTelemetry's conventions, where an application sends its answers as log records:
 * today's details of an inference, and the choices of 2024. An application that sends spans as
 * well tells each answer twice; take one of both.
 */
export const OTLP_GENAI_LOGS: Format = {
  name: 'otlp-genai-logs',
  title: "OTLP logs as JSON: GenAI events of OpenTelemetry's conventions",
  framing: 'line',
  latenessUs: 5 * MINUTE_US,
  open: () => ({ read: readLogs, memory: () => '' }),
}

const [DETAILS, CHOICE] = ['gen_ai.client.inference.operation.details', 'gen_ai.choice']

function readLogs(bytes: Buffer): Reading {
  const read = logRecordsOf(bytes)
  if (!read.ok) return read
  const events: LogEvent[] = read.records.flatMap((record) => {
    if (record.eventName === DETAILS) return [modelEvent(recordCompletion(record))]
    return record.eventName === CHOICE ? [modelEvent(choiceCompletion(record))] : []
  })
  const [first] = events
  if (first === undefined) {
    const isPart = read.records.some(({ eventName }) => eventName.startsWith('gen_ai.'))
    return { ok: 'skipped', why: isPart ? 'TOLD_ELSEWHERE' : 'OTHER_SUBJECT' }
  }
  if (read.unsoundCount > 0)
    first.facts.extra = { ...first.facts.extra, records_refused: String(read.unsoundCount) }
  return { ok: true, events }
}

/** Its attributes are those of a span that lasted no time. */
function recordCompletion(record: LogRecord): Completion {
  const { timeUs, traceId, spanId, attributes, resource, scope } = record
  const completion = spanCompletion({
    traceId: traceId ?? '',
    spanId: spanId ?? '',
    name: record.eventName,
    startUs: timeUs,
    endUs: timeUs,
    resource,
    scope,
    attributes,
    events: [],
    statusCode: 0,
    statusMessage: null,
  })
  return { ...completion, traceId, spanId, recordId: null, durationMs: null }
}

function choiceCompletion(record: LogRecord): Completion {
  const body = isObject(record.body) ? record.body : {}
  const completion = recordCompletion(record)
  const message = isObject(body['message']) ? body['message'] : {}
  // Where content is not sent, the message is there and empty.
  if (!('content' in message) && !('tool_calls' in message))
    return { ...completion, finishReason: textOf(body['finish_reason']) }
  const answer = answerOf([{ ...message, finish_reason: body['finish_reason'] }])
  const { text, toolCalls, finishReason, isRefusal } = answer
  return { ...completion, output: text, toolCalls, finishReason, isRefusal }
}
