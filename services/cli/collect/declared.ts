import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import type { DoorRoute } from '#domain/door.ts'
import { Fault } from '#domain/fault.ts'
import type { Environment, Settings } from '#runtime/config.ts'
import type { Logger } from '#runtime/logger.ts'
import { openSentLog } from '../../collect/already-sent.ts'
import { checkpointFile } from '../../collect/collector-checkpoint.ts'
import type { CollectorEntry } from '../../collect/collector-settings.ts'
import { parseCollectors } from '../../collect/collectors-file.ts'
import { readCollectSettings } from '../../collect/config.ts'
import type { Taken } from '../../collect/log-collector.ts'
import { compileCompletion } from '../../collect/normalize/complete.ts'
import { compileFormats } from '../../collect/normalize/formats.ts'
import { PostedCollectors } from '../../collect/posted-collectors.ts'
import { RECORD_MAX_BYTES } from '../../collect/raw-source.ts'
import type { Intake } from '../../collect/source.ts'
import { logRoutes } from '../../collect/sources/http-logs.ts'
import { otlpRoutes } from '../../collect/sources/otlp.ts'
import { makeDirectory } from '../directory.ts'
import type { World } from '../world.ts'
import { runCollectors, type CollectorParts } from './collectors.ts'
import { knownServers } from './known-servers.ts'

export type DeclaredParts = {
  world: World
  intake: Intake
  settings: Settings
  environment: Environment
  /** The process's own; checkpoints are kept in it. */
  directory: string
  logger: Logger
  ingestToken: string
  onTaken: (taken: Pick<Taken, 'acceptedCount'>) => void
}

/** The collectors of logs at work in a pipeline's process. */
export type Declared = {
  /** What the pipeline's door takes: posted logs of every format. */
  routes: DoorRoute[]
  /** Resolves when all have stopped; rejects where one was set up wrong. */
  stopped: Promise<void>
  /** Resolves when they have stopped, however. */
  stop(): Promise<void>
}

const DIRECTORY = 'collectors'
/** Formats of these read what comes by OTLP. */
const OTLP_PREFIX = 'otlp-'
const DEFAULTS = { tenantId: 'default', serverId: undefined, collectorId: 'http' }

/**
 * Starts the collectors that TOCSIN_COLLECTORS declares, and opens the door to posted logs.
 *
 * @throws Fault BAD_SETTINGS, OUTPUT_UNWRITABLE.
 */
export function startDeclared(parts: DeclaredParts): Declared {
  const stopping = new AbortController()
  const { signal } = stopping
  const { world, intake, settings, environment, logger, ingestToken } = parts
  const formats = compileFormats(loadSchemas())
  const entries = readEntries(environment, new Set(formats.keys()))
  const checkpoints = join(parts.directory, DIRECTORY)
  makeDirectory(checkpoints)
  const onRetry = (error: Fault, delayMs: number): void =>
    logger.warn({ code: error.code, delay_ms: delayMs }, 'a call failed and is tried again')
  const shared: CollectorParts = {
    intake,
    settings,
    environment,
    logger,
    formats,
    ingestToken,
    sent: openSentLog(world.log, world.codec),
    complete: compileCompletion(loadSchemas()),
    identify: knownServers(environment),
    checkpointOf: (name) => checkpointFile(join(checkpoints, `${name}.json`)),
    context: { signal, random: Math.random, onRetry },
    onTaken: (_, taken) => parts.onTaken(taken),
  }
  const stopped = runCollectors(entries, shared)
  const ended = stopped.catch(() => undefined)
  const stop = (): Promise<void> => {
    stopping.abort()
    return ended
  }
  return { routes: doorRoutes(shared), stopped, stop }
}

function doorRoutes(parts: CollectorParts): DoorRoute[] {
  const { intake, sent, complete, identify, formats, checkpointOf } = parts
  const posted = new PostedCollectors({
    intake,
    sent,
    complete,
    identify,
    formats,
    checkpointOf,
    defaults: DEFAULTS,
    latenessUs: undefined,
    recordMaxBytes: RECORD_MAX_BYTES,
    nowMs: Date.now,
    onTaken: (taken) => parts.onTaken(DEFAULTS.collectorId, taken),
  })
  const otlp = [...formats.keys()].filter((name) => name.startsWith(OTLP_PREFIX))
  const door = { collectorOf: posted.collectorOf.bind(posted) }
  return [...logRoutes(door), ...otlpRoutes({ ...door, formats: { traces: otlp, logs: otlp } })]
}

function readEntries(environment: Environment, formats: ReadonlySet<string>): CollectorEntry[] {
  const { collectorsFile } = readCollectSettings(environment)
  if (collectorsFile === undefined) return []
  let text: string
  try {
    text = readFileSync(collectorsFile, 'utf8')
  } catch (cause) {
    const message = `TOCSIN_COLLECTORS: cannot read ${collectorsFile}`
    throw new Fault('BAD_SETTINGS', message, { cause })
  }
  return parseCollectors(text, collectorsFile, formats)
}
