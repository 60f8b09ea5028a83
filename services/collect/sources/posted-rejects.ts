import { setImmediate as yieldToOthers } from 'node:timers/promises'

import { DoorRefusal, type DoorReply, type DoorRequest, type DoorRoute } from '#domain/door.ts'
import type { Reject } from '#domain/records/index.ts'
import { splitLines } from '../lines.ts'
import { LINE_MAX_BYTES } from '../normalize/event.ts'
import type { NormalizeReject } from '../normalize/reject-line.ts'
import { refuse } from '../normalize/reject.ts'
import type { Intake } from '../source.ts'
import { COLLECTOR_HEADER, namedCollector } from './collector-header.ts'

export type PostedRejectsOptions = {
  intake: Pick<Intake, 'takeAlerts'>
  normalizeReject: NormalizeReject
  /** Hears what posts held, for the metrics. */
  onPosted?: (counts: { acceptedCount: number; rejectedCount: number }) => void
}

const LINES_TYPE = 'application/x-ndjson'
const FLAWS_MAX_COUNT = 1_000

/**
 * `POST /v1/rejects`: what the collector named by the header could not read, as NDJSON, answered
 * once the log has acknowledged it. Told again it is the same. A line that is no reject is answered
 * by number and reason, and the post is refused whole: it is our own collectors that post here.
 */
export function rejectsRoute(options: PostedRejectsOptions): DoorRoute {
  return {
    method: 'POST',
    path: '/v1/rejects',
    roles: ['ingest', 'admin'],
    handle: (request) => postRejects(options, request),
  }
}

type Flaw = { line: number; reason: string; field: string }

async function postRejects(
  { intake, normalizeReject, onPosted }: PostedRejectsOptions,
  request: DoorRequest,
): Promise<DoorReply> {
  if (request.contentType !== LINES_TYPE)
    throw new DoorRefusal(415, 'UNSUPPORTED_TYPE', `The body must be NDJSON: ${LINES_TYPE}`)
  const collector = namedCollector(request.headers[COLLECTOR_HEADER])
  if (collector === undefined)
    throw new DoorRefusal(400, 'BAD_HEADER', `${COLLECTOR_HEADER} must say whose rejects these are`)
  const body = await request.readBody()
  const rejects: Reject[] = []
  const flaws: Flaw[] = []
  for await (const lines of splitLines(once(body), { lineMaxBytes: LINE_MAX_BYTES })) {
    for (const { number: line, bytes } of lines) {
      const read =
        bytes === undefined ? refuse('LINE_TOO_LONG', '') : normalizeReject(bytes, collector)
      if (read.ok) rejects.push(read.reject)
      else if (flaws.length < FLAWS_MAX_COUNT)
        flaws.push({ line, reason: read.reason, field: read.detail })
    }
    await yieldToOthers()
  }
  if (flaws.length > 0) return refusal(flaws)
  await intake.takeAlerts([], rejects)
  onPosted?.({ acceptedCount: 0, rejectedCount: rejects.length })
  return { status: 200, json: { accepted: rejects.length } }
}

function refusal(flaws: readonly Flaw[]): DoorReply {
  const error = { code: 'NOTHING_ACCEPTED', message: 'A line of the post is no reject' }
  return { status: 400, json: { accepted: 0, rejected: flaws, error } }
}

async function* once(body: Buffer): AsyncIterable<Buffer> {
  yield await Promise.resolve(body)
}
