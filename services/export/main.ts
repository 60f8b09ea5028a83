import { readFileSync } from 'node:fs'

import type { Codec } from '#domain/codec.ts'
import { Fault } from '#domain/fault.ts'
import type { Log } from '#domain/log.ts'
import { OCSF_TOPIC } from '#domain/topics.ts'
import type { Environment } from '#runtime/config.ts'
import type { Logger } from '#runtime/logger.ts'
import type { Metrics } from '#runtime/metrics.ts'
import type { StageDefinition, Writer } from '#runtime/stage-definition.ts'
import { readExportSettings } from './config.ts'
import { createExportCore } from './export.ts'
import { startCourier, type CourierWorld } from './sinks/courier.ts'
import { readSinks, type NamedSink } from './sinks/kinds.ts'

const CORRELATE: Writer = { name: 'correlate', mode: 'single' }
const RESPOND: Writer = { name: 'respond', mode: 'single' }

/**
 * Wires `export`: single-active, over every lane, since an incident is told with its alerts. What
 * detectors write stands before what `correlate` promises of the same partition, so its word does.
 */
export function exportStage(environment: Environment): StageDefinition {
  const { TOCSIN_ASSIGNEE_GROUP: assignee } = readExportSettings(environment)
  return {
    service: 'export',
    writer: 'export',
    mode: 'single',
    inputs: [
      { topic: 'alerts.v1', waitsFor: [CORRELATE] },
      { topic: 'incidents.v1', waitsFor: [CORRELATE] },
      { topic: 'cases.v1', waitsFor: [RESPOND] },
      { topic: 'dispositions.v1', waitsFor: 'nobody' },
    ],
    broadcasts: [],
    outputs: [OCSF_TOPIC],
    createCore: () => createExportCore({ assignee }),
  }
}

/**
 * The sinks that the settings name; none where they name no file.
 *
 * @throws Fault BAD_SETTINGS, which names every mistake.
 */
export function namedSinks(environment: Environment): NamedSink[] {
  const { TOCSIN_SINKS: path } = readExportSettings(environment)
  if (path === undefined) return []
  try {
    return readSinks(readFileSync(path, 'utf8'), environment)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : 'unreadable'
    throw new Fault('BAD_SETTINGS', `Cannot read ${path}: ${reason}`, { cause })
  }
}

type SinksWorld = {
  log: Log
  codec: Codec
  logger: Logger
  metrics: Pick<Metrics, 'onBatch' | 'onReject' | 'onRetry'>
}

/**
 * Starts a courier for each sink. One that is away holds up no other, and not the pipeline.
 *
 * @throws Fault BAD_SETTINGS
 */
export function startSinks(
  { log, codec, logger, metrics }: SinksWorld,
  environment: Environment,
  signal: AbortSignal,
): { stopped: Promise<void> } {
  const world: CourierWorld = {
    log,
    codec,
    logger,
    random: Math.random,
    onDelivered: (sink, count) => metrics.onBatch(`sink:${sink}`, count, 0),
    onRefused: (sink, reason) => metrics.onReject(`sink:${sink}`, reason),
    onRetry: (sink, code) => metrics.onRetry(`sink:${sink}`, code),
  }
  const couriers = namedSinks(environment).map((sink) => startCourier(sink, world, signal))
  return { stopped: Promise.all(couriers.map(({ stopped }) => stopped)).then(() => undefined) }
}
