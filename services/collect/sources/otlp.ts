import { hash } from 'node:crypto'

import { DoorRefusal, type DoorReply, type DoorRequest, type DoorRoute } from '#domain/door.ts'
import { Fault } from '#domain/fault.ts'
import {
  otlpAnswer,
  otlpStatus,
  readOtlp,
  type OtlpEncoding,
  type OtlpSignal,
} from '../otlp/otlp-documents.ts'
import type { RawRecord } from '../raw-source.ts'
import { collectorFor, takePosted, type LogDoorOptions } from './http-logs.ts'

export type OtlpDoorOptions = LogDoorOptions & {
  /** The formats that read what arrives: each reads every document whole. */
  formats: Readonly<Record<OtlpSignal, readonly string[]>>
}

const TYPES: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}
/** Codes of `google.rpc.Code`. */
const INVALID_ARGUMENT = 3
const UNAVAILABLE = 14

/**
 * `POST /v1/traces` and `POST /v1/logs`: OTLP over HTTP, protobuf and JSON. One request is one
 * record of a format; what the format refuses is answered as a partial success, for sending it
 * again would not help, and what the log cannot take now as unavailable.
 */
export function otlpRoutes(options: OtlpDoorOptions): DoorRoute[] {
  return (['traces', 'logs'] as const).map((signal) => ({
    method: 'POST',
    path: `/v1/${signal}`,
    roles: ['ingest', 'admin'],
    handle: (request) => answer(options, signal, request),
  }))
}

async function answer(
  options: OtlpDoorOptions,
  signal: OtlpSignal,
  request: DoorRequest,
): Promise<DoorReply> {
  const encoding = encodingOf(request)
  if (encoding === undefined)
    throw new DoorRefusal(415, 'UNSUPPORTED_TYPE', `The body must be ${TYPES.protobuf} or JSON`)
  const contentType = TYPES[encoding]
  try {
    const bytes = await take(options, signal, encoding, request)
    return { status: 200, contentType, bytes }
  } catch (error) {
    const refusal = refusalOf(error)
    const { status, message, headers } = refusal
    const code = status === 429 || status === 503 ? UNAVAILABLE : INVALID_ARGUMENT
    return { status, headers, contentType, bytes: otlpStatus(encoding, code, message) }
  }
}

async function take(
  options: OtlpDoorOptions,
  signal: OtlpSignal,
  encoding: OtlpEncoding,
  request: DoorRequest,
): Promise<Buffer> {
  const formats = options.formats[signal]
  if (formats.length === 0) throw new DoorRefusal(404, 'NOT_FOUND', 'No format reads this here')
  const body = await request.readBody()
  const document = readOtlp(body, signal, encoding)
  if (document === undefined)
    throw new DoorRefusal(400, 'BAD_REQUEST', `The body is no export request of ${signal}`)
  const { json: bytes, itemCount } = document
  const record: RawRecord = {
    bytes,
    byteCount: bytes.length,
    place: hash('sha256', body),
    stream: '',
  }
  const reasons: string[] = []
  for (const format of formats) {
    const collector = await collectorFor(options, request, format)
    const { rejected } = await takePosted(collector, [record])
    for (const { reason } of rejected) reasons.push(reason)
  }
  const isRefused = reasons.length === formats.length
  const why = [...new Set(reasons)].join(', ')
  return otlpAnswer(signal, encoding, isRefused ? { count: itemCount, why } : undefined)
}

function encodingOf({ contentType }: DoorRequest): OtlpEncoding | undefined {
  if (contentType === TYPES.protobuf) return 'protobuf'
  return contentType === TYPES.json ? 'json' : undefined
}

/** Errors that are none of the sender's or the world's are the door's to answer. */
function refusalOf(error: unknown): DoorRefusal {
  if (error instanceof DoorRefusal) return error
  if (!(error instanceof Fault && error.retryable)) throw error
  return new DoorRefusal(503, error.code, error.message, { 'retry-after': '1' })
}
