import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'

import { Fault } from '#domain/fault.ts'
import { readSettings, type Environment, type Settings } from '#runtime/config.ts'
import type { Logger } from '#runtime/logger.ts'
import type { TapSettings } from '../../collect/config.ts'
import { EnforcementPoint } from '../../collect/enforcement/point.ts'
import { steadyClock } from '../../collect/tap/clock.ts'
import { Delivery, type Courier } from '../../collect/tap/delivery.ts'
import { DeliveryOrder } from '../../collect/tap/delivery-order.ts'
import { openDoorCourier, type TapDoor } from '../../collect/tap/door-courier.ts'
import { EnforcementStream } from '../../collect/tap/enforcement-stream.ts'
import { tellLostAnswers } from '../../collect/tap/lost-answers.ts'
import type { Outbox } from '../../collect/tap/outbox.ts'
import { Recorder } from '../../collect/tap/recorder.ts'
import { RestrictionIntake } from '../../collect/tap/restriction-intake.ts'
import {
  makeTapDirectory,
  newOutbox,
  orphanedOutboxes,
  removeOutbox,
} from '../../collect/tap/tap-files.ts'
import { TapMemory } from '../../collect/tap/tap-memory.ts'
import { isDistributed } from '../directory.ts'
import { readDoors } from '../doors.ts'
import { liveHashKey } from '../hash-key.ts'
import { dataDirectory } from '../options.ts'

/** Which pipeline a tap belongs to: where its events go, and who tells it what is restricted. */
export type PipelineLink = {
  courier: Courier
  /** Resolves once what is restricted has been heard, at the latest after a time. */
  heard: (maxWaitMs: number) => Promise<void>
  close: () => Promise<void>
}

export type LinkParts = {
  tenantId: string
  settings: Settings
  intake: RestrictionIntake
  point: EnforcementPoint
  logger: Logger
}

/** A tap that is open: whatever transport carries its traffic. */
export type OpenTap = {
  recorder: Recorder
  intake: RestrictionIntake
  /** Resolves when traffic may begin: restrictions were heard, or nobody told any for a moment. */
  ready: Promise<void>
  /** Brings what is left to the pipeline; what cannot be brought in time stays on disk. */
  close: (maxWaitMs: number) => Promise<void>
}

const DIRECTORY = 'taps'
const READY_MAX_MS = 500
/** At the end a pipeline that is away is not waited for. */
const CLOSE_FAILURES_MAX_COUNT = 2
const ORPHAN_MAX_MS = 60 * 60_000
const REMEMBERED_MAX_US = 7 * 24 * 3_600_000_000

/**
 * Opens a tap's outbox, memory and ties to its pipeline. Outboxes that killed taps left behind are
 * brought too.
 *
 * @throws Fault OUTPUT_UNWRITABLE, BAD_SETTINGS, LOG_UNAVAILABLE.
 */
export async function openTap(
  environment: Environment,
  tap: TapSettings,
  wire: { serverId: string; transport: 'stdio' | 'http' },
  logger: Logger,
): Promise<OpenTap> {
  const settings = readSettings(environment)
  const directory = dataDirectory(environment)
  const files = makeTapDirectory(join(directory, DIRECTORY))
  const nowUs = steadyClock(Date.now, () => performance.now())
  const memory = new TapMemory(files)
  memory.forgetBefore(nowUs() - REMEMBERED_MAX_US)
  const outbox = newOutbox(files, wire.serverId, tap.outbox)
  const { tenantId, keep, known, failsClosed, readingTools } = tap
  const point = new EnforcementPoint({ tenantId, failsClosed, readingTools })
  const { transport } = wire
  const hashKey = liveHashKey(settings, directory)
  const parts = { tenantId, transport, outbox, memory, point, keep, hashKey, known, nowUs }
  const recorder = new Recorder(parts)
  const intake = new RestrictionIntake({
    point,
    memory,
    recorder,
    publicKeyPem: publicKey(tap.publicKeyFile),
    onRefused: (reason) => logger.warn({ reason }, 'a restriction was not taken'),
  })
  const linkParts = { tenantId, settings, intake, point, logger }
  const link = isDistributed(settings)
    ? (await import('./kafka-link.ts')).openKafkaLink(linkParts, directory)
    : openDoorLink(linkParts, directory)
  const order = new DeliveryOrder(files, outbox.collectorId)
  const delivery = deliver(outbox, link.courier, logger, order)
  const orphans = bringOrphans(files, tap, { memory, link, logger, nowUs })
  return {
    recorder,
    intake,
    ready: link.heard(READY_MAX_MS),
    close: async (maxWaitMs) => {
      let isDelivered = false
      try {
        isDelivered = await delivery.finish(maxWaitMs, CLOSE_FAILURES_MAX_COUNT)
        for (const { outbox: orphan, delivery: bringing } of orphans) {
          await bringing.finish(0)
          orphan.close()
        }
      } finally {
        // Whatever went wrong, nothing may keep the process of a tap that has ended.
        await link.close()
        order.close()
        if (isDelivered) removeOutbox(files, outbox)
        else outbox.close()
        memory.close()
      }
    },
  }
}

function deliver(
  outbox: Outbox,
  courier: Courier,
  logger: Logger,
  order?: DeliveryOrder,
): Delivery {
  return new Delivery({
    outbox,
    courier,
    ...(order === undefined ? {} : { order }),
    onTrouble: (fault) => {
      const { collectorId, pendingCount, droppedCount } = outbox
      const fields = { collector: collectorId, pending: pendingCount, dropped: droppedCount }
      if (fault === undefined) logger.info(fields, 'events are delivered again')
      else logger.warn({ ...fields, error: fault }, 'events cannot be delivered; they are kept')
    },
  })
}

type Orphan = { outbox: Outbox; delivery: Delivery }

function bringOrphans(
  files: string,
  tap: TapSettings,
  way: { memory: TapMemory; link: PipelineLink; logger: Logger; nowUs: () => number },
): Set<Orphan> {
  const { memory, link, logger, nowUs } = way
  const orphans = new Set<Orphan>()
  const bringToEnd = async (orphan: Orphan): Promise<void> => {
    const isDelivered = await orphan.delivery.finish(ORPHAN_MAX_MS)
    if (!orphans.delete(orphan)) return
    if (isDelivered) removeOutbox(files, orphan.outbox)
    else orphan.outbox.close()
  }
  for (const outbox of orphanedOutboxes(files, tap.outbox)) {
    memory.forgetMembers(outbox.collectorId)
    const count = tellLostAnswers(outbox, nowUs())
    if (count > 0) logger.warn({ collector: outbox.collectorId, count }, 'answers are lost')
    const orphan = { outbox, delivery: deliver(outbox, link.courier, logger) }
    orphans.add(orphan)
    void bringToEnd(orphan)
  }
  return orphans
}

function openDoorLink(parts: LinkParts, directory: string): PipelineLink {
  const { tenantId, intake, point, logger } = parts
  const door = (): TapDoor | undefined => {
    const doors = readDoors(directory)
    const url = doors?.http?.url
    if (doors === undefined || url === undefined) return undefined
    return { url, ingestToken: doors.tokens.ingest, tapToken: doors.tokens.tap }
  }
  const courier = openDoorCourier(door, tenantId, (count) =>
    logger.warn({ count }, 'the pipeline could not use some events'),
  )
  const onUnreadable = (): void => logger.warn('a restriction could not be decoded')
  const stream = new EnforcementStream({ door, intake, point, onUnreadable })
  return {
    courier,
    heard: (maxWaitMs) => stream.heard(maxWaitMs),
    close: async () => {
      await stream.stop()
      await courier.close()
    },
  }
}

function publicKey(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const message = `TOCSIN_TAP_PUBLIC_KEY_FILE: cannot read ${file}`
    throw new Fault('BAD_SETTINGS', message, { cause })
  }
}
