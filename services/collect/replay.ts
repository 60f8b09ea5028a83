import { setImmediate as yieldToOthers } from 'node:timers/promises'

import type { Codec } from '#domain/codec.ts'
import type { Log, OutgoingRecord, Sender } from '#domain/log.ts'
import { MINUTE_US } from '#domain/time.ts'
import type { OrderedBatch } from './order.ts'
import { eventRecord, promiseRecords, rejectRecord } from './outgoing.ts'

/** How far a replay has come, in accepted events in their order and in rejects by position. */
type ReplayCounts = { eventCount: number; rejectCount: number }

export type ReplayOptions = {
  batches: AsyncIterable<OrderedBatch>
  log: Pick<Log, 'laneCount'>
  sender: Sender
  codec: Codec
  /** The collector's name on its promises; one replay is one writer. */
  writer: string
  /** What an earlier run of the same input had acknowledged: it is not sent again. */
  skip: ReplayCounts
  /** After each send: so much is durable, counted from the start. Nothing is sent meanwhile. */
  onAcknowledged: (counts: ReplayCounts) => void | Promise<void>
  /** A promise is durable; Infinity once, at the end. */
  onProgress?: (watermarkUs: number) => void
  batchMaxCount?: number
  batchMaxBytes?: number
  signal: AbortSignal
}

export type ReplayResult = { isFinished: boolean; acknowledged: ReplayCounts }

const BATCH_MAX_COUNT = 2_000
const BATCH_MAX_BYTES = 8 * 1024 * 1024

/**
 * Sends an ordered input as a collector would: before the first event of each new minute of event
 * time the promise of that minute to every lane, `inf` when all is acknowledged. Its promises never
 * lapse. Stops between two sends when the signal aborts.
 *
 * @throws Fault LOG_UNAVAILABLE, LOG_FULL, and what `batches` throws.
 */
export async function replayInto(options: ReplayOptions): Promise<ReplayResult> {
  const writer = new ReplayWriter(options)
  for await (const batch of options.batches) {
    for (const placed of batch.events) {
      const { occurred_at } = placed.event
      if (!writer.isNew('eventCount')) {
        writer.skipTo(occurred_at)
        continue
      }
      writer.promiseMinuteOf(occurred_at)
      writer.add(eventRecord(options.codec, options.log.laneCount, placed))
      if (writer.isFull) await writer.send()
      if (options.signal.aborted) return writer.result(false)
    }
    for (const reject of batch.rejects) {
      if (!writer.isNew('rejectCount')) continue
      writer.add(rejectRecord(options.codec, options.log.laneCount, reject))
      if (writer.isFull) await writer.send()
      if (options.signal.aborted) return writer.result(false)
    }
  }
  writer.promise(Infinity)
  await writer.send()
  return writer.result(true)
}

/** Collects records until there are enough of them for one send. */
class ReplayWriter {
  readonly #options: ReplayOptions
  readonly #seen: ReplayCounts = { eventCount: 0, rejectCount: 0 }
  #acknowledged: ReplayCounts
  #records: OutgoingRecord[] = []
  #bytes = 0
  #promisedUs = -Infinity
  #skippedToUs = -Infinity

  constructor(options: ReplayOptions) {
    this.#options = options
    this.#acknowledged = { ...options.skip }
  }

  get isFull(): boolean {
    const { batchMaxCount = BATCH_MAX_COUNT, batchMaxBytes = BATCH_MAX_BYTES } = this.#options
    return this.#records.length >= batchMaxCount || this.#bytes >= batchMaxBytes
  }

  /** Counts one more; false where an earlier run has sent it. */
  isNew(kind: keyof ReplayCounts): boolean {
    this.#seen[kind] += 1
    return this.#seen[kind] > this.#options.skip[kind]
  }

  skipTo(occurredAtUs: number): void {
    this.#skippedToUs = occurredAtUs
  }

  promiseMinuteOf(occurredAtUs: number): void {
    // A resumed run says first what the earlier one had promised.
    if (this.#promisedUs === -Infinity && this.#skippedToUs !== -Infinity)
      this.promise(minuteOf(this.#skippedToUs))
    const minuteUs = minuteOf(occurredAtUs)
    if (minuteUs > this.#promisedUs) this.promise(minuteUs)
  }

  promise(watermarkUs: number): void {
    const { writer, log } = this.#options
    this.#promisedUs = watermarkUs
    for (const record of promiseRecords({ writer, watermarkUs, leaseMs: undefined }, log.laneCount))
      this.#records.push(record)
  }

  add(record: OutgoingRecord): void {
    this.#records.push(record)
    this.#bytes += record.value?.length ?? 0
  }

  /** Sends what is there. Lets others have a turn: in one process the stages work meanwhile. */
  async send(): Promise<void> {
    const { sender, skip, onAcknowledged, onProgress } = this.#options
    await sender.send(this.#records)
    this.#records = []
    this.#bytes = 0
    this.#acknowledged = {
      eventCount: Math.max(this.#seen.eventCount, skip.eventCount),
      rejectCount: Math.max(this.#seen.rejectCount, skip.rejectCount),
    }
    await onAcknowledged(this.#acknowledged)
    if (this.#promisedUs !== -Infinity) onProgress?.(this.#promisedUs)
    await yieldToOthers()
  }

  result(isFinished: boolean): ReplayResult {
    return { isFinished, acknowledged: this.#acknowledged }
  }
}

function minuteOf(timeUs: number): number {
  return Math.floor(timeUs / MINUTE_US) * MINUTE_US
}
