import { setInterval as everySecond } from 'node:timers/promises'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import type { Codec } from '#domain/codec.ts'
import type { DoorRoute } from '#domain/door.ts'
import { Fault } from '#domain/fault.ts'
import type { Log } from '#domain/log.ts'
import type { Logger } from '#runtime/logger.ts'
import { openIntake } from './intake.ts'
import { compileAlertNormalizer } from './normalize/alert.ts'
import { compileNormalizer } from './normalize/event.ts'
import { compileRejectNormalizer } from './normalize/reject-line.ts'
import type { Intake } from './source.ts'
import { postRoutes } from './sources/http.ts'
import { rejectsRoute } from './sources/posted-rejects.ts'

const TICK_MS = 1_000

/** The live collector at work in this process. */
export type RunningCollect = {
  /** What its HTTP door offers. */
  routes: DoorRoute[]
  /** Where every other source of this process hands in. */
  intake: Intake
  /** Resolves when it has stopped after its signal; rejects when it cannot go on. */
  stopped: Promise<void>
}

export type CollectParts = {
  log: Log
  codec: Codec
  logger: Logger
  onPosted: (counts: { acceptedCount: number; rejectedCount: number }) => void
}

/** Wires `collect` and starts it: sources hand in to one intake, which promises every second. */
export async function startCollect(
  parts: CollectParts,
  signal: AbortSignal,
): Promise<RunningCollect> {
  const { log, codec, logger, onPosted } = parts
  const sender = await log.openSender()
  const intake = openIntake({ log, sender, codec, nowMs: Date.now })
  const schemas = loadSchemas()
  const routes = postRoutes({
    intake,
    normalize: compileNormalizer(schemas),
    normalizeAlert: compileAlertNormalizer(schemas),
    nowMs: Date.now,
    onPosted,
  })
  const normalizeReject = compileRejectNormalizer(schemas)
  routes.push(rejectsRoute({ intake, normalizeReject, onPosted }))
  const run = async (): Promise<void> => {
    try {
      for await (const _ of everySecond(TICK_MS, undefined, { signal })) {
        await intake.tick().catch((error: unknown) => {
          if (!(error instanceof Fault && error.retryable)) throw error
          logger.warn({ error }, 'promises could not be written and are written again')
        })
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      // A live collector is never finished: it lapses, and goes on after the next start.
      await intake.stop('paused')
      await sender.close()
    }
  }
  return { routes, intake, stopped: run() }
}
