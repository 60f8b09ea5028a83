import type { Decoded } from '#domain/codec.ts'
import type { IncomingRecord } from '#domain/log.ts'

/** A record that waits, and since when its event counts; undefined where it binds no promise. */
type HeldRecord = { record: IncomingRecord; occurredAtUs: number | undefined }

/** Records of one task that its core does not judge yet, by partition, in order. */
export class HeldRecords {
  readonly #byPartition = new Map<string, HeldRecord[]>()
  #count = 0

  get count(): number {
    return this.#count
  }

  has(partitionId: string): boolean {
    return this.#byPartition.has(partitionId)
  }

  /** What is late, or tells no time, binds no promise. */
  add(partitionId: string, record: IncomingRecord, decoded: Decoded<unknown>): void {
    const event = decoded.ok ? (decoded.value as { occurred_at?: number; late?: boolean }) : {}
    const occurredAtUs = event.late === true ? undefined : event.occurred_at
    const records = this.#byPartition.get(partitionId) ?? []
    records.push({ record, occurredAtUs })
    this.#byPartition.set(partitionId, records)
    this.#count += 1
  }

  /**
   * Offers a partition's records, in order, to `judge` until it answers false. Returns how many
   * were taken; the rest goes on waiting.
   */
  offer(partitionId: string, judge: (record: IncomingRecord) => boolean): number {
    const records = this.#byPartition.get(partitionId) ?? []
    const refused = records.findIndex(({ record }) => !judge(record))
    const takenCount = refused < 0 ? records.length : refused
    this.#count -= takenCount
    if (takenCount === records.length) this.#byPartition.delete(partitionId)
    else this.#byPartition.set(partitionId, records.slice(takenCount))
    return takenCount
  }

  /** The earliest event that waits, in microseconds; Infinity where none does. */
  earliestUs(): number {
    let earliestUs = Infinity
    for (const records of this.#byPartition.values())
      for (const { occurredAtUs = Infinity } of records)
        earliestUs = Math.min(earliestUs, occurredAtUs)
    return earliestUs
  }
}
