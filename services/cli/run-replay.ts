import { performance } from 'node:perf_hooks'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import { idOf } from '#domain/ids.ts'
import type { Environment, Settings } from '#runtime/config.ts'
import { readSettings } from '#runtime/config.ts'
import type { Logger } from '#runtime/logger.ts'
import type { StageDefinition, StageWorld } from '#runtime/stage-definition.ts'
import { orderInput, type InputStats, type OrderedInput } from '../collect/ordered-input.ts'
import { compileNormalizer } from '../collect/normalize/event.ts'
import { replayInto } from '../collect/replay.ts'
import { openInput } from '../collect/sources/file.ts'
import { endOnFullEvidence, endOnFullLog } from './full-disk.ts'
import { temporaryDirectory } from './options.ts'
import { startPipeline, type Pipeline } from './pipeline.ts'
import { resumeSender } from './resume-sender.ts'
import type { Findings } from './results.ts'
import { readRunRecord, writeRunRecord, type RunRecord } from './run-record.ts'
import { defineStages, STAGE_NAMES } from './stages.ts'
import { watchUntilFinished } from './watch.ts'
import { isDistributed } from './directory.ts'
import { openEvidence, openWorld, type World } from './world.ts'

/** The key of keyed hashes in a replay: fixed, so that equal input gives equal files. */
const REPLAY_HASH_KEY = 'tocsin-replay'
const WRITER = 'collect:replay'
const ACTUAL_SETTINGS = ['TOCSIN_PARTITIONS', 'TOCSIN_HORIZON_S', 'TOCSIN_EPOCH_S'] as const

export type ReplayRequest = {
  /** A file, or `-` for standard input. */
  path: string
  environment: Environment
  /** Kept, so that an interrupted run resumes; undefined: a fresh directory, gone afterwards. */
  dataDirectory: string | undefined
  /** Topic prefix on Kafka; undefined: one made of the input and the settings. */
  prefix: string | undefined
  /** False where other processes run the stages. */
  runsStages: boolean
  /** False where only the findings are asked for: nothing is stored, nothing told to others. */
  keepsEvidence: boolean
  logger: Logger
  signal: AbortSignal
  onProgress: (progress: ReplayProgress) => void
  /** Called with everything in place, before anything is torn down. */
  onSettled?: (world: World, evidence: EvidenceStore | undefined) => Promise<void>
  arrange?: NonNullable<StageWorld['arrange']>
}

type ReplayProgress = {
  doing: 'reading' | 'publishing' | 'judging' | 'storing'
  publishedCount: number
  totalCount: number
  findings: Findings | undefined
  watermarkUs: number
}

export type ReplayOutcome = {
  findings: Findings
  input: InputStats
  wallMs: number
  cpuMs: number
  peakRssBytes: number
  /** Stopped by the signal before the end. */
  isInterrupted: boolean
}

/**
 * Runs a file of events through the whole pipeline as fast as it can, in event time, until every
 * stage is finished and everything is stored.
 *
 * @throws Fault of the input, the log, the registry, the evidence store, the settings.
 */
export async function runReplay(request: ReplayRequest): Promise<ReplayOutcome> {
  const startedAtMs = performance.now()
  const cpuAtStart = process.cpuUsage()
  const input = await openInput(request.path, { standardInput: process.stdin })
  const temporary = request.dataDirectory === undefined ? temporaryDirectory() : undefined
  const directory = request.dataDirectory ?? temporary?.path ?? ''
  try {
    const ordered = await orderInput(input, {
      normalize: compileNormalizer(loadSchemas()),
      sourceName: inputName(request.path),
    })
    const settings = replaySettings(request, ordered.stats)
    const durability = temporary === undefined ? 'power_cut' : 'process_crash'
    const world = await openWorld(settings, directory, durability, request.logger)
    try {
      const { findings, isInterrupted } = await runIn(world, directory, settings, ordered, request)
      const cpu = process.cpuUsage(cpuAtStart)
      return {
        findings,
        isInterrupted,
        input: ordered.stats,
        wallMs: performance.now() - startedAtMs,
        cpuMs: (cpu.user + cpu.system) / 1000,
        peakRssBytes: process.resourceUsage().maxRSS * 1024,
      }
    } finally {
      await world.close()
    }
  } finally {
    await input.close()
    temporary?.remove()
  }
}

async function runIn(
  world: World,
  directory: string,
  settings: Settings,
  ordered: OrderedInput,
  request: ReplayRequest,
): Promise<{ findings: Findings; isInterrupted: boolean }> {
  const record =
    request.dataDirectory === undefined ? undefined : readRunRecord(directory, ordered.stats.sha256)
  await world.log.createTopics()
  const environment = {
    ...request.environment,
    TOCSIN_HASH_KEY: settings.TOCSIN_HASH_KEY,
    TOCSIN_RESPOND: 'planned',
  }
  const names = STAGE_NAMES.filter((name) => name !== 'export' || request.keepsEvidence)
  const definitions = defineStages(names, settings, environment)
  const opened =
    request.runsStages && request.keepsEvidence
      ? await openEvidence(settings, directory)
      : undefined
  const evidence =
    opened?.engine === undefined ? opened?.evidence : endOnFullEvidence(opened.evidence)
  const { logger, arrange } = request
  const endsOn = isDistributed(settings) ? () => undefined : endOnFullLog
  const stopping = new AbortController()
  const signal = AbortSignal.any([request.signal, stopping.signal])
  const pipeline = request.runsStages
    ? startPipeline({
        world,
        settings,
        definitions,
        evidence,
        logger,
        endsOn,
        ...(arrange && { arrange }),
      })
    : undefined
  try {
    const work = publishAndWatch(world, directory, definitions, ordered, record, {
      ...request,
      signal,
    })
    const findings = await Promise.race([work, ...(pipeline ? [pipeline.failed] : [])])
    await storeRest(pipeline, request, findings)
    if (!request.signal.aborted) await request.onSettled?.(world, evidence)
    return { findings, isInterrupted: request.signal.aborted }
  } finally {
    stopping.abort()
    await pipeline?.stop()
    await evidence?.close()
  }
}

async function publishAndWatch(
  world: World,
  directory: string,
  definitions: readonly StageDefinition[],
  ordered: OrderedInput,
  record: RunRecord | undefined,
  request: ReplayRequest,
): Promise<Findings> {
  const { signal, onProgress } = request
  const totalCount = ordered.stats.acceptedCount
  const hasOwnTopics = world.log.kind === 'kafka' && request.prefix === undefined
  const known = hasOwnTopics ? undefined : record
  const skip = { eventCount: known?.event_count ?? 0, rejectCount: known?.reject_count ?? 0 }
  let publishedCount = skip.eventCount
  const opened = await world.log.openSender()
  const sender = hasOwnTopics ? await resumeSender(world.log, opened) : opened
  const publishing = replayInto({
    batches: ordered.batches(),
    log: world.log,
    sender,
    codec: world.codec,
    writer: WRITER,
    skip,
    signal,
    onAcknowledged: ({ eventCount, rejectCount }) => {
      publishedCount = eventCount
      if (request.dataDirectory === undefined) return
      const counts = { event_count: eventCount, reject_count: rejectCount }
      writeRunRecord(directory, { input_sha256: ordered.stats.sha256, ...counts })
    },
  })
  const watching = watchUntilFinished(world.log, world.codec, definitions, {
    signal,
    onState: ({ findings, watermarkUs }) => {
      const doing = publishedCount < totalCount ? 'publishing' : 'judging'
      onProgress({ doing, publishedCount, totalCount, findings, watermarkUs })
    },
    onRetry: ({ code }, delayMs) =>
      request.logger.warn({ code, delay_ms: delayMs }, 'the results are read again'),
  })
  try {
    const [findings] = await Promise.all([watching, publishing])
    return findings
  } finally {
    await sender.close()
  }
}

async function storeRest(
  pipeline: Pipeline | undefined,
  request: ReplayRequest,
  findings: Findings,
): Promise<void> {
  if (pipeline?.store === undefined || request.signal.aborted) return
  const count = findings.alerts.size
  const watermarkUs = Infinity
  request.onProgress({
    doing: 'storing',
    publishedCount: count,
    totalCount: count,
    findings,
    watermarkUs,
  })
  const exporting = pipeline.stages.find(({ service }) => service === 'export')
  const rest = Promise.all([pipeline.store.drain(), exporting?.finished])
  await Promise.race([rest, pipeline.failed])
}

/**
 * A replay's settings: hashes by a fixed key, and on Kafka topics of its own, with a database of
 * their name unless one is set (as a SQL door needs it: it has one alone).
 */
function replaySettings(request: ReplayRequest, input: InputStats): Settings {
  const settings = readSettings(request.environment)
  const hashKey = settings.TOCSIN_HASH_KEY ?? REPLAY_HASH_KEY
  if (!isDistributed(settings)) return { ...settings, TOCSIN_HASH_KEY: hashKey }
  const parts = ACTUAL_SETTINGS.map((name) => String(settings[name]))
  const name = idOf('replay', input.sha256, ...parts).slice(0, 12)
  const prefix = request.prefix ?? `tocsin-replay-${name}.`
  const ownDatabase = prefix.replace(/[^A-Za-z0-9_]/g, '_').replace(/_+$/, '')
  return {
    ...settings,
    TOCSIN_HASH_KEY: hashKey,
    TOCSIN_TOPIC_PREFIX: prefix,
    TOCSIN_CLICKHOUSE_DATABASE: request.environment['TOCSIN_CLICKHOUSE_DATABASE'] ?? ownDatabase,
  }
}

/** What rejects call the input: its name, without the way to it. */
function inputName(path: string): string {
  return path === '-' ? 'stdin' : (path.split('/').at(-1) ?? path)
}
