import { isAscii, isUtf8 } from 'node:buffer'

import {
  boundedJson,
  compileJsonForm,
  isObject,
  type JsonForm,
  type JsonObject,
} from '#domain/json-form.ts'
import type { Layer, Records } from '#domain/records/index.ts'
import type { EventTopic, SchemaName } from '#domain/topics.ts'
import { refuse, type Reason, type Refusal } from './reject.ts'

/** An event of one layer, with the topic it belongs on. */
export type LayerEvent = {
  [T in EventTopic]: { topic: T; layer: Layer; event: Records[T] }
}[EventTopic]

type Normalized = ({ ok: true; unknownFieldCount: number } & LayerEvent) | Refusal

export type EventDefaults = {
  /** What `collected_at` is where absent; undefined: `occurred_at`. */
  collectedAtUs?: number | undefined
  lineMaxBytes?: number | undefined
}

/** Reads one line of JSON as an event. Never throws; the line may come from anyone. */
export type NormalizeLine = (line: Buffer | string, defaults?: EventDefaults) => Normalized

export const LINE_MAX_BYTES = 16 * 1024 * 1024

/** Compiles the way from a line of contract.md's JSON to an event, given the current schemas. */
export function compileNormalizer(schemas: ReadonlyMap<SchemaName, object>): NormalizeLine {
  const forms = new Map(
    LAYERS.map(([layer, topic]) => [layer, { layer, topic, form: eventForm(schemas.get(topic)) }]),
  )
  return (line, defaults = {}) => {
    const parsed = parseLine(line, defaults.lineMaxBytes ?? LINE_MAX_BYTES)
    if (!parsed.ok) return refuse(parsed.reason, parsed.detail)
    const { json } = parsed
    const { layer } = json
    if (layer === undefined || layer === null) return refuse('MISSING_FIELD', 'layer', json)
    if (typeof layer !== 'string') return refuse('WRONG_TYPE', 'layer', json)
    const known = forms.get(layer)
    if (known === undefined) return refuse('UNKNOWN_LAYER', 'layer', json)
    const tooDeep = writeOut(json)
    if (tooDeep !== undefined) return refuse('TOO_DEEP', tooDeep, json)
    const read = known.form.fromJson(json)
    if (!read.ok) return refuse(reasonOf(read.reason, read.field), read.field, json)
    const event = read.value
    for (const name of NEVER_EMPTY)
      if (event[name] === '') return refuse('MISSING_FIELD', name, json)
    event.collected_at ??= defaults.collectedAtUs ?? event.occurred_at
    event.session_basis ??= event.session_id.startsWith('server:') ? 'server' : 'explicit'
    const { topic } = known
    const { unknownFieldCount } = read
    return { ok: true, layer: known.layer, topic, event, unknownFieldCount } as Normalized
  }
}

const LAYERS: readonly [string, EventTopic][] = [
  ['application', 'events.application.v1'],
  ['data', 'events.data.v1'],
  ['network', 'events.network.v1'],
  ['model', 'events.model.v1'],
]

const NEVER_EMPTY = ['event_id', 'tenant_id', 'collector_id', 'session_id'] as const
/** Fields that are JSON text, and that people send as the value itself. */
const JSON_TEXT_FIELDS = ['arguments', 'proposed_tool_calls'] as const
const ANNOTATIONS = 'tool_annotations'

type CommonEvent = Pick<
  Records[EventTopic],
  (typeof NEVER_EMPTY)[number] | 'occurred_at' | 'action'
> &
  Partial<Pick<Records[EventTopic], 'collected_at' | 'session_basis'>>

function eventForm(schema: object | undefined): JsonForm<CommonEvent> {
  if (schema === undefined) throw new TypeError('a schema of an event topic is missing')
  return compileJsonForm(schema, {
    keepsUnknown: true,
    ignores: ['layer'],
    mayLack: ['collected_at', 'session_basis'],
  })
}

type Parsed =
  | { ok: true; json: JsonObject }
  | {
      ok: false
      reason: 'LINE_TOO_LONG' | 'INVALID_UTF8' | 'NOT_JSON' | 'NOT_AN_OBJECT'
      detail: string
    }

/** One line as a JSON object, or the closed reason why it is none. */
export function parseLine(line: Buffer | string, lineMaxBytes: number): Parsed {
  const bytes = typeof line === 'string' ? Buffer.byteLength(line) : line.length
  if (bytes > lineMaxBytes)
    return { ok: false, reason: 'LINE_TOO_LONG', detail: `the limit is ${lineMaxBytes} bytes` }
  const text = typeof line === 'string' ? line : textOf(line)
  if (text === undefined) return { ok: false, reason: 'INVALID_UTF8', detail: '' }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { ok: false, reason: 'NOT_JSON', detail: '' }
  }
  return isObject(json) ? { ok: true, json } : { ok: false, reason: 'NOT_AN_OBJECT', detail: '' }
}

/** Undefined where it is no UTF-8. Nearly all lines are ASCII, which is copied and not decoded. */
function textOf(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) return bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}

/** Writes values out as the text the schema has for them; returns a field nested too deep. */
function writeOut(json: JsonObject): string | undefined {
  for (const name of JSON_TEXT_FIELDS) {
    const value = json[name]
    if (typeof value !== 'object' || value === null) continue
    const text = boundedJson(value)
    if (text === undefined) return name
    json[name] = text
  }
  const annotations = json[ANNOTATIONS]
  if (!isObject(annotations)) return undefined
  const texts: [string, string][] = []
  for (const [name, value] of Object.entries(annotations)) {
    const text = typeof value === 'string' ? value : boundedJson(value)
    if (text === undefined) return ANNOTATIONS
    texts.push([name, text])
  }
  json[ANNOTATIONS] = Object.fromEntries(texts)
  return undefined
}

function reasonOf(reason: Reason, field: string): Reason {
  return reason === 'BAD_ENUM' && field === 'action' ? 'UNKNOWN_ACTION' : reason
}
