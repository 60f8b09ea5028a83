import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'

import { DoorRefusal, type DoorReply, type DoorRequest, type DoorRoute } from '#domain/door.ts'
import { Framer } from '../framing.ts'
import type { LogCollector, Taken } from '../log-collector.ts'
import type { Framing } from '../normalize/format.ts'
import { RECORD_MAX_BYTES, type RawRecord } from '../raw-source.ts'
import { TooManyCollectors } from '../source.ts'

/** Whose logs a post brings, as its headers say; undefined: they say nothing. */
export type PostedLog = {
  format: string
  tenantId: string | undefined
  serverId: string | undefined
  collectorId: string | undefined
}

export type LogDoorOptions = {
  /** The collector of a post; undefined: no such format is taken here. */
  collectorOf: (posted: PostedLog) => Promise<LogCollector | undefined>
}

const NAME_MAX_CHARS = 200
const REJECTED_MAX_COUNT = 1_000
const BODY_HASH_LENGTH = 32
const OPENING_BRACKET = 0x5b
/** A detail that names a field of ours. */
const FIELD = /^[a-z_.]+$/

/**
 * `POST /v1/logs/FORMAT`: raw records of one format, as lines or as a JSON list, answered once the
 * log has acknowledged what was good. The same body posted again gives the same events.
 */
export function logRoutes(options: LogDoorOptions): DoorRoute[] {
  return [
    {
      method: 'POST',
      path: '/v1/logs/:format',
      roles: ['ingest', 'admin'],
      handle: (request) => postLogs(options, request),
    },
  ]
}

async function postLogs(options: LogDoorOptions, request: DoorRequest): Promise<DoorReply> {
  const format = request.parameters['format'] ?? ''
  const collector = await collectorFor(options, request, format)
  const body = await request.readBody()
  const records = recordsIn(body, collector.format.framing)
  return reply(await takePosted(collector, records))
}

/** @throws DoorRefusal 400, 404, 429. */
export async function collectorFor(
  { collectorOf }: LogDoorOptions,
  request: DoorRequest,
  format: string,
): Promise<LogCollector> {
  const collector = await collectorOf({
    format,
    tenantId: nameIn(request, 'tocsin-tenant'),
    serverId: nameIn(request, 'tocsin-server'),
    collectorId: nameIn(request, 'tocsin-collector'),
  }).catch(throwAsRefusal)
  if (collector !== undefined) return collector
  throw new DoorRefusal(404, 'NOT_FOUND', 'No such format is taken here')
}

/** @throws DoorRefusal 429; Fault LOG_UNAVAILABLE, LOG_FULL. */
export function takePosted(collector: LogCollector, records: readonly RawRecord[]): Promise<Taken> {
  return collector.take(records, { mark: null, end: 'open' }).catch(throwAsRefusal)
}

/** The records of a body: of a JSON list where lines are asked for, else as they are framed. */
function recordsIn(body: Buffer, framing: Framing): RawRecord[] {
  const name = hash('sha256', body).slice(0, BODY_HASH_LENGTH)
  const list = framing === 'line' ? listIn(body) : undefined
  const framer = new Framer(framing, RECORD_MAX_BYTES)
  const frames = list?.map((bytes) => ({ bytes, byteCount: bytes.length })) ?? [
    ...framer.push(body),
    ...framer.end(),
  ]
  return frames.map(({ bytes, byteCount }, index) => ({
    bytes,
    byteCount,
    place: `${name}-${index}`,
    stream: '',
  }))
}

/** Undefined where the body is no JSON list. */
function listIn(body: Buffer): Buffer[] | undefined {
  const first = body.find((byte) => byte > 0x20)
  if (first !== OPENING_BRACKET || !isUtf8(body)) return undefined
  try {
    const list: unknown = JSON.parse(body.toString('utf8'))
    return Array.isArray(list) ? list.map((item) => Buffer.from(textOf(item))) : undefined
  } catch {
    return undefined
  }
}

/** A list may hold records as they are, or each as text. */
function textOf(item: unknown): string {
  return typeof item === 'string' ? item : JSON.stringify(item)
}

function reply({ acceptedCount, skipped, rejected }: Taken): DoorReply {
  const skippedCount = [...skipped.values()].reduce((sum, count) => sum + count, 0)
  const json = {
    accepted: acceptedCount,
    skipped: Object.fromEntries(skipped),
    rejected_count: rejected.length,
    rejected: rejected
      .slice(0, REJECTED_MAX_COUNT)
      .map(({ index: record, reason, detail }) =>
        FIELD.test(detail) ? { record, reason, field: detail } : { record, reason },
      ),
  }
  const isAllBad = acceptedCount + skippedCount === 0 && rejected.length > 0
  const error = { code: 'NOTHING_ACCEPTED', message: 'No record of the post could be used' }
  return isAllBad ? { status: 400, json: { ...json, error } } : { status: 200, json }
}

function nameIn(request: DoorRequest, header: string): string | undefined {
  const name = request.headers[header]
  if (name === undefined) return undefined
  if (name !== '' && name.length <= NAME_MAX_CHARS) return name
  throw new DoorRefusal(400, 'BAD_HEADER', `${header} is a name of at most ${NAME_MAX_CHARS}`)
}

function throwAsRefusal(cause: unknown): never {
  if (!(cause instanceof TooManyCollectors)) throw cause
  throw new DoorRefusal(429, 'TOO_MANY_COLLECTORS', cause.message, { 'retry-after': '60' })
}
