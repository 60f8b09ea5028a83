import { onTestFinished } from 'vitest'

import { openIntake } from '../../services/collect/intake.ts'
import { compileAlertNormalizer } from '../../services/collect/normalize/alert.ts'
import { compileRejectNormalizer } from '../../services/collect/normalize/reject-line.ts'
import { postRoutes } from '../../services/collect/sources/http.ts'
import { rejectsRoute } from '../../services/collect/sources/posted-rejects.ts'
import { openHttpServer } from '../../services/lib/adapters/http/server.ts'
import type { Records } from '../../services/lib/domain/records/index.ts'
import type { EventTopic } from '../../services/lib/domain/topics.ts'
import { aStageWorld } from '../support/stage-world.ts'
import { aFallibleSender } from './a-fallible-sender.ts'
import { normalize, SCHEMAS } from './an-event.ts'

export const NOW_MS = 1_800_000_000_000
const LANE_COUNT = 2
export const LINES = { 'content-type': 'application/x-ndjson' }

/** The door for posts on an embedded log in memory; `isDown` takes the log away. */
export async function aPostDoor() {
  const { log, codec } = await aStageWorld({ laneCount: LANE_COUNT })
  const world = { isDown: false }
  const sender = await aFallibleSender(log, world)
  const nowMs = (): number => NOW_MS
  const limits = { collectorsMaxCount: 2 }
  const intake = openIntake({ log, sender, codec, nowMs, limits })
  const normalizeAlert = compileAlertNormalizer(SCHEMAS)
  const routes = postRoutes({ intake, normalize, normalizeAlert, nowMs, lineMaxBytes: 2_000 })
  const normalizeReject = compileRejectNormalizer(SCHEMAS)
  routes.push(rejectsRoute({ intake, normalizeReject }))
  const tokens = { ingest: 'ingest-token' }
  const onError = (): void => undefined
  const server = await openHttpServer({ host: '127.0.0.1', port: 0, tokens, routes, onError })
  onTestFinished(() => server.close())

  const post = async (
    path: string,
    body: string | Buffer<ArrayBuffer>,
    headers: Record<string, string> = LINES,
  ) => {
    const authorization = `Bearer ${tokens.ingest}`
    const init = { method: 'POST', body, headers: { authorization, ...headers } }
    const response = await fetch(server.url + path, init)
    const retryAfter = response.headers.get('retry-after')
    return { status: response.status, retryAfter, json: await response.json() }
  }

  const recordsOf = async <Name extends EventTopic | 'rejects.v1' | 'alerts.v1'>(topic: Name) => {
    const found: Records[Name][] = []
    for (let partition = 0; partition < LANE_COUNT; partition++)
      for await (const chunk of log.readToEnd({ topic, partition, offset: 0 }))
        for (const { value } of chunk.records) {
          const decoded = codec.decode(topic, value)
          if (decoded.ok) found.push(decoded.value)
        }
    return found
  }
  return { post, recordsOf, world }
}
