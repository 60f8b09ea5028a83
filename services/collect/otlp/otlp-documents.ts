import { isUtf8 } from 'node:buffer'

import protobuf from 'protobufjs/light.js'

import { isObject } from '#domain/json-form.ts'
import { OTLP_MESSAGES } from './otlp-messages.ts'

export type OtlpSignal = 'traces' | 'logs'
export type OtlpEncoding = 'protobuf' | 'json'

/** One export request as the JSON document of OTLP, and how many spans or records it holds. */
export type OtlpDocument = { json: Buffer; itemCount: number }

const MESSAGES = protobuf.Root.fromJSON(OTLP_MESSAGES)
const REQUESTS = {
  traces: MESSAGES.lookupType('TraceRequest'),
  logs: MESSAGES.lookupType('LogsRequest'),
}
const STATUS = MESSAGES.lookupType('Status')
const LISTS = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
} as const
const REJECTED = { traces: 'rejectedSpans', logs: 'rejectedLogRecords' } as const
/** OTLP/JSON has these in hex, where protobuf's own JSON has base64. */
const HEX_FIELDS = new Set(['traceId', 'spanId', 'parentSpanId'])

/** Reads an export request; undefined where it is none. Never throws. */
export function readOtlp(
  body: Buffer,
  signal: OtlpSignal,
  encoding: OtlpEncoding,
): OtlpDocument | undefined {
  try {
    return encoding === 'json' ? readJson(body, signal) : readProtobuf(body, signal)
  } catch {
    return undefined
  }
}

function readJson(body: Buffer, signal: OtlpSignal): OtlpDocument | undefined {
  if (!isUtf8(body)) return undefined
  const document: unknown = JSON.parse(body.toString('utf8'))
  const [name] = LISTS[signal]
  if (!isObject(document) || !Array.isArray(document[name] ?? [])) return undefined
  return { json: body, itemCount: countItems(document, LISTS[signal]) }
}

function readProtobuf(body: Buffer, signal: OtlpSignal): OtlpDocument {
  const type = REQUESTS[signal]
  const document = type.toObject(type.decode(body), { longs: String })
  const json = Buffer.from(JSON.stringify(document, writeBytes))
  return { json, itemCount: countItems(document, LISTS[signal]) }
}

/** For `JSON.stringify`, which has called a buffer's `toJSON` before it asks: so by its owner. */
function writeBytes(this: unknown, name: string, value: unknown): unknown {
  const bytes = (this as Record<string, unknown>)[name]
  if (!Buffer.isBuffer(bytes)) return value
  return bytes.toString(HEX_FIELDS.has(name) ? 'hex' : 'base64')
}

function countItems(value: unknown, [name, ...rest]: readonly string[]): number {
  if (name === undefined) return 1
  const list = isObject(value) ? value[name] : undefined
  if (!Array.isArray(list)) return 0
  return list.reduce<number>((sum, item) => sum + countItems(item, rest), 0)
}

/** What an export request is answered: all well, or how many were refused and why. */
export function otlpAnswer(
  signal: OtlpSignal,
  encoding: OtlpEncoding,
  refused: { count: number; why: string } | undefined,
): Buffer {
  if (encoding === 'json') {
    const partialSuccess = refused && {
      [REJECTED[signal]]: String(refused.count),
      errorMessage: refused.why,
    }
    return Buffer.from(JSON.stringify(partialSuccess === undefined ? {} : { partialSuccess }))
  }
  const type = MESSAGES.lookupType(signal === 'traces' ? 'TraceResponse' : 'LogsResponse')
  const partialSuccess = refused && { rejected: refused.count, errorMessage: refused.why }
  return Buffer.from(type.encode(partialSuccess ? { partialSuccess } : {}).finish())
}

/** A `google.rpc.Status`: what OTLP answers a request it cannot take. */
export function otlpStatus(encoding: OtlpEncoding, code: number, message: string): Buffer {
  return encoding === 'json'
    ? Buffer.from(JSON.stringify({ code, message }))
    : Buffer.from(STATUS.encode({ code, message }).finish())
}
