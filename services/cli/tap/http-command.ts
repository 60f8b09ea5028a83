import { Fault } from '#domain/fault.ts'
import type { Environment } from '#runtime/config.ts'
import { createLogger } from '#runtime/logger.ts'
import { shutdownSignal } from '#runtime/shutdown.ts'
import type { TapSettings } from '../../collect/config.ts'
import { openHttpTap } from '../../collect/sources/http-tap.ts'
import { openTap } from './open-tap.ts'

export type HttpTapFlags = { listen: string; upstream?: string; forward?: boolean }

const LOOPBACK = '127.0.0.1'
const CLOSE_MAX_MS = 5_000

/**
 * Runs a tap on HTTP until it is stopped.
 *
 * @throws Fault BAD_USAGE, PORT_IN_USE, BAD_SETTINGS.
 */
export async function tapHttp(
  environment: Environment,
  settings: TapSettings,
  flags: HttpTapFlags,
): Promise<void> {
  const { host, port } = addressOf(flags.listen)
  const upstream = upstreamOf(flags)
  const logger = createLogger(environment['TOCSIN_LOG_LEVEL'] ?? 'info')
  const signal = shutdownSignal((name) => logger.info({ signal: name }, 'stopping'))
  const name = settings.serverId ?? upstream?.host ?? 'proxy'
  const tap = await openTap(environment, settings, { serverId: name, transport: 'http' }, logger)
  try {
    await tap.ready
    const http = await openHttpTap({
      host,
      port,
      upstream,
      serverId: settings.serverId,
      recorder: tap.recorder,
      onUnseen: (unseen) => logger.warn({ host: unseen }, 'encrypted traffic passes unseen'),
    })
    tap.intake.onChanged = () => http.restricted()
    logger.info({ url: http.url, upstream: upstream?.origin }, 'tapping')
    process.stdout.write(`tapping at ${http.url}\n`)
    await aborted(signal)
    await http.close()
  } finally {
    await tap.close(CLOSE_MAX_MS)
  }
}

function addressOf(text: string): { host: string; port: number } {
  const found = /^(?:(.+):)?(\d{1,5})$/.exec(text)
  const port = Number(found?.[2])
  if (found === null || port > 65_535)
    throw new Fault('BAD_USAGE', '--listen takes HOST:PORT or PORT')
  return { host: (found[1] ?? LOOPBACK).replace(/^\[(.*)\]$/, '$1'), port }
}

function upstreamOf({ upstream, forward }: HttpTapFlags): URL | undefined {
  if ((upstream === undefined) === (forward !== true))
    throw new Fault('BAD_USAGE', 'With --listen name either --upstream URL or --forward')
  if (upstream === undefined) return undefined
  const url = URL.parse(upstream)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new Fault('BAD_USAGE', '--upstream takes http://host:port or https://host:port')
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}
