import { setImmediate as yieldToReaders } from 'node:timers/promises'

import { Fault } from '#domain/fault.ts'
import type { Chunk, Position } from '#domain/log.ts'
import type { TopicName } from '#domain/topics.ts'
import { asFault, ERROR, isFinal } from './faults.ts'
import type { Fetched, FetchTarget } from './fetch-request.ts'
import { Signal } from './signal.ts'
import { Slot } from './slot.ts'

const PARTITION_MAX_BYTES = 1024 * 1024
const RESPONSE_MAX_BYTES = 16 * 1024 * 1024
const BUFFER_MAX_BYTES = 2 * 1024 * 1024
/**
 * The broker answers as soon as there is something; a partition asked for anew waits this long.
 * Kafka's own clients do, too (`fetch.max.wait.ms`).
 */
const FETCH_WAIT_MS = 500
/** Where every buffer is full a node is looked at again after so long. */
const FULL_WAIT_MS = 50
/** While a full buffer is being emptied, a fetch of the others must not keep it waiting. */
const FETCH_WAIT_BUSY_MS = 5
const RETRY_DELAY_MIN_MS = 50
const RETRY_DELAY_MAX_MS = 1_000

/** What the fetcher needs of a cluster. Topics carry their full names here. */
export type FetchSource = {
  leaderOf(topic: string, partition: number): string | undefined
  fetch(
    nodeId: string,
    targets: FetchTarget[],
    waitMs: number,
    maxBytes: number,
  ): Promise<Fetched[]>
  refresh(): Promise<void>
}

export type FetcherSettings = {
  topicPrefix: string
  unavailableAfterMs: number
  stalledAfterMs: number
  nowMs?: () => number
}

/**
 * Fetches ahead of its reader, each partition from where the reader last asked, into bounded
 * buffers: one request at a time to each node. The reader's positions are the truth.
 */
export class Fetcher {
  readonly #source: FetchSource
  readonly #settings: FetcherSettings
  readonly #nowMs: () => number
  readonly #slots = new Map<string, Slot>()
  readonly #loops = new Map<string, Promise<void>>()
  readonly #arrived = new Signal()
  readonly #wanted = new Signal()
  #failingSinceMs: number | undefined
  #lastError: unknown
  #isClosed = false

  constructor(source: FetchSource, settings: FetcherSettings) {
    this.#source = source
    this.#settings = settings
    this.#nowMs = settings.nowMs ?? Date.now
  }

  /**
   * At most `limitCount` records from the positions, in their order; waits for the first.
   *
   * @throws Fault OFFSET_OUT_OF_RANGE, LOG_STALLED, LOG_UNAVAILABLE, TOPIC_MISSING.
   */
  async read(from: readonly Position[], limitCount: number, maxWaitMs: number): Promise<Chunk[]> {
    const deadlineMs = performance.now() + maxWaitMs
    for (;;) {
      const chunks = this.#takeAll(from, limitCount)
      this.#startLoops()
      const leftMs = deadlineMs - performance.now()
      if (chunks.length > 0 || this.#isClosed) return chunks
      this.#checkReachable()
      if (leftMs <= 0) return []
      await this.#arrived.wait(leftMs)
    }
  }

  /** Forgets the partitions that are not kept; what was fetched of them is dropped. */
  retain(isKept: (topic: TopicName, partition: number) => boolean): void {
    for (const [id, slot] of this.#slots)
      if (!isKept(slot.topic, slot.partition)) this.#slots.delete(id)
    this.#arrived.notify()
  }

  /** Stops fetching; resolves when no request is under way any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#slots.clear()
    this.#wanted.notify()
    this.#arrived.notify()
    await Promise.all(this.#loops.values())
  }

  #takeAll(from: readonly Position[], limitCount: number): Chunk[] {
    const chunks: Chunk[] = []
    let leftCount = limitCount
    for (const position of from) {
      const slot = this.#slotAt(position)
      if (slot.fault !== undefined) {
        this.#slots.delete(idOf(position))
        throw slot.fault
      }
      if (leftCount <= 0) continue
      const wasFull = slot.bufferedBytes >= BUFFER_MAX_BYTES
      const chunk = slot.take(leftCount)
      if (wasFull && slot.bufferedBytes < BUFFER_MAX_BYTES) this.#wanted.notify()
      if (chunk === undefined) continue
      chunks.push(chunk)
      leftCount -= chunk.records.length
    }
    return chunks
  }

  #slotAt({ topic, partition, offset }: Position): Slot {
    const id = idOf({ topic, partition })
    const known = this.#slots.get(id)
    if (known !== undefined && known.headOffset === offset) return known
    const slot = new Slot(topic, partition, offset)
    this.#slots.set(id, slot)
    this.#wanted.notify()
    return slot
  }

  #startLoops(): void {
    if (this.#isClosed) return
    for (const slot of this.#slots.values()) {
      const nodeId = this.#leaderOf(slot) ?? NO_LEADER
      if (this.#loops.has(nodeId)) continue
      const loop = this.#loop(nodeId).finally(() => this.#loops.delete(nodeId))
      this.#loops.set(nodeId, loop)
    }
  }

  async #loop(nodeId: string): Promise<void> {
    let retryDelayMs = RETRY_DELAY_MIN_MS
    // Readers that start together are asked for together.
    await yieldToReaders()
    while (!this.#isClosed) {
      const led = [...this.#slots.values()].filter(
        (slot) => (this.#leaderOf(slot) ?? NO_LEADER) === nodeId,
      )
      if (led.length === 0) return
      const open = led.filter(
        (slot) => slot.fault === undefined && slot.bufferedBytes < BUFFER_MAX_BYTES,
      )
      if (open.length === 0) {
        await this.#wanted.wait(FULL_WAIT_MS)
        continue
      }
      try {
        if (nodeId === NO_LEADER) throw new Error('no leader is known')
        await this.#fetch(nodeId, open, led.length > open.length)
        this.#failingSinceMs = undefined
        retryDelayMs = RETRY_DELAY_MIN_MS
      } catch (error) {
        this.#failingSinceMs ??= this.#nowMs()
        this.#lastError = error
        await this.#wanted.wait(retryDelayMs)
        retryDelayMs = Math.min(retryDelayMs * 2, RETRY_DELAY_MAX_MS)
        await this.#source.refresh().catch(() => undefined)
      }
    }
  }

  async #fetch(nodeId: string, slots: readonly Slot[], isOtherFull: boolean): Promise<void> {
    const targets = slots.map((slot) => ({
      topic: this.#settings.topicPrefix + slot.topic,
      partition: slot.partition,
      offset: slot.fetchOffset,
      maxBytes: PARTITION_MAX_BYTES,
    }))
    const waitMs = isOtherFull ? FETCH_WAIT_BUSY_MS : FETCH_WAIT_MS
    const fetched = await this.#source.fetch(nodeId, targets, waitMs, RESPONSE_MAX_BYTES)
    const byId = new Map(slots.map((slot) => [idOf(slot), slot]))
    let staleCode = ERROR.none as number
    for (const answer of fetched) {
      const topic = answer.topic.slice(this.#settings.topicPrefix.length) as TopicName
      const slot = byId.get(idOf({ topic, partition: answer.partition }))
      if (slot === undefined) continue
      staleCode ||= this.#takeIn(slot, answer)
    }
    this.#arrived.notify()
    if (staleCode !== ERROR.none) throw staleError(staleCode)
  }

  /** Returns an error code that fresh metadata may cure, else 0. */
  #takeIn(slot: Slot, { errorCode, readableEnd, batches }: Fetched): number {
    if (errorCode === ERROR.offsetOutOfRange) {
      slot.fault = outOfRange(slot)
      return ERROR.none
    }
    if (errorCode !== ERROR.none) return errorCode
    const before = slot.fetchOffset
    slot.add(batches)
    if (slot.fetchOffset > before || before >= readableEnd) slot.idleSinceMs = undefined
    else slot.idleSinceMs ??= this.#nowMs()
    const { idleSinceMs } = slot
    if (idleSinceMs !== undefined && this.#nowMs() - idleSinceMs > this.#settings.stalledAfterMs)
      slot.fault = stalled(slot, readableEnd, this.#settings.stalledAfterMs)
    return ERROR.none
  }

  #leaderOf(slot: Slot): string | undefined {
    try {
      return this.#source.leaderOf(this.#settings.topicPrefix + slot.topic, slot.partition)
    } catch {
      return undefined
    }
  }

  #checkReachable(): void {
    const sinceMs = this.#failingSinceMs
    if (sinceMs === undefined) return
    const isLong = this.#nowMs() - sinceMs > this.#settings.unavailableAfterMs
    if (!isLong && !isFinal(this.#lastError)) return
    throw asFault(this.#lastError, 'Reading')
  }
}

const NO_LEADER = ''

function idOf({ topic, partition }: { topic: TopicName; partition: number }): string {
  return `${topic}/${partition}`
}

function staleError(code: number): Error {
  const type = code === ERROR.unknownTopic ? 'UNKNOWN_TOPIC_OR_PARTITION' : `error ${code}`
  return Object.assign(new Error(`a partition answers with error ${code}`), { type })
}

function outOfRange({ topic, partition, fetchOffset }: Slot): Fault {
  return new Fault(
    'OFFSET_OUT_OF_RANGE',
    `${topic}/${partition} has no offset ${fetchOffset}: deleted before it was read`,
  )
}

function stalled({ topic, partition, fetchOffset }: Slot, end: number, afterMs: number): Fault {
  const where = `${topic}/${partition} at offset ${fetchOffset} of ${end}`
  return new Fault('LOG_STALLED', `${where} has given nothing for ${afterMs / 1000} s`)
}
