import type { EachBatchPayload, KafkaMessage } from 'kafkajs'

import { openClient } from './cluster.ts'
import { asFault } from './faults.ts'
import { withDefaults, type KafkaSettings } from './settings.ts'

/** A message of a topic that is not ours. */
type RawMessage = { offset: number; value: Buffer | null }

/** Messages of one partition, in order; the next are given once these are acknowledged. */
type RawMessages = {
  partition: number
  messages: readonly RawMessage[]
  /** Commits that the group has read them. @throws Fault LOG_UNAVAILABLE. */
  acknowledge: () => Promise<void>
}

/** A topic of raw lines, read as one member of a group. */
export type RawTopic = {
  /** Until the signal aborts. Gives none, with partition -1, where nothing came for a while. */
  read(signal: AbortSignal): AsyncIterable<RawMessages>
  close(): Promise<void>
}

export type RawTopicOptions = {
  topic: string
  group: string
  /** Where a group that is new begins. */
  from: 'earliest' | 'latest'
  batchMaxCount?: number
}

const BATCH_MAX_COUNT = 1_000
const QUIET_MS = 1_000
const HEARTBEAT_EVERY_MS = 2_000

type Offer = { messages: RawMessages; done: () => void }

/**
 * Reads a topic of any producer's by Kafka's own groups and offsets.
 *
 * @throws Fault LOG_UNAVAILABLE, TOPIC_MISSING, BAD_SETTINGS.
 */
export async function openRawTopic(
  settings: KafkaSettings,
  options: RawTopicOptions,
): Promise<RawTopic> {
  const full = withDefaults(settings)
  const { topic, group: groupId, from, batchMaxCount = BATCH_MAX_COUNT } = options
  const consumer = openClient(full).consumer({
    groupId,
    sessionTimeout: full.sessionTimeoutMs,
    allowAutoTopicCreation: false,
  })
  const channel = new Channel()
  consumer.on('consumer.crash', ({ payload }) => {
    if (!payload.restart) channel.fail(asFault(payload.error, `Reading ${topic}`))
  })
  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { partition, messages } = payload.batch
    const isOurs = (): boolean => payload.isRunning() && !payload.isStale()
    for (let start = 0; start < messages.length; start += batchMaxCount) {
      if (!isOurs()) return
      const part = messages.slice(start, start + batchMaxCount)
      const last = part.at(-1)?.offset ?? '0'
      const offset = String(Number(last) + 1)
      const acknowledge = async (): Promise<void> => {
        payload.resolveOffset(last)
        await consumer.commitOffsets([{ topic, partition, offset }])
      }
      await channel.offer({ partition, messages: part.map(messageOf), acknowledge }, isOurs, () =>
        payload.heartbeat(),
      )
    }
  }
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: from === 'earliest' })
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch })
  } catch (cause) {
    await consumer.disconnect().catch(() => undefined)
    throw asFault(cause, `Reading ${topic}`)
  }
  return {
    read: (signal) => channel.read(signal),
    close: async () => {
      channel.close()
      await consumer.disconnect()
    },
  }
}

function messageOf({ offset, value }: KafkaMessage): RawMessage {
  return { offset: Number(offset), value }
}

/** Hands one batch at a time from the client, which pushes, to a reader, who pulls. */
class Channel {
  #offer: Offer | undefined
  #arrival = Promise.withResolvers<void>()
  #failure: unknown
  #isClosed = false

  fail(error: unknown): void {
    this.#failure = error
    this.#arrival.resolve()
  }

  close(): void {
    this.#isClosed = true
    this.#offer?.done()
    this.#arrival.resolve()
  }

  /** Resolves when the reader asks for more, or the batch is no longer ours to give. */
  async offer(
    messages: RawMessages,
    isOurs: () => boolean,
    heartbeat: () => Promise<void>,
  ): Promise<void> {
    if (this.#isClosed) return
    const taken = Promise.withResolvers<'taken'>()
    const offer: Offer = { messages, done: () => taken.resolve('taken') }
    this.#offer = offer
    this.#arrival.resolve()
    while (isOurs()) {
      const outcome = await Promise.race([taken.promise, after(HEARTBEAT_EVERY_MS)])
      if (outcome === 'taken') break
      await heartbeat()
    }
    if (this.#offer === offer) this.#offer = undefined
  }

  async *read(signal: AbortSignal): AsyncIterable<RawMessages> {
    const aborted = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    )
    while (!signal.aborted && !this.#isClosed) {
      if (this.#failure !== undefined) throw this.#failure
      const offer = this.#offer
      if (offer !== undefined) {
        yield offer.messages
        offer.done()
        if (this.#offer === offer) this.#offer = undefined
        continue
      }
      this.#arrival = Promise.withResolvers()
      await Promise.race([this.#arrival.promise, after(QUIET_MS), aborted])
      if (this.#offer === undefined) yield NOTHING
    }
  }
}

const NOTHING: RawMessages = {
  partition: -1,
  messages: [],
  acknowledge: () => Promise.resolve(),
}

function after(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs).unref()
  })
}
