import { setTimeout as wait } from 'node:timers/promises'

import { openHttpServer } from '#adapters/http/server.ts'
import { Fault } from '#domain/fault.ts'
import { SECOND_US } from '#domain/time.ts'
import { retry, type RetryContext } from '#runtime/retry.ts'
import type { SentLog } from '../../collect/already-sent.ts'
import type { IdentifyServer } from '../../collect/attribution/inventory.ts'
import type { CheckpointPlace } from '../../collect/collector-checkpoint.ts'
import { formatsOf, type CollectorEntry } from '../../collect/collector-settings.ts'
import { LogCollector, type Taken } from '../../collect/log-collector.ts'
import type { CompleteEvent } from '../../collect/normalize/complete.ts'
import type { Format } from '../../collect/normalize/format.ts'
import { PostedCollectors } from '../../collect/posted-collectors.ts'
import { RECORD_MAX_BYTES } from '../../collect/raw-source.ts'
import { runSource } from '../../collect/run-source.ts'
import type { Intake } from '../../collect/source.ts'
import { logRoutes, type LogDoorOptions } from '../../collect/sources/http-logs.ts'
import { otlpRoutes } from '../../collect/sources/otlp.ts'
import { openSource, type OpenSourceParts, type PulledEntry } from './open-source.ts'

/** What all collectors of a process share. */
export type CollectorParts = OpenSourceParts & {
  intake: Pick<Intake, 'take'>
  sent: SentLog | undefined
  complete: CompleteEvent
  identify: IdentifyServer
  formats: ReadonlyMap<string, Format>
  checkpointOf: (name: string) => CheckpointPlace
  /** Opens the doors of collectors that are posted to. */
  ingestToken: string
  onTaken: (collector: string, taken: Taken) => void
}

const AGAIN_AFTER_MS = 5_000
/** What waiting does not cure is wrong from the start. */
const WRONG_SETTINGS = new Set(['BAD_SETTINGS', 'PORT_IN_USE', 'BAD_USAGE'])

/**
 * Runs one collector until its source ends or the signal aborts.
 *
 * @throws Fault as the source and the log; BAD_SETTINGS, PORT_IN_USE at its start.
 */
export function runCollector(entry: CollectorEntry, parts: CollectorParts): Promise<void> {
  const { source } = entry
  if (source.kind === 'http' || source.kind === 'otlp') return runDoor(entry, source, parts)
  return runPulled({ ...entry, source }, parts)
}

/**
 * Starts declared collectors. One that the world fails is started again after a while; resolves
 * when all have stopped after the signal.
 *
 * @throws Fault BAD_SETTINGS, PORT_IN_USE.
 */
export async function runCollectors(
  entries: readonly CollectorEntry[],
  parts: CollectorParts,
): Promise<void> {
  await Promise.all(entries.map((entry) => supervise(entry, parts)))
}

async function supervise(entry: CollectorEntry, parts: CollectorParts): Promise<void> {
  const { signal } = parts.context
  while (!signal.aborted) {
    try {
      await runCollector(entry, parts)
      return
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof Fault) || WRONG_SETTINGS.has(error.code)) throw error
      parts.logger.error({ collector: entry.name, error }, 'a collector failed and starts again')
      await wait(AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}

async function runPulled(
  entry: Omit<CollectorEntry, 'source'> & { source: PulledEntry },
  parts: CollectorParts,
): Promise<void> {
  const { context } = parts
  const [formatName = ''] = formatsOf({ ...entry, source: entry.source })
  const format = parts.formats.get(formatName)
  if (format === undefined)
    throw new Fault('BAD_SETTINGS', `${entry.name}: there is no such format`)
  const collector = await retry(
    () =>
      LogCollector.open({
        ...sharedOptions(entry, parts),
        name: { tenantId: entry.tenant, collectorId: entry.name },
        format,
        owner: { serverId: entry.server ?? entry.name, onlyKnown: entry.only_known ?? false },
        isPolled: true,
        checkpoint: parts.checkpointOf(entry.name),
        onTaken: (taken) => parts.onTaken(entry.name, taken),
      }),
    context,
  )
  const source = await openSource(entry, format, collector.mark, parts)
  try {
    await runSource(source, collector, context)
  } finally {
    await source.close()
  }
}

async function runDoor(
  entry: CollectorEntry,
  { kind, host, port }: Extract<CollectorEntry['source'], { kind: 'http' | 'otlp' }>,
  parts: CollectorParts,
): Promise<void> {
  const { logger, ingestToken, context } = parts
  const names = formatsOf(entry)
  const door = postedDoor(entry, parts)
  const routes =
    kind === 'http'
      ? logRoutes(door)
      : otlpRoutes({ ...door, formats: { traces: names, logs: names } })
  const server = await openHttpServer({
    host,
    port,
    tokens: { ingest: ingestToken },
    routes,
    onError: (error) => logger.error({ error, collector: entry.name }, 'a post failed'),
  })
  logger.info({ collector: entry.name, url: server.url }, 'listening')
  await aborted(context.signal)
  await server.close()
}

/** The collectors behind a door: an entry's own, whatever else a post says of itself. */
function postedDoor(entry: CollectorEntry, parts: CollectorParts): LogDoorOptions {
  const names = formatsOf(entry)
  const formats = new Map([...parts.formats].filter(([name]) => names.includes(name)))
  const posted = new PostedCollectors({
    ...sharedOptions(entry, parts),
    formats,
    defaults: {
      tenantId: entry.tenant,
      serverId: entry.server ?? entry.name,
      collectorId: entry.name,
      onlyKnown: entry.only_known ?? false,
    },
    checkpointOf: parts.checkpointOf,
    onTaken: (taken) => parts.onTaken(entry.name, taken),
  })
  return { collectorOf: ({ format }) => posted.collectorOf({ ...NOTHING_SAID, format }) }
}

const NOTHING_SAID = { tenantId: undefined, serverId: undefined, collectorId: undefined }

function sharedOptions({ lateness_s }: Pick<CollectorEntry, 'lateness_s'>, parts: CollectorParts) {
  const { intake, sent, complete, identify } = parts
  const latenessUs = lateness_s === undefined ? undefined : lateness_s * SECOND_US
  const recordMaxBytes = RECORD_MAX_BYTES
  return { intake, sent, complete, identify, latenessUs, recordMaxBytes, nowMs: Date.now }
}

function aborted(signal: RetryContext['signal']): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}
