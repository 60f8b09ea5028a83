import { setInterval as everySecond } from 'node:timers/promises'

import { openCodec } from '#adapters/avro/codec.ts'
import { loadSchemas } from '#adapters/avro/schemas.ts'
import { fileSchemaIds } from '#adapters/registry/files.ts'
import { Fault } from '#domain/fault.ts'
import type { Settings } from '#runtime/config.ts'
import type { Logger } from '#runtime/logger.ts'
import { openSentLog, type SentLog } from '../../collect/already-sent.ts'
import { openIntake } from '../../collect/intake.ts'
import type { Intake } from '../../collect/source.ts'
import { isDistributed } from '../directory.ts'
import { readDoors } from '../doors.ts'
import { openWorld } from '../world.ts'
import { doorIntake } from './door-intake.ts'
import { doorLog } from './door-log.ts'
import { eventLine } from './event-lines.ts'

/** How a process of its own hands in. */
export type Way = {
  intake: Pick<Intake, 'take'>
  sent: SentLog | undefined
  close: () => Promise<void>
}

const TICK_MS = 1_000

/** Writes events out, and nothing else happens to them. */
export function dryWay(write: (text: string) => void): Way {
  const take: Intake['take'] = ({ events }) => {
    write(events.map((event) => `${eventLine(event)}\n`).join(''))
    return Promise.resolve()
  }
  return { intake: { take }, sent: undefined, close: () => Promise.resolve() }
}

/**
 * The way into a pipeline: its brokers, or the door of the process that owns the directory.
 *
 * @throws Fault LOG_UNAVAILABLE, BAD_SETTINGS; NOT_FOUND where no pipeline runs there.
 */
export function openWay(settings: Settings, directory: string, logger: Logger): Promise<Way> {
  return isDistributed(settings)
    ? brokerWay(settings, directory, logger)
    : doorWay(settings, directory)
}

async function doorWay(settings: Settings, directory: string): Promise<Way> {
  if (readDoors(directory)?.http === undefined)
    throw new Fault(
      'NOT_FOUND',
      `No pipeline runs on ${directory}: \`tocsin start\` first, or --dry-run`,
    )
  const schemas = loadSchemas()
  const ids = fileSchemaIds([...schemas.values()])
  const codec = await openCodec(schemas, ids, settings.TOCSIN_TOPIC_PREFIX)
  const sent = openSentLog(doorLog(directory), codec)
  return { intake: doorIntake(directory), sent, close: () => Promise.resolve() }
}

async function brokerWay(settings: Settings, directory: string, logger: Logger): Promise<Way> {
  const world = await openWorld(settings, directory, 'process_crash', logger)
  const { log, codec } = world
  try {
    const sender = await log.openSender()
    const intake = openIntake({ log, sender, codec, nowMs: Date.now })
    const stopping = new AbortController()
    const tick = async (): Promise<void> => {
      try {
        for await (const _ of everySecond(TICK_MS, undefined, { signal: stopping.signal }))
          await intake.tick().catch((error: unknown) => logger.warn({ error }, 'promises wait'))
      } catch (error) {
        if (!stopping.signal.aborted) throw error
      }
    }
    const ticking = tick()
    const close = async (): Promise<void> => {
      stopping.abort()
      await ticking
      await intake.stop('paused')
      await sender.close()
      await world.close()
    }
    return { intake, sent: openSentLog(log, codec), close }
  } catch (error) {
    await world.close()
    throw error
  }
}
