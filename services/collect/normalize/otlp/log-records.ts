import { isObject, type JsonObject } from '#domain/json-form.ts'
import { jsonRecord, refused, textOf } from '../log-fields.ts'
import type { Refusal } from '../reject.ts'
import { anyValue, attributesOf, type Attributes, type AttributeValue } from './attributes.ts'
import { microseconds } from './spans.ts'

/** One log record of OTLP that is an event, as far as logs of the model layer are read from it. */
export type LogRecord = {
  timeUs: number
  eventName: string
  /** Null where the record stands in no trace. */
  traceId: string | null
  spanId: string | null
  body: AttributeValue | undefined
  attributes: Attributes
  resource: Attributes
  scope: string | null
}

export type LogRecords = { ok: true; records: LogRecord[]; unsoundCount: number }

/**
 * Reads an export of OTLP/HTTP as JSON (`resourceLogs`). Of at most 10,000 records those with an
 * event's name are kept; `unsoundCount` of it had no time.
 */
export function logRecordsOf(bytes: Buffer): LogRecords | Refusal {
  const read = jsonRecord(bytes)
  if (!read.ok) return read
  const { resourceLogs } = read.json
  if (!Array.isArray(resourceLogs)) return refused('MISSING_FIELD', 'resourceLogs')
  const found: LogRecords = { ok: true, records: [], unsoundCount: 0 }
  for (const one of resourceLogs.filter(isObject)) {
    const { resource, scopeLogs } = one
    const attributes = attributesOf(isObject(resource) ? resource['attributes'] : undefined)
    for (const scoped of Array.isArray(scopeLogs) ? scopeLogs.filter(isObject) : []) {
      const scope = isObject(scoped['scope']) ? textOf(scoped['scope']['name'], 256) : null
      const records = scoped['logRecords']
      for (const record of Array.isArray(records) ? records.filter(isObject) : [])
        add(found, record, attributes, scope)
    }
  }
  if (found.records.length === 0 && found.unsoundCount > 0) return refused('BAD_TIME', 'logRecords')
  return found
}

const RECORDS_MAX_COUNT = 10_000
const TRACE_ID = /^(?!0{32})[\da-f]{32}$/i
const SPAN_ID = /^(?!0{16})[\da-f]{16}$/i

function add(
  found: LogRecords,
  json: JsonObject,
  resource: Attributes,
  scope: string | null,
): void {
  const attributes = attributesOf(json['attributes'])
  // Before 1.5 of the protocol, the name was an attribute.
  const eventName = textOf(json['eventName'], 256) ?? textOf(attributes.get('event.name'), 256)
  if (eventName === null) return
  const timeUs = microseconds(json['timeUnixNano']) ?? microseconds(json['observedTimeUnixNano'])
  if (timeUs === undefined || found.records.length >= RECORDS_MAX_COUNT) {
    found.unsoundCount += 1
    return
  }
  found.records.push({
    timeUs,
    eventName,
    traceId: idIn(json['traceId'], TRACE_ID),
    spanId: idIn(json['spanId'], SPAN_ID),
    body: anyValue(json['body']),
    attributes,
    resource,
    scope,
  })
}

function idIn(value: unknown, form: RegExp): string | null {
  return typeof value === 'string' && form.test(value) ? value.toLowerCase() : null
}
