import { isObject, type JsonObject } from '#domain/json-form.ts'
import { jsonRecord, refused, textOf } from '../log-fields.ts'
import type { Refusal } from '../reject.ts'
import { attributesOf, type Attributes } from './attributes.ts'

/** One span of OTLP, as far as logs of the data and model layers are read from it. */
export type Span = {
  traceId: string
  spanId: string
  name: string
  startUs: number
  endUs: number
  /** What the resource says of its process: service, host, container. */
  resource: Attributes
  /** The instrumentation that made it. */
  scope: string | null
  attributes: Attributes
  events: readonly SpanEvent[]
  /** 2 is an error. */
  statusCode: number
  statusMessage: string | null
}

export type SpanEvent = { name: string; attributes: Attributes }

/** Spans of one record; `unsoundCount` of it had no ids or no times. */
export type Spans = { ok: true; spans: Span[]; unsoundCount: number }

/**
 * Reads an export of OTLP/HTTP as JSON (`resourceSpans`), as the Collector's file exporter writes
 * one a line, or a single span a line. At most 10,000 spans.
 */
export function spansOf(record: Buffer): Spans | Refusal {
  const read = jsonRecord(record)
  if (!read.ok) return read
  const { json } = read
  const found: Spans = { ok: true, spans: [], unsoundCount: 0 }
  if ('resourceSpans' in json) {
    if (!Array.isArray(json['resourceSpans'])) return refused('WRONG_TYPE', 'resourceSpans')
    for (const one of json['resourceSpans']) addResource(found, one)
  } else if ('traceId' in json) {
    const resource = isObject(json['resource']) ? json['resource']['attributes'] : undefined
    addSpan(found, json, attributesOf(resource), null)
  } else return refused('MISSING_FIELD', 'resourceSpans')
  if (found.spans.length === 0 && found.unsoundCount > 0) return refused('WRONG_TYPE', 'spans')
  return found
}

const SPANS_MAX_COUNT = 10_000
const EVENTS_MAX_COUNT = 256
const TRACE_ID = /^[\da-f]{32}$/i
const SPAN_ID = /^[\da-f]{16}$/i
const NANOSECONDS = /^\d{1,19}$/
const ERROR_CODE = 2

function addResource(found: Spans, value: unknown): void {
  if (!isObject(value)) {
    found.unsoundCount += 1
    return
  }
  const { resource, scopeSpans } = value
  const attributes = attributesOf(isObject(resource) ? resource['attributes'] : undefined)
  for (const scoped of Array.isArray(scopeSpans) ? scopeSpans : []) {
    if (!isObject(scoped) || !Array.isArray(scoped['spans'])) {
      found.unsoundCount += 1
      continue
    }
    const scope = isObject(scoped['scope']) ? textOf(scoped['scope']['name'], 256) : null
    for (const span of scoped['spans']) addSpan(found, span, attributes, scope)
  }
}

function addSpan(found: Spans, value: unknown, resource: Attributes, scope: string | null): void {
  const span = isObject(value) ? spanOf(value, resource, scope) : undefined
  if (span === undefined || found.spans.length >= SPANS_MAX_COUNT) found.unsoundCount += 1
  else found.spans.push(span)
}

function spanOf(json: JsonObject, resource: Attributes, scope: string | null): Span | undefined {
  const { traceId, spanId, name, status } = json
  const startUs = microseconds(json['startTimeUnixNano'])
  const endUs = microseconds(json['endTimeUnixNano'])
  if (typeof traceId !== 'string' || !TRACE_ID.test(traceId)) return undefined
  if (typeof spanId !== 'string' || !SPAN_ID.test(spanId)) return undefined
  if (startUs === undefined || endUs === undefined) return undefined
  const { code, message } = isObject(status) ? status : { code: 0, message: null }
  return {
    traceId: traceId.toLowerCase(),
    spanId: spanId.toLowerCase(),
    name: textOf(name, 256) ?? '',
    startUs,
    endUs: Math.max(startUs, endUs),
    resource,
    scope,
    attributes: attributesOf(json['attributes']),
    events: eventsOf(json['events']),
    statusCode: code === ERROR_CODE || code === 'STATUS_CODE_ERROR' ? ERROR_CODE : 0,
    statusMessage: textOf(message, 1_024),
  }
}

function eventsOf(list: unknown): SpanEvent[] {
  if (!Array.isArray(list)) return []
  return list
    .slice(0, EVENTS_MAX_COUNT)
    .filter(isObject)
    .map((event) => ({
      name: textOf(event['name'], 256) ?? '',
      attributes: attributesOf(event['attributes']),
    }))
}

/** Microseconds of nanoseconds as digits or number; 0 says there is no such time. */
export function microseconds(value: unknown): number | undefined {
  const isNumber = typeof value === 'number' && Number.isFinite(value) && value > 0
  if (isNumber) return safe(Math.floor(value / 1000))
  if (typeof value !== 'string' || !NANOSECONDS.test(value)) return undefined
  return safe(Number(value.slice(0, -3)))
}

function safe(timeUs: number): number | undefined {
  return Number.isSafeInteger(timeUs) && timeUs > 0 ? timeUs : undefined
}
