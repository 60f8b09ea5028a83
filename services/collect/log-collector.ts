import type { LogPositions, SentLog } from './already-sent.ts'
import type { CheckpointPlace, CollectorCheckpoint } from './collector-checkpoint.ts'
import { LogReader, type LogReaderOptions, type LogReading } from './log-reading.ts'
import type { PlacedEvent } from './order.ts'
import type { RawRecord } from './raw-source.ts'
import type { Intake } from './source.ts'

export type LogCollectorOptions = LogReaderOptions & {
  intake: Pick<Intake, 'take'>
  checkpoint: CheckpointPlace
  nowMs: () => number
  /** Reads back what a killed process had sent; undefined: it is sent again, the same. */
  sent: SentLog | undefined
  /** How much older than the newest event a later one may be; undefined: the format's word. */
  latenessUs: number | undefined
  /**
   * Whether its source is looked at all the time and says of each second what it promises; else the
   * intake counts how long nothing has come.
   */
  isPolled: boolean
  /** Hears what each batch became, once it is in the log. */
  onTaken: (taken: Taken) => void
}

/** What a batch became. */
export type Taken = {
  acceptedCount: number
  /** By reason. */
  skipped: ReadonlyMap<string, number>
  rejected: LogReading['rejected']
}

/** What a batch says of its source beside its records. */
export type TakeNote = {
  /** Where the source goes on. */
  mark: unknown
  /** `finished`: nothing comes after this. */
  end: 'open' | 'finished'
  /** When it was read, epoch milliseconds: what came since stands in no batch yet. Absent: now. */
  readAtMs?: number
}

/** How old the noted ends of the log may get: so much is read back after a kill. */
const POSITIONS_MAX_AGE_MS = 10_000
const PROMISE_EVERY_MS = 1_000

const BEGINNING: CollectorCheckpoint = {
  nextSeq: 1,
  recordCount: 0,
  memories: {},
  mark: undefined,
  savedAtMs: 0,
}

/**
 * One collector of logs, whatever its source: numbers, reads and hands in what the source found,
 * and keeps how far it has come. The same records after the same checkpoint always give the same
 * events, with the same ids and the same `collector_seq`.
 */
export class LogCollector {
  readonly #options: LogCollectorOptions
  readonly #reader: LogReader
  #kept: CollectorCheckpoint
  /** Ids a killed process had sent and could not note, until one is met that it had not. */
  #sentIds: ReadonlySet<string>
  #positions: LogPositions | undefined
  #positionsAtMs = -Infinity
  #highestUs = -Infinity
  #newestAtMs = 0
  #statedAtMs = -Infinity
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(
    options: LogCollectorOptions,
    kept: CollectorCheckpoint,
    sentIds: ReadonlySet<string>,
  ) {
    this.#options = options
    this.#kept = kept
    this.#sentIds = sentIds
    this.#reader = new LogReader(options, kept.memories)
  }

  /** Goes on from its checkpoint. @throws Fault INPUT_UNREADABLE, LOG_UNAVAILABLE. */
  static async open(options: LogCollectorOptions): Promise<LogCollector> {
    const kept = await options.checkpoint.load()
    const positions = kept?.positions
    const sentIds =
      kept === undefined || positions === undefined || options.sent === undefined
        ? new Set<string>()
        : await options.sent.idsSince(positions, options.name, kept.savedAtMs)
    return new LogCollector(options, kept ?? BEGINNING, sentIds)
  }

  /** Where the source goes on: the mark of the last batch that is in the log. */
  get mark(): unknown {
    return this.#kept.mark
  }

  get format(): LogCollectorOptions['format'] {
    return this.#options.format
  }

  /** What its clock says, epoch milliseconds. */
  nowMs(): number {
    return this.#options.nowMs()
  }

  /**
   * Resolves when the log has what is good of the records and the checkpoint is on the disk. Where
   * it throws nothing has changed, and the same records may be handed in again.
   *
   * @throws Fault LOG_UNAVAILABLE, LOG_FULL, OUTPUT_UNWRITABLE; TooManyCollectors.
   */
  take(records: readonly RawRecord[], note: TakeNote): Promise<Taken> {
    const done = this.#turn.then(() => this.#take(records, note))
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #take(records: readonly RawRecord[], note: TakeNote): Promise<Taken> {
    await this.#notePositions()
    const { nowMs, onTaken } = this.#options
    const reading = this.#reader.read(records, this.#kept, nowMs() * 1000)
    const { events, skipped, rejected } = reading
    try {
      await this.#send(reading, note)
    } catch (error) {
      this.#reader.undo()
      throw error
    }
    const memories = this.#reader.keep()
    const isOld = this.#positions !== this.#kept.positions
    this.#kept = {
      nextSeq: this.#kept.nextSeq + events.length,
      recordCount: this.#kept.recordCount + records.length,
      memories,
      mark: note.mark,
      savedAtMs: nowMs(),
      ...(this.#positions === undefined ? {} : { positions: this.#positions }),
    }
    if (records.length > 0 || isOld) await this.#options.checkpoint.save(this.#kept)
    const taken = { acceptedCount: events.length, skipped, rejected }
    if (records.length > 0) onTaken(taken)
    return taken
  }

  async #send(reading: LogReading, note: TakeNote): Promise<void> {
    const { intake, name, format, nowMs } = this.#options
    const { end, readAtMs = nowMs() } = note
    const latenessUs = this.#options.latenessUs ?? format.latenessUs
    const events = this.#notYetSent(reading.events)
    for (const { event } of reading.events)
      this.#highestUs = Math.max(this.#highestUs, event.occurred_at)
    if (reading.events.length > 0) this.#newestAtMs = readAtMs
    const statedUs = end === 'finished' ? Infinity : this.#promiseUs(latenessUs, readAtMs)
    if (events.length + reading.rejects.length === 0 && statedUs === undefined) return
    await intake.take({ events, rejects: reading.rejects, latenessUs, statedUs, collector: name })
    if (statedUs !== undefined) this.#statedAtMs = nowMs()
    // One was met that the killed process had not sent: it sent none after it.
    if (events.length > 0) this.#sentIds = new Set()
  }

  /**
   * What the collector promises, said once a second: its newest event, and the quiet since, as far
   * as its source was looked at. While the log was away nobody looked.
   */
  #promiseUs(latenessUs: number, readAtMs: number): number | undefined {
    const nowMs = this.#options.nowMs()
    // A word that nobody renews would hold everybody up for as long as nothing is posted.
    if (!this.#options.isPolled) return undefined
    if (this.#highestUs === -Infinity || nowMs - this.#statedAtMs < PROMISE_EVERY_MS)
      return undefined
    const quietMs = Math.max(0, readAtMs - this.#newestAtMs)
    return this.#highestUs + quietMs * 1000 - latenessUs
  }

  /** A killed process sent in order: what it had sent stands in front. */
  #notYetSent(events: readonly PlacedEvent[]): readonly PlacedEvent[] {
    if (this.#sentIds.size === 0) return events
    const first = events.findIndex(({ event }) => !this.#sentIds.has(event.event_id))
    return first === -1 ? [] : events.slice(first)
  }

  async #notePositions(): Promise<void> {
    const { sent, nowMs } = this.#options
    if (sent === undefined || nowMs() - this.#positionsAtMs < POSITIONS_MAX_AGE_MS) return
    this.#positions = await sent.ends()
    this.#positionsAtMs = nowMs()
  }
}
