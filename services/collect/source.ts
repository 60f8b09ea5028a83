import type { Alert, Reject } from '#domain/records/index.ts'
import type { PlacedEvent } from './order.ts'
import type { Damage } from './sources/decompress.ts'

/** One pass over an input's bytes, decompressed. */
export type InputReading = {
  chunks: AsyncIterable<Buffer>
  /** Once `chunks` has ended: SHA-256 of the raw bytes, hex. */
  sha256(): string
  /** Once `chunks` has ended: what was wrong with the compressed form; undefined: nothing. */
  damage(): Damage | undefined
}

/** Input with an end that can be read more than once: what `replay` runs. */
export type Input = {
  /** Reads from the start, each time anew. @throws Fault INPUT_UNREADABLE, while iterating. */
  read(): InputReading
  close(): Promise<void>
}

/** What a live source hands in at once. */
export type Post = {
  events: readonly PlacedEvent[]
  rejects: readonly Reject[]
  /** How much older than its newest event a later one of the source may be. */
  latenessUs: number
  /** What the poster promises itself instead of that; Infinity: it is finished. */
  statedUs: number | undefined
  /** A collector that is alive, also where it has no event to post. */
  collector: CollectorName | undefined
}

/** Whose events these are: a collector is one writer, with one sequence and one promise. */
export type CollectorName = { tenantId: string; collectorId: string }

/**
 * Where live sources hand in. A source is one file in sources/: it waits for raw records, has
 * normalize/ make events or rejects of them, and hands them in.
 */
export type Intake = {
  /**
   * Resolves when the log has acknowledged everything.
   *
   * @throws Fault LOG_UNAVAILABLE, LOG_FULL; TooManyCollectors, with nothing taken.
   */
  take(post: Post): Promise<void>
  /** Takes other systems' findings. @throws Fault LOG_UNAVAILABLE, LOG_FULL. */
  takeAlerts(alerts: readonly Alert[], rejects: readonly Reject[]): Promise<void>
}

/** More collectors post than are kept track of. */
export class TooManyCollectors extends Error {
  constructor(maxCount: number) {
    super(`No more than ${maxCount} collectors can post at a time`)
    this.name = 'TooManyCollectors'
  }
}
