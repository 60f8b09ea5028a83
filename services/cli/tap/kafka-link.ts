import { setTimeout as wait } from 'node:timers/promises'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import { Fault } from '#domain/fault.ts'
import { readProgress } from '#domain/headers.ts'
import type { Chunk, Sender } from '#domain/log.ts'
import { SECOND_US } from '#domain/time.ts'
import { openIntake, type RunningIntake } from '../../collect/intake.ts'
import { compileNormalizer } from '../../collect/normalize/event.ts'
import type { PlacedEvent } from '../../collect/order.ts'
import { readPlacedEvents } from '../../collect/placed-events.ts'
import type { Parcel } from '../../collect/tap/delivery.ts'
import { openWorld, type World } from '../world.ts'
import type { LinkParts, PipelineLink } from './open-tap.ts'

const TOPIC = 'enforcement.v1'
/** Whether the brokers can be reached is asked so often; nobody else would say. */
const ASK_EVERY_MS = 1_000
/** An event is in the log so long after it happened, where nothing is wrong. */
const LATENESS_US = 5 * SECOND_US

/** What is open while the brokers can be reached. */
type Connected = {
  world: World
  sender: Sender
  intake: RunningIntake
  unfollow: () => Promise<void>
}

/**
 * Ties a tap to Kafka: events go straight to their topics, restrictions come from theirs, read
 * whole. Brokers that cannot be reached are tried again until they can.
 */
export function openKafkaLink(parts: LinkParts, directory: string): PipelineLink {
  return new KafkaLink(parts, directory)
}

class KafkaLink implements PipelineLink {
  readonly #parts: LinkParts
  readonly #directory: string
  readonly #stopping = new AbortController()
  readonly #heard = Promise.withResolvers<void>()
  readonly #normalize = compileNormalizer(loadSchemas())
  readonly #running: Promise<void>
  #connected: Connected | undefined

  constructor(parts: LinkParts, directory: string) {
    this.#parts = parts
    this.#directory = directory
    parts.point.isAway = true
    this.#running = this.#run()
  }

  readonly courier = {
    bring: (parcel: Parcel) => this.#bring(parcel),
    close: () => Promise.resolve(),
  }

  async heard(maxWaitMs: number): Promise<void> {
    await Promise.race([this.#heard.promise, wait(maxWaitMs, undefined, { ref: false })])
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    const connected = this.#connected
    if (connected === undefined) return
    await connected.unfollow()
    await connected.intake.stop('paused')
    await connected.sender.close()
    await connected.world.close()
  }

  /** Connects, then asks the brokers now and then whether they are there. */
  async #run(): Promise<void> {
    const { signal } = this.#stopping
    const { point } = this.#parts
    while (!signal.aborted) {
      try {
        this.#connected ??= await this.#connect()
        await this.#connected.world.log.endOffsets(TOPIC)
        await this.#connected.intake.tick()
        point.isAway = false
        this.#heard.resolve()
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        point.isAway = true
      }
      await wait(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  async #connect(): Promise<Connected> {
    const { settings, logger } = this.#parts
    const world = await openWorld(settings, this.#directory, 'process_crash', logger)
    try {
      const { log, codec } = world
      const sender = await log.openSender()
      const intake = openIntake({ log, sender, codec, nowMs: Date.now })
      const unfollow = await log.follow(TOPIC, (chunk) => void this.#take(world, chunk))
      return { world, sender, intake, unfollow }
    } catch (error) {
      await world.close()
      throw error
    }
  }

  async #bring({ lines, collectorId, isLast }: Parcel): Promise<void> {
    const connected = this.#connected
    if (connected === undefined)
      throw new Fault('LOG_UNAVAILABLE', 'No broker has been reached yet')
    const events: PlacedEvent[] = []
    const reading = { chunks: once(lines), sha256: () => '', damage: () => undefined }
    const placing = { normalize: this.#normalize, sourceName: `tap:${collectorId}` }
    for await (const batch of readPlacedEvents(reading, placing)) events.push(...batch.events)
    await connected.intake.take({
      events,
      rejects: [],
      latenessUs: LATENESS_US,
      statedUs: isLast ? Infinity : undefined,
      collector: { tenantId: this.#parts.tenantId, collectorId },
    })
  }

  async #take({ codec }: World, chunk: Chunk): Promise<void> {
    const { intake, logger } = this.#parts
    for (const { key, value, headers, corrupt } of chunk.records) {
      if (value === null || readProgress(key, headers) !== undefined) continue
      let decoded = codec.decode(TOPIC, value)
      if (!decoded.ok && decoded.reason === 'UNKNOWN_SCHEMA') {
        await codec.prepare(TOPIC, [value]).catch(() => undefined)
        decoded = codec.decode(TOPIC, value)
      }
      if (decoded.ok && !corrupt) intake.take(decoded.value)
      else logger.warn('a restriction could not be decoded')
    }
  }
}

async function* once(lines: Buffer): AsyncIterable<Buffer> {
  yield await Promise.resolve(lines)
}
