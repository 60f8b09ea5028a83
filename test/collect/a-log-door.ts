import { onTestFinished } from 'vitest'

import { NO_CHECKPOINT } from '../../services/collect/collector-checkpoint.ts'
import { openIntake } from '../../services/collect/intake.ts'
import type { LogCollectorOptions } from '../../services/collect/log-collector.ts'
import { compileCompletion } from '../../services/collect/normalize/complete.ts'
import type { Format } from '../../services/collect/normalize/format.ts'
import { PostedCollectors } from '../../services/collect/posted-collectors.ts'
import { logRoutes } from '../../services/collect/sources/http-logs.ts'
import { otlpRoutes } from '../../services/collect/sources/otlp.ts'
import { openHttpServer } from '../../services/lib/adapters/http/server.ts'
import { readProgress } from '../../services/lib/domain/headers.ts'
import type { DataEvent } from '../../services/lib/domain/records/index.ts'
import { aStageWorld } from '../support/stage-world.ts'
import { aFallibleSender } from './a-fallible-sender.ts'
import { SCHEMAS } from './an-event.ts'

const LANE_COUNT = 2
const MIB = 1024 * 1024

/** An embedded log in memory that collectors hand in to; `world.isDown` takes it away. */
export async function aLogWorld(nowMs: () => number = Date.now) {
  const { log, codec } = await aStageWorld({ laneCount: LANE_COUNT })
  const world = { isDown: false }
  const sender = await aFallibleSender(log, world)
  const intake = openIntake({ log, sender, codec, nowMs })
  const events = async (): Promise<DataEvent[]> => {
    const found: DataEvent[] = []
    const topic = 'events.data.v1'
    for (let partition = 0; partition < LANE_COUNT; partition++)
      for await (const { records } of log.readToEnd({ topic, partition, offset: 0 }))
        for (const { value } of records) {
          const decoded = codec.decode(topic, value)
          if (decoded.ok) found.push(decoded.value)
        }
    return found.sort((one, other) => one.collector_seq - other.collector_seq)
  }
  /** The newest promise of each writer. */
  const promises = async (): Promise<Record<string, number>> => {
    const found: Record<string, number> = {}
    const from = { topic: 'events.data.v1', partition: 0, offset: 0 } as const
    for await (const { records } of log.readToEnd(from))
      for (const { key, headers } of records) {
        const progress = readProgress(key, headers)
        if (progress !== undefined) found[progress.writer] = progress.watermarkUs
      }
    return found
  }
  return { world, intake, events, promises, log, codec }
}

/** What a collector is opened with, where a test says nothing else. */
export function collectorOptions(
  format: Format,
  intake: LogCollectorOptions['intake'],
): LogCollectorOptions {
  return {
    name: { tenantId: 'acme', collectorId: 'lines' },
    format,
    owner: { serverId: 'db' },
    identify: () => undefined,
    complete: compileCompletion(SCHEMAS),
    recordMaxBytes: MIB,
    intake,
    checkpoint: NO_CHECKPOINT,
    nowMs: Date.now,
    sent: undefined,
    latenessUs: undefined,
    isPolled: true,
    onTaken: () => undefined,
  }
}

/** A door that takes posted logs and OTLP of these formats. */
export async function aLogDoor(
  formats: readonly Format[],
  maxCount = 8,
  nowMs: () => number = Date.now,
) {
  const { world, intake, events, promises } = await aLogWorld(nowMs)
  const [first] = formats
  if (first === undefined) throw new TypeError('a door without a format')
  const {
    name: _name,
    format: _format,
    owner: _owner,
    isPolled: _isPolled,
    ...options
  } = collectorOptions(first, intake)
  const posted = new PostedCollectors({
    ...options,
    nowMs,
    formats: new Map(formats.map((format) => [format.name, format])),
    defaults: { tenantId: 'default', serverId: undefined, collectorId: 'http' },
    checkpointOf: () => NO_CHECKPOINT,
    maxCount,
  })
  const door = { collectorOf: posted.collectorOf.bind(posted) }
  const names = formats.map(({ name }) => name)
  const otlp = otlpRoutes({ ...door, formats: { traces: names, logs: names } })
  const server = await openHttpServer({
    host: '127.0.0.1',
    port: 0,
    tokens: { ingest: 'token' },
    routes: [...logRoutes(door), ...otlp],
    limits: { bodyMaxBytes: MIB },
    onError: () => undefined,
  })
  onTestFinished(() => server.close())
  const post = async (
    path: string,
    body: string | Buffer<ArrayBuffer>,
    headers: Record<string, string> = {},
  ) => {
    const authorization = 'Bearer token'
    const init = { method: 'POST', body, headers: { authorization, ...headers } }
    const response = await fetch(server.url + path, init)
    const bytes = Buffer.from(await response.arrayBuffer())
    return { status: response.status, type: response.headers.get('content-type'), bytes }
  }
  return { post, events, promises, intake, world, url: server.url }
}
