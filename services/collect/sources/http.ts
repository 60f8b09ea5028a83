import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { setImmediate as yieldToOthers } from 'node:timers/promises'

import { DoorRefusal, type DoorReply, type DoorRequest, type DoorRoute } from '#domain/door.ts'
import { WATERMARK_HEADER } from '#domain/headers.ts'
import type { Reject } from '#domain/records/index.ts'
import { SECOND_US } from '#domain/time.ts'
import { splitLines } from '../lines.ts'
import type { NormalizeAlert } from '../normalize/alert.ts'
import { LINE_MAX_BYTES, parseLine, type NormalizeLine } from '../normalize/event.ts'
import { refuse, rejectOf, type Refusal } from '../normalize/reject.ts'
import { readPlacedEvents } from '../placed-events.ts'
import type { PlacedEvent } from '../order.ts'
import { TooManyCollectors, type Intake } from '../source.ts'
import { COLLECTOR_HEADER, namedCollector } from './collector-header.ts'

export type PostRoutesOptions = {
  intake: Intake
  normalize: NormalizeLine
  normalizeAlert: NormalizeAlert
  nowMs: () => number
  lineMaxBytes?: number
  /** How much older than its newest event a later one of a poster may be. */
  latenessUs?: number
  /** Hears what posts held, for the metrics. */
  onPosted?: (counts: { acceptedCount: number; rejectedCount: number }) => void
}

const LATENESS_US = 5 * SECOND_US
const REJECTED_MAX_COUNT = 1_000
const LINE_TYPES = new Set<string | undefined>([
  undefined,
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
])
/** A detail that names a field of ours. */
const FIELD = /^[a-z_.]+$/
const JSON_TYPE = 'application/json'

/**
 * `POST /v1/events` and `POST /v1/alerts`: answered once the log has acknowledged what was good.
 * Bad lines are answered by number and reason; where there is nothing else the answer is 400.
 */
export function postRoutes(options: PostRoutesOptions): DoorRoute[] {
  return [
    {
      method: 'POST',
      path: '/v1/events',
      roles: ['ingest', 'admin'],
      handle: (request) => postEvents(options, request),
    },
    {
      method: 'POST',
      path: '/v1/alerts',
      roles: ['ingest', 'admin'],
      handle: (request) => postAlerts(options, request),
    },
  ]
}

async function postEvents(options: PostRoutesOptions, request: DoorRequest): Promise<DoorReply> {
  if (!LINE_TYPES.has(request.contentType) && request.contentType !== JSON_TYPE)
    throw unsupported('NDJSON: application/x-ndjson')
  const statedUs = statedWatermark(request.headers[WATERMARK_HEADER])
  const collector = namedCollector(request.headers[COLLECTOR_HEADER])
  const body = await request.readBody()
  const events: PlacedEvent[] = []
  const rejects: Reject[] = []
  const reading = { chunks: once(body), sha256: () => '', damage: () => undefined }
  const { normalize, lineMaxBytes = LINE_MAX_BYTES, latenessUs = LATENESS_US } = options
  const defaults = { collectedAtUs: options.nowMs() * 1000 }
  const sourceName = nameOf(body)
  const placing = { normalize, sourceName, lineMaxBytes, defaults }
  for await (const batch of readPlacedEvents(reading, placing)) {
    for (const event of batch.events) events.push(event)
    for (const reject of batch.rejects) rejects.push(reject)
    await yieldToOthers()
  }
  await options.intake
    .take({ events, rejects, latenessUs, statedUs, collector })
    .catch(throwAsRefusal)
  return reply(options, events.length, rejects)
}

async function postAlerts(options: PostRoutesOptions, request: DoorRequest): Promise<DoorReply> {
  const isLines = LINE_TYPES.has(request.contentType)
  if (!isLines && request.contentType !== JSON_TYPE) throw unsupported('JSON or NDJSON')
  const body = await request.readBody()
  const nowUs = options.nowMs() * 1000
  const source = nameOf(body)
  const alerts = []
  const rejects: Reject[] = []
  const lineMaxBytes = options.lineMaxBytes ?? LINE_MAX_BYTES
  const findings = isLines ? linesOf(body, lineMaxBytes) : documentOf(body)
  for await (const { position, bytes, json, refusal } of findings) {
    const normalized = refusal ?? options.normalizeAlert(json, nowUs)
    if (normalized.ok) alerts.push(normalized.alert)
    else rejects.push(rejectOf({ source, partition: 0, position, bytes }, normalized))
  }
  await options.intake.takeAlerts(alerts, rejects)
  return reply(options, alerts.length, rejects)
}

/** One finding of a post: its line, or its place in a list, from 1. */
type Finding = {
  position: number
  bytes: number
  json: unknown
  refusal: Refusal | undefined
}

async function* linesOf(body: Buffer, lineMaxBytes: number): AsyncIterable<Finding> {
  for await (const lines of splitLines(once(body), { lineMaxBytes }))
    for (const { number: position, bytes: line, byteCount: bytes } of lines) {
      const parsed = line === undefined ? undefined : parseLine(line, lineMaxBytes)
      if (parsed?.ok === true) {
        yield { position, bytes, json: parsed.json, refusal: undefined }
        continue
      }
      const refusal =
        parsed === undefined
          ? refuse('LINE_TOO_LONG', `the limit is ${lineMaxBytes} bytes`)
          : refuse(parsed.reason, parsed.detail)
      yield { position, bytes, json: undefined, refusal }
    }
}

/** The findings of one JSON document: an object, or a list of them. */
function documentOf(body: Buffer): Finding[] {
  const bytes = body.length
  const refused = (refusal: Refusal): Finding[] => [
    { position: 1, bytes, json: undefined, refusal },
  ]
  if (!isUtf8(body)) return refused(refuse('INVALID_UTF8', ''))
  let document: unknown
  try {
    document = JSON.parse(body.toString('utf8'))
  } catch {
    return refused(refuse('NOT_JSON', ''))
  }
  const list: unknown[] = Array.isArray(document) ? document : [document]
  return list.map((json, index) => ({ position: index + 1, bytes: 0, json, refusal: undefined }))
}

function reply(
  options: PostRoutesOptions,
  acceptedCount: number,
  rejects: readonly Reject[],
): DoorReply {
  options.onPosted?.({ acceptedCount, rejectedCount: rejects.length })
  const rejected = rejects
    .slice(0, REJECTED_MAX_COUNT)
    .map(({ position: line, reason, detail }) =>
      FIELD.test(detail) ? { line, reason, field: detail } : { line, reason },
    )
  const json = { accepted: acceptedCount, rejected_count: rejects.length, rejected }
  const isAllBad = acceptedCount === 0 && rejects.length > 0
  const error = { code: 'NOTHING_ACCEPTED', message: 'No line of the post could be used' }
  return isAllBad ? { status: 400, json: { ...json, error } } : { status: 200, json }
}

/** A promise of the poster's own: microseconds since the epoch, or `inf`. */
function statedWatermark(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  if (header === 'inf') return Infinity
  const watermarkUs = /^\d{1,16}$/.test(header) ? Number(header) : NaN
  if (Number.isSafeInteger(watermarkUs)) return watermarkUs
  const message = `${WATERMARK_HEADER} is a number of microseconds since the epoch, or inf`
  throw new DoorRefusal(400, 'BAD_HEADER', message)
}

/** What rejects call a post: equal posts are called the same, so posting again adds no reject. */
function nameOf(body: Buffer): string {
  return `http:${createHash('sha256').update(body).digest('hex').slice(0, 16)}`
}

function unsupported(wanted: string): DoorRefusal {
  return new DoorRefusal(415, 'UNSUPPORTED_TYPE', `The body must be ${wanted}`)
}

function throwAsRefusal(cause: unknown): never {
  if (!(cause instanceof TooManyCollectors)) throw cause
  throw new DoorRefusal(429, 'TOO_MANY_COLLECTORS', cause.message, { 'retry-after': '60' })
}

async function* once(body: Buffer): AsyncIterable<Buffer> {
  yield await Promise.resolve(body)
}
