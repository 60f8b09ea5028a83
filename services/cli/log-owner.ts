import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { Fault } from '#domain/fault.ts'
import type { Environment } from '#runtime/config.ts'
import { readSettings, type Settings } from '#runtime/config.ts'
import { createLogger, type Logger } from '#runtime/logger.ts'
import { doorClient, type DoorClient } from './door-client.ts'
import { dataDirectory } from './options.ts'
import { isDistributed } from './directory.ts'
import { openWorld, type World } from './world.ts'

/** A log this process opened itself. */
export type OwnLog = { world: World; settings: Settings; directory: string; logger: Logger }

/** Two ways to act on a pipeline. */
export type Ways<T> = {
  /** Through the owner's door; undefined where it has none for this (its service is not there). */
  throughDoor: (door: DoorClient) => Promise<T | undefined>
  onLog: (own: OwnLog) => Promise<T>
  /** Whether a directory without a log gets one. */
  makesLog: boolean
}

/**
 * Acts on a pipeline: through the door of the process that owns the directory, else on the log
 * itself.
 *
 * @throws Fault LOG_LOCKED where a process without such a door owns it; NOT_FOUND where there is no
 * log; LOG_UNAVAILABLE.
 */
export async function actOnPipeline<T>(environment: Environment, ways: Ways<T>): Promise<T> {
  const door = doorClient(environment)
  const answer = door === undefined ? undefined : await ways.throughDoor(door)
  if (answer !== undefined) return answer
  const settings = readSettings(environment)
  const directory = dataDirectory(environment)
  const isEmbedded = !isDistributed(settings)
  if (isEmbedded && !ways.makesLog && !existsSync(join(directory, 'log.sqlite')))
    throw new Fault('NOT_FOUND', `There is no log in ${directory}; name another --data-dir`)
  const logger = createLogger(settings.TOCSIN_LOG_LEVEL)
  const world = await openWorld(settings, directory, 'power_cut', logger)
  try {
    if (isEmbedded) await world.log.createTopics()
    return await ways.onLog({ world, settings, directory, logger })
  } finally {
    await world.close()
  }
}
