import type { IncomingRecord } from '#domain/log.ts'
import type { TopicName } from '#domain/topics.ts'
import { WIRE_PREFIX_LENGTH, type StoredRow } from './container.ts'

/** One insert's worth of one partition: all records between the two offsets. */
export type Cut = {
  topic: TopicName
  partition: number
  firstOffset: number
  lastOffset: number
  /** Of every row; undefined where the cut has none. */
  schemaId: number | undefined
}

/** A record that cannot be evidence, and why. */
export type RejectedRow = { record: IncomingRecord; reason: string }

/** A cut with what it holds. */
export type FilledCut = Cut & { rows: StoredRow[]; rejected: RejectedRow[] }

export type CutLimits = { rowsMaxCount: number; maxBytes: number }

/** What a record is to the store; a new schema ends a cut. */
type Judged =
  | { kind: 'row'; schemaId: number }
  | { kind: 'empty' }
  | { kind: 'bad'; reason: string }

/** Names an insert of a cut; ClickHouse drops a second one of the same name. */
export function tokenOf(cut: Cut): string {
  const { topic, partition, firstOffset, lastOffset, schemaId } = cut
  return `${topic}:${partition}:${firstOffset}-${lastOffset}:${schemaId ?? '-'}`
}

/** Gathers consecutive records of one partition into a cut. */
export class CutBuilder {
  readonly #place: { topic: TopicName; partition: number }
  readonly #limits: CutLimits
  /** Whether anybody knows the writer schema of this id. */
  readonly #isKnown: (schemaId: number) => boolean
  #rows: StoredRow[] = []
  #rejected: RejectedRow[] = []
  #firstOffset = -1
  #lastOffset = -1
  #schemaId: number | undefined
  #bytesCount = 0

  constructor(
    place: { topic: TopicName; partition: number },
    limits: CutLimits,
    isKnown: (schemaId: number) => boolean,
  ) {
    this.#place = place
    this.#limits = limits
    this.#isKnown = isKnown
  }

  get bytesCount(): number {
    return this.#bytesCount
  }

  get isEmpty(): boolean {
    return this.#firstOffset === -1
  }

  /** Takes the next record in, or answers false: it begins the next cut. */
  add(record: IncomingRecord): boolean {
    const judged = this.#judge(record)
    const length = record.value?.length ?? 0
    if (judged.kind === 'row') {
      if (this.#rows.length > 0 && this.#isFullFor(judged.schemaId, length)) return false
      this.#schemaId = judged.schemaId
      this.#rows.push({ offset: record.offset, value: record.value ?? Buffer.alloc(0) })
      this.#bytesCount += length
    } else if (judged.kind === 'bad') {
      if (this.#rejected.length >= this.#limits.rowsMaxCount) return false
      this.#rejected.push({ record, reason: judged.reason })
    }
    if (this.isEmpty) this.#firstOffset = record.offset
    this.#lastOffset = record.offset
    return true
  }

  /** The cut so far; undefined where there is nothing. Begins anew. */
  take(): FilledCut | undefined {
    if (this.isEmpty) return undefined
    const cut: FilledCut = {
      ...this.#place,
      firstOffset: this.#firstOffset,
      lastOffset: this.#lastOffset,
      schemaId: this.#schemaId,
      rows: this.#rows,
      rejected: this.#rejected,
    }
    this.#rows = []
    this.#rejected = []
    this.#firstOffset = -1
    this.#lastOffset = -1
    this.#schemaId = undefined
    this.#bytesCount = 0
    return cut
  }

  #isFullFor(schemaId: number, length: number): boolean {
    const { rowsMaxCount, maxBytes } = this.#limits
    return (
      this.#schemaId !== schemaId ||
      this.#rows.length >= rowsMaxCount ||
      this.#bytesCount + length > maxBytes
    )
  }

  #judge({ value, corrupt }: IncomingRecord): Judged {
    if (value === null) return { kind: 'empty' }
    if (corrupt) return { kind: 'bad', reason: 'CHECKSUM_MISMATCH' }
    if (value.length < WIRE_PREFIX_LENGTH || value[0] !== 0)
      return { kind: 'bad', reason: 'BAD_MAGIC' }
    const schemaId = value.readUInt32BE(1)
    return this.#isKnown(schemaId)
      ? { kind: 'row', schemaId }
      : { kind: 'bad', reason: 'UNKNOWN_SCHEMA' }
  }
}
