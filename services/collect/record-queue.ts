import { setTimeout as wait } from 'node:timers/promises'

import type { RawBatch, RawRecord } from './raw-source.ts'

export type RecordQueueOptions = {
  /** At so many bytes the queue is full. */
  maxBytes: number
  /** It was full and has room again. */
  onRoom?: () => void
}

const BATCH_MAX_COUNT = 1_000
/** So often a quiet queue gives an empty batch. */
const QUIET_MS = 1_000
/** What a record takes beside its bytes. */
const RECORD_OVERHEAD_BYTES = 128

/** Records that were pushed to us, until they are asked for. Bounded by bytes. */
export class RecordQueue {
  readonly #options: RecordQueueOptions
  #records: RawRecord[] = []
  #bytes = 0
  #wasFull = false
  #arrival = Promise.withResolvers<void>()

  constructor(options: RecordQueueOptions) {
    this.#options = options
  }

  get isFull(): boolean {
    return this.#bytes >= this.#options.maxBytes
  }

  push(record: RawRecord): void {
    this.#records.push(record)
    this.#bytes += sizeOf(record)
    this.#wasFull ||= this.isFull
    this.#arrival.resolve()
  }

  /** Batches until the signal aborts, then what is left. */
  async *batches(signal: AbortSignal): AsyncIterable<RawBatch> {
    for (;;) {
      if (this.#records.length === 0 && signal.aborted) return
      if (this.#records.length === 0) await this.#somethingOrTime(signal)
      const records = this.#records.slice(0, BATCH_MAX_COUNT)
      yield { records, mark: null }
      this.#records = this.#records.slice(records.length)
      for (const record of records) this.#bytes -= sizeOf(record)
      if (!this.#wasFull || this.#bytes > this.#options.maxBytes / 2) continue
      this.#wasFull = false
      this.#options.onRoom?.()
    }
  }

  async #somethingOrTime(signal: AbortSignal): Promise<void> {
    this.#arrival = Promise.withResolvers()
    const quiet = new AbortController()
    const ending = AbortSignal.any([signal, quiet.signal])
    const time = wait(QUIET_MS, undefined, { signal: ending }).catch(() => undefined)
    await Promise.race([this.#arrival.promise, time])
    quiet.abort()
  }
}

function sizeOf({ bytes }: RawRecord): number {
  return (bytes?.length ?? 0) + RECORD_OVERHEAD_BYTES
}
