import { openSqlDoor } from '#adapters/clickhouse/door.ts'
import { openEmbeddedEvidence } from '#adapters/clickhouse/embedded.ts'
import { probeRoutes } from '#adapters/http/probes.ts'
import { openHttpServer, type HttpServer } from '#adapters/http/server.ts'
import type { DoorRoute } from '#domain/door.ts'
import { Fault } from '#domain/fault.ts'
import type { Environment, Settings } from '#runtime/config.ts'
import type { Logger } from '#runtime/logger.ts'
import { startCollect, type RunningCollect } from '../collect/main.ts'
import { startSinks } from '../export/main.ts'
import { startActing } from '../respond/main.ts'
import { startDeclared, type Declared } from './collect/declared.ts'
import { readDoors, writeDoors, type Doors } from './doors.ts'
import { liveHashKey } from './hash-key.ts'
import { holdingOf } from './holding.ts'
import { dataDirectory } from './options.ts'
import { worldRoutes } from './live-routes.ts'
import { startPipeline, type Pipeline } from './pipeline.ts'
import { triageAsker } from './response/triage-queries.ts'
import { defineStages, STAGE_NAMES } from './stages.ts'
import { doorTokens } from './tokens.ts'
import { isDistributed, makeDirectory } from './directory.ts'
import { openEvidence, openWorld, type OpenedEvidence, type World } from './world.ts'

const OWNER_ANSWERS_MAX_MS = 2_000

export const SERVICE_NAMES = ['collect', ...STAGE_NAMES, 'store', 'evidence'] as const
export type ServiceName = (typeof SERVICE_NAMES)[number]

/** Services at work in this process, with their doors. */
export type Live = {
  doors: Doors
  /** Resolves never; rejects with the first fault that ends a part of it. */
  failed: Promise<never>
  /** Stops taking input, lets every part finish its batch, closes everything; in this order. */
  stop(): Promise<void>
}

/** What is opened on the way up is closed on the way down, the last first. */
class Closers {
  readonly #closers: (() => Promise<void> | void)[] = []

  add(close: () => Promise<void> | void): void {
    this.#closers.push(close)
  }

  async closeAll(): Promise<void> {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop())
      await close()
  }
}

/**
 * Starts services until told to stop.
 *
 * @throws Fault where the world is not as the settings say; nothing stays open then.
 */
export async function startLive(
  services: readonly ServiceName[],
  settings: Settings,
  environment: Environment,
  logger: Logger,
): Promise<Live> {
  const closers = new Closers()
  try {
    return await open(services, settings, environment, logger, closers)
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

async function open(
  services: readonly ServiceName[],
  settings: Settings,
  environment: Environment,
  logger: Logger,
  closers: Closers,
): Promise<Live> {
  const directory = dataDirectory(environment)
  if (!isDistributed(settings) || settings.TOCSIN_CLICKHOUSE === undefined)
    await refuseOwned(directory)
  const tokens = doorTokens(environment)
  const doors: Doors = { pid: process.pid, tokens }
  const opened = await openStore(services, settings, directory, closers)
  if (opened?.engine !== undefined) doors.sql = await openSql(opened, settings, tokens, closers)
  const { pipeline, collect, declared, acting, sinks, world } = await openParts(
    services,
    settings,
    environment,
    logger,
    {
      opened,
      directory,
      closers,
      ingestToken: tokens.ingest,
    },
  )
  const routes = world === undefined ? [] : worldRoutes(world, settings, services, environment)
  const http = await openHttp(settings, tokens, logger, { pipeline, collect, declared, routes })
  closers.add(() => http.close())
  doors.http = { url: http.url }
  if (opened?.engine !== undefined || collect !== undefined) {
    makeDirectory(directory)
    const owner = readDoors(directory)
    const remove = writeDoors(directory, { ...owner, ...doors })
    closers.add(remove)
  }
  const failed = Promise.race([
    ...(pipeline === undefined ? [] : [pipeline.failed]),
    ...(collect === undefined ? [] : [neverResolving(collect.stopped)]),
    ...(declared === undefined ? [] : [neverResolving(declared.stopped)]),
    ...(acting === undefined ? [] : [neverResolving(acting.stopped)]),
    ...(sinks === undefined ? [] : [neverResolving(sinks.stopped)]),
    new Promise<never>(() => undefined),
  ])
  failed.catch(() => undefined)
  return { doors, failed, stop: () => closers.closeAll() }
}

/**
 * Refuses a directory whose owner answers, before the engine does so in its own words. A note of a
 * dead owner does not count, even where its process id has been given out again.
 */
async function refuseOwned(directory: string): Promise<void> {
  const doors = readDoors(directory)
  const url = doors?.http?.url
  if (doors === undefined || url === undefined || doors.pid === process.pid) return
  const signal = AbortSignal.timeout(OWNER_ANSWERS_MAX_MS)
  const answer = await fetch(`${url}/healthz`, { signal }).catch(() => undefined)
  await answer?.body?.cancel()
  if (answer !== undefined)
    throw new Fault('LOG_LOCKED', `Process ${doors.pid} owns ${directory}; stop it first`)
}

function neverResolving(part: Promise<void>): Promise<never> {
  return part.then(() => new Promise<never>(() => undefined))
}

async function openStore(
  services: readonly ServiceName[],
  settings: Settings,
  directory: string,
  closers: Closers,
): Promise<OpenedEvidence | undefined> {
  if (!services.includes('store') && !services.includes('evidence')) return undefined
  const opened = await openEvidence(settings, directory)
  closers.add(() => opened.evidence.close())
  return opened
}

async function openSql(
  opened: OpenedEvidence,
  settings: Settings,
  tokens: Doors['tokens'],
  closers: Closers,
): Promise<{ url: string }> {
  const door = await openSqlDoor({
    evidence: opened.evidence as Awaited<ReturnType<typeof openEmbeddedEvidence>>,
    port: settings.TOCSIN_SQL_PORT,
    readerPassword: tokens['sql-reader'],
    writerPassword: tokens['sql-writer'],
    ...(settings.TOCSIN_SQL_TENANT === undefined ? {} : { tenantId: settings.TOCSIN_SQL_TENANT }),
  })
  closers.add(() => door.close())
  return { url: door.url }
}

type Parts = {
  pipeline: Pipeline | undefined
  collect: RunningCollect | undefined
  declared: Declared | undefined
  /** What acts outside Tocsin. */
  acting: { stopped: Promise<void> } | undefined
  /** What brings findings to other systems. */
  sinks: { stopped: Promise<void> } | undefined
  world: World | undefined
}

const NO_PARTS: Parts = {
  pipeline: undefined,
  collect: undefined,
  declared: undefined,
  acting: undefined,
  sinks: undefined,
  world: undefined,
}

async function openParts(
  services: readonly ServiceName[],
  settings: Settings,
  environment: Environment,
  logger: Logger,
  place: {
    opened: OpenedEvidence | undefined
    directory: string
    closers: Closers
    ingestToken: string
  },
): Promise<Parts> {
  const { opened, directory, closers } = place
  const working = services.filter((service) => service !== 'evidence')
  if (working.length === 0) return NO_PARTS
  const world = await openWorld(settings, directory, 'power_cut', logger)
  closers.add(() => world.close())
  if (!isDistributed(settings)) await world.log.createTopics()
  const names = STAGE_NAMES.filter((name) => working.includes(name))
  const { TOCSIN_HASH_KEY: givenKey } = settings
  const hashKey = names.includes('observe') ? liveHashKey(settings, directory) : givenKey
  const definitions = defineStages(names, { ...settings, TOCSIN_HASH_KEY: hashKey }, environment)
  const evidence = working.includes('store') ? opened?.evidence : undefined
  const pipeline = startPipeline({ world, settings, definitions, evidence, logger })
  closers.add(() => pipeline.stop())
  const stopping = new AbortController()
  const outgoing: Promise<void>[] = []
  closers.add(async () => {
    stopping.abort()
    await Promise.all(outgoing)
  })
  const { log, codec } = world
  const holdEveryMs = settings.TOCSIN_HOLD_EVERY_S * 1000
  const holding = holdingOf(evidence, holdEveryMs, logger, stopping.signal)
  const askTriage = evidence === undefined ? undefined : triageAsker(evidence)
  const acting = working.includes('respond')
    ? startActing(
        { log, codec, logger, askTriage, hashKey, holdEveryMs },
        environment,
        stopping.signal,
      )
    : undefined
  for (const one of [acting?.stopped, holding]) if (one !== undefined) outgoing.push(one)
  const sinks = working.includes('export')
    ? startSinks({ log, codec, logger, metrics: pipeline.metrics }, environment, stopping.signal)
    : undefined
  if (sinks !== undefined) outgoing.push(sinks.stopped)
  const going = { ...NO_PARTS, pipeline, acting, sinks, world }
  if (!working.includes('collect')) return going
  const onPosted = ({ acceptedCount }: { acceptedCount: number }): void =>
    pipeline.metrics.onBatch('collect', acceptedCount, 0)
  const collect = await startCollect({ log, codec, logger, onPosted }, stopping.signal)
  closers.add(async () => {
    stopping.abort()
    await collect.stopped
  })
  const { intake } = collect
  const own = { world, intake, settings, environment, directory, logger }
  const declared = startDeclared({ ...own, ingestToken: place.ingestToken, onTaken: onPosted })
  closers.add(() => declared.stop())
  return { ...going, collect, declared }
}

function openHttp(
  settings: Settings,
  tokens: Doors['tokens'],
  logger: Logger,
  parts: Pick<Parts, 'pipeline' | 'collect' | 'declared'> & { routes: readonly DoorRoute[] },
): Promise<HttpServer> {
  let ailment: string | undefined
  parts.pipeline?.failed.catch(() => (ailment = 'a service has stopped'))
  const reasons = (): string[] => (ailment === undefined ? [] : [ailment])
  const routes: DoorRoute[] = [
    ...probeRoutes({
      ailments: reasons,
      obstacles: () => [...reasons(), ...(parts.pipeline?.obstacles() ?? [])],
      metrics: () => parts.pipeline?.metrics.render() ?? '',
    }),
    ...(parts.collect?.routes ?? []),
    ...(parts.declared?.routes ?? []),
    ...parts.routes,
  ]
  const { admin, ingest, tap } = tokens
  return openHttpServer({
    host: settings.TOCSIN_HTTP_HOST,
    port: settings.TOCSIN_HTTP_PORT,
    tokens: { admin, ingest, tap },
    routes,
    onError: (error) => logger.error({ error }, 'a request could not be answered'),
  })
}
