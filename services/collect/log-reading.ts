import type { Reject } from '#domain/records/index.ts'
import type { IdentifyServer } from './attribution/inventory.ts'
import { ownerOf, type OwnerSettings } from './attribution/owner.ts'
import type { CompleteEvent } from './normalize/complete.ts'
import type { Format, FormatReader } from './normalize/format.ts'
import { refuse, rejectOf, type Refusal } from './normalize/reject.ts'
import type { PlacedEvent } from './order.ts'
import type { RawRecord } from './raw-source.ts'
import type { CollectorName } from './source.ts'

/** What records became; `rejected` says which of the records handed in were refused, from 1. */
export type LogReading = {
  events: PlacedEvent[]
  rejects: Reject[]
  skipped: Map<string, number>
  rejected: { index: number; reason: string; detail: string }[]
}

export type LogReaderOptions = {
  name: CollectorName
  format: Format
  owner: OwnerSettings
  identify: IdentifyServer
  complete: CompleteEvent
  recordMaxBytes: number
}

/** What numbers the next record and the next event get. */
export type LogNumbers = { nextSeq: number; recordCount: number }

/** So many streams of one source have a reader at a time; the one unused longest is closed. */
const STREAMS_MAX_COUNT = 256

/** Why an event is left out whose owner only-known collectors do not want. */
const OF_NOBODY_KNOWN = 'OF_NOBODY_KNOWN'

type Stream = { reader: FormatReader; memory: string }

/**
 * Reads records as a format's events, stream by stream. What it has read counts once it is kept:
 * until then `undo` sets every reader back.
 */
export class LogReader {
  readonly #options: LogReaderOptions
  readonly #streams = new Map<string, Stream>()
  readonly #touched = new Set<string>()

  constructor(options: LogReaderOptions, memories: Readonly<Record<string, string>>) {
    this.#options = options
    for (const [name, memory] of Object.entries(memories))
      this.#streams.set(name, { reader: options.format.open(memory), memory })
  }

  /** Never waits. The numbers given are those of the first record and event. */
  read(records: readonly RawRecord[], numbers: LogNumbers, collectedAtUs: number): LogReading {
    const reading: LogReading = { events: [], rejects: [], skipped: new Map(), rejected: [] }
    for (const [index, record] of records.entries()) {
      const read = this.#readOne(record)
      const position = numbers.recordCount + index
      if (read.ok === true)
        for (const [ordinal, event] of read.events.entries()) {
          const { name, owner: settings, identify, complete } = this.#options
          const owner = ownerOf(event, settings, identify)
          if (owner === undefined) {
            skip(reading, OF_NOBODY_KNOWN)
            continue
          }
          const collectorSeq = numbers.nextSeq + reading.events.length
          const { place } = record
          const numbered = { ...name, collectorSeq, collectedAtUs, place, index: ordinal, owner }
          const bytes = record.bytes ?? Buffer.alloc(0)
          reading.events.push({ ...complete(event, numbered), line: position, bytes })
        }
      else if (read.ok === 'skipped') skip(reading, read.why)
      else this.#refuse(read, record, { position, index }, reading)
    }
    return reading
  }

  /** What was read is in the log: the readers' memories, to go on from. */
  keep(): Record<string, string> {
    for (const name of this.#touched) {
      const stream = this.#streams.get(name)
      if (stream !== undefined) stream.memory = stream.reader.memory()
    }
    this.#touched.clear()
    const told = [...this.#streams].filter(([, { memory }]) => memory !== '')
    return Object.fromEntries(told.map(([name, { memory }]) => [name, memory]))
  }

  /** What was read since the last `keep` will be read again. */
  undo(): void {
    for (const name of this.#touched) {
      const stream = this.#streams.get(name)
      if (stream !== undefined) stream.reader = this.#options.format.open(stream.memory)
    }
    this.#touched.clear()
  }

  #readOne({ bytes, stream }: RawRecord): ReturnType<FormatReader['read']> {
    if (bytes !== undefined) return this.#stream(stream).reader.read(bytes)
    return refuse('LINE_TOO_LONG', `the limit is ${this.#options.recordMaxBytes} bytes`)
  }

  #stream(name: string): Stream {
    const known = this.#streams.get(name)
    const stream = known ?? { reader: this.#options.format.open(), memory: '' }
    this.#touched.add(name)
    if (known === undefined && this.#streams.size >= STREAMS_MAX_COUNT) this.#closeOldest()
    // The one used last stands last.
    if (known !== undefined && this.#streams.size > 1) this.#streams.delete(name)
    this.#streams.set(name, stream)
    return stream
  }

  #closeOldest(): void {
    const [oldest] = this.#streams.keys()
    if (oldest !== undefined) this.#streams.delete(oldest)
  }

  #refuse(
    refusal: Refusal,
    { byteCount: bytes }: RawRecord,
    { position, index }: { position: number; index: number },
    reading: LogReading,
  ): void {
    const { tenantId, collectorId } = this.#options.name
    const place = { source: collectorId, partition: 0, position, bytes }
    reading.rejects.push(rejectOf(place, { ...refusal, tenantId }))
    const { reason, detail } = refusal
    reading.rejected.push({ index: index + 1, reason, detail })
  }
}

function skip({ skipped }: LogReading, why: string): void {
  skipped.set(why, (skipped.get(why) ?? 0) + 1)
}
