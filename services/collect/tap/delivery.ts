import { setTimeout as wait } from 'node:timers/promises'

import { Fault } from '#domain/fault.ts'
import type { DeliveryOrder } from './delivery-order.ts'
import type { Outbox, OutboxBatch } from './outbox.ts'

/** What a courier brings to the log at once. */
export type Parcel = {
  /** NDJSON; empty: only a sign of life. */
  lines: Buffer
  count: number
  collectorId: string
  /** Nothing comes any more: the collector is finished. */
  isLast: boolean
}

/**
 * Brings events to a pipeline: through its door, or to Kafka. Resolves once the log has
 * acknowledged them.
 *
 * @throws Fault LOG_UNAVAILABLE: retryable. Events may arrive twice; their ids are the same.
 */
export type Courier = {
  bring(parcel: Parcel, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export type DeliveryOptions = {
  outbox: Outbox
  courier: Courier
  /** Among the taps of a machine; undefined: what is brought is old anyway. */
  order?: DeliveryOrder
  /** Hears of the first failure in a row, and of the end of one. */
  onTrouble: (fault: Fault | undefined) => void
}

const BATCH_MAX_BYTES = 1024 * 1024
/** What comes within this time goes together. */
const GATHER_MS = 5
const ALIVE_EVERY_MS = 10_000
const RETRY_MIN_MS = 50
const RETRY_MAX_MS = 2_000

/** Brings what stands in an outbox to the log, in order, until it is stopped. */
export class Delivery {
  readonly #options: DeliveryOptions
  readonly #stopping = new AbortController()
  #wake = Promise.withResolvers<void>()
  #running: Promise<void>
  /** What is on its way: a batch that is brought again is not read again. */
  #batch: OutboxBatch | undefined
  #isInTrouble = false
  #isFinishing = false
  #failuresMaxCount = Infinity

  constructor(options: DeliveryOptions) {
    this.#options = options
    options.outbox.onExpecting = () => options.order?.expecting() ?? noEvent
    options.outbox.onAppended = () => {
      options.order?.noted(options.outbox.lastSeq)
      this.#wake.resolve()
    }
    this.#running = this.#run()
  }

  /**
   * Brings what is left and says that the collector is finished; gives up after `maxWaitMs`, or so
   * many failures in a row, when the rest stays in the file. Resolves to whether all was brought.
   */
  async finish(maxWaitMs: number, failuresMaxCount = Infinity): Promise<boolean> {
    this.#isFinishing = true
    this.#failuresMaxCount = failuresMaxCount
    this.#wake.resolve()
    const timer = setTimeout(() => this.#stopping.abort(), maxWaitMs)
    await this.#running
    clearTimeout(timer)
    return !this.#stopping.signal.aborted
  }

  async #run(): Promise<void> {
    let failures = 0
    while (!this.#stopping.signal.aborted) {
      try {
        const isDone = await this.#bringOne()
        failures = 0
        this.#trouble(undefined)
        if (isDone) return
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        this.#trouble(error)
        if (failures + 1 >= this.#failuresMaxCount) return this.#stopping.abort()
        const delayMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(failures++, 6))
        await this.#pause(delayMs)
      }
    }
  }

  /** Brings one parcel; waits before where there is nothing. Returns whether that was the last. */
  async #bringOne(): Promise<boolean> {
    const { outbox, courier, order } = this.#options
    if (outbox.pendingCount === 0 && !this.#isFinishing) {
      // Cleared, or it would keep the process of a tap that has ended.
      const timer = setTimeout(this.#wake.resolve, ALIVE_EVERY_MS)
      await this.#wake.promise
      clearTimeout(timer)
      this.#wake = Promise.withResolvers<void>()
      if (outbox.pendingCount > 0 && !this.#isFinishing) await this.#pause(GATHER_MS)
    }
    const isFinishing = this.#isFinishing
    const nothing = { lines: Buffer.alloc(0), count: 0, lastSeq: 0 }
    const untilSeq = await order?.turn(outbox.lastSeq, this.#stopping.signal)
    const batch = (this.#batch ??= outbox.next(BATCH_MAX_BYTES, untilSeq))
    const { lines, count, lastSeq } = batch ?? nothing
    const isLast = isFinishing && batch === undefined
    const parcel = { lines, count, collectorId: outbox.collectorId, isLast }
    await courier.bring(parcel, this.#stopping.signal)
    if (batch !== undefined) {
      outbox.confirm(lastSeq)
      order?.confirmed(lastSeq)
    }
    this.#batch = undefined
    return isLast
  }

  #pause(delayMs: number): Promise<unknown> {
    const signal = this.#stopping.signal
    return wait(delayMs, undefined, { signal }).catch(() => undefined)
  }

  #trouble(fault: Fault | undefined): void {
    if ((fault !== undefined) === this.#isInTrouble) return
    this.#isInTrouble = fault !== undefined
    this.#options.onTrouble(fault)
  }
}

function noEvent(): void {
  // Nobody waits for this tap.
}
