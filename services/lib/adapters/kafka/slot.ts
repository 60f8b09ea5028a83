import type { Fault } from '#domain/fault.ts'
import type { Chunk, IncomingRecord } from '#domain/log.ts'
import type { TopicName } from '#domain/topics.ts'
import { decodeBatch, isIntact, type RawBatch } from './batch-decode.ts'

/** Fetched batches of one partition, opened one at a time as they are taken. */
export class Slot {
  readonly topic: TopicName
  readonly partition: number
  /** Where the reader goes on. */
  headOffset: number
  /** Where the next fetch begins. */
  fetchOffset: number
  bufferedBytes = 0
  fault: Fault | undefined
  /** Since when the partition has had records and given none; undefined while all is well. */
  idleSinceMs: number | undefined
  #batches: RawBatch[] = []
  #opened: IncomingRecord[] = []
  #openedIndex = 0
  #openedLastOffset = -1
  #suspectOffset = -1

  constructor(topic: TopicName, partition: number, offset: number) {
    this.topic = topic
    this.partition = partition
    this.headOffset = offset
    this.fetchOffset = offset
  }

  /**
   * Takes in what a fetch brought. A damaged batch is left out the first time, so that it is
   * fetched again: what is damaged on the broker's disk comes back the same and is kept.
   */
  add(batches: readonly RawBatch[]): void {
    for (const batch of batches) {
      if (batch.lastOffset < this.fetchOffset) continue
      if (!isIntact(batch) && this.#suspectOffset !== batch.firstOffset) {
        this.#suspectOffset = batch.firstOffset
        return
      }
      this.#batches.push(batch)
      this.bufferedBytes += batch.bytes.length
      this.fetchOffset = batch.lastOffset + 1
    }
  }

  /** Takes at most `limitCount` records from the head; undefined where there is nothing. */
  take(limitCount: number): Chunk | undefined {
    let records: IncomingRecord[] = []
    const startOffset = this.headOffset
    while (records.length < limitCount) {
      if (this.#openedIndex >= this.#opened.length && !this.#openNext()) break
      const space = limitCount - records.length
      const taken = this.#opened.slice(this.#openedIndex, this.#openedIndex + space)
      records = records.length === 0 ? taken : records.concat(taken)
      this.#openedIndex += taken.length
      const isDone = this.#openedIndex >= this.#opened.length
      const last = taken.at(-1)
      if (isDone) this.headOffset = this.#openedLastOffset + 1
      else if (last !== undefined) this.headOffset = last.offset + 1
    }
    if (this.headOffset === startOffset) return undefined
    const { topic, partition, headOffset: nextOffset } = this
    return { topic, partition, records, nextOffset }
  }

  #openNext(): boolean {
    const batch = this.#batches.shift()
    if (batch === undefined) return false
    this.bufferedBytes -= batch.bytes.length
    this.#opened = decodeBatch(batch, this.headOffset)
    this.#openedIndex = 0
    this.#openedLastOffset = batch.lastOffset
    return true
  }
}
