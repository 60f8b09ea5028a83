import { Argument, type Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import { readSettings } from '#runtime/config.ts'
import { createLogger } from '#runtime/logger.ts'
import { shutdownSignal } from '#runtime/shutdown.ts'
import { SERVICE_NAMES, startLive, type ServiceName } from './live.ts'
import { addPlaceOptions, withOptions, type PlaceOptions } from './options.ts'
import { isDistributed } from './directory.ts'

const EVERYTHING = SERVICE_NAMES.filter((name) => name !== 'evidence')

type StartFlags = PlaceOptions & { collectors?: string }

/** Adds `tocsin start [service…]`. */
export function addStart(program: Command): void {
  const command = program
    .command('start')
    .description('run the pipeline until it is stopped: all of it, or the services named')
    .addArgument(new Argument('[service...]', 'services of this process').choices(SERVICE_NAMES))
    .option('--collectors <file>', 'the collectors of logs to run, YAML (TOCSIN_COLLECTORS)')
  addPlaceOptions(command).action(async (services: ServiceName[], flags: StartFlags) =>
    start(services, flags),
  )
}

async function start(named: readonly ServiceName[], flags: StartFlags): Promise<void> {
  const { collectors } = flags
  const given = collectors === undefined ? {} : { TOCSIN_COLLECTORS: collectors }
  const environment = { ...withOptions(process.env, flags), ...given }
  const settings = readSettings(environment)
  const services = named.length === 0 ? EVERYTHING : named
  const isWhole = EVERYTHING.every((name) => services.includes(name))
  const isEvidenceAlone = services.length === 1 && services[0] === 'evidence'
  if (!isDistributed(settings) && !isWhole && !isEvidenceAlone)
    throw new Fault(
      'BAD_USAGE',
      'Without --brokers one process runs every service: `tocsin start` or `tocsin start evidence`',
    )
  const logger = createLogger(settings.TOCSIN_LOG_LEVEL)
  const signal = shutdownSignal((name) => logger.info({ signal: name }, 'stopping'))
  const live = await startLive(services, settings, environment, logger)
  const { http, sql } = live.doors
  logger.info({ services, http: http?.url, sql: sql?.url }, 'started')
  try {
    await Promise.race([live.failed, aborted(signal)])
  } finally {
    await live.stop()
  }
  logger.info('stopped')
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}
