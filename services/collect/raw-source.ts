/** One record as a source found it. */
export type RawRecord = {
  /** Undefined where the record is longer than may be held. */
  bytes: Buffer | undefined
  /** Length of the record as it stood, also where it is not held. */
  byteCount: number
  /** The record's name in its source, the same whenever it is read again. */
  place: string
  /** Which of the source's streams it came on: each has a reader of its own. */
  stream: string
}

/** What a source hands over at once: bounded, in order. */
export type RawBatch = {
  records: readonly RawRecord[]
  /** Where the source goes on after these records: JSON that only the source reads. */
  mark: unknown
  /** The log has these records, and the mark is kept: what is upstream may forget them. */
  acknowledged?(): Promise<void>
}

/** Where raw records come from. One file in sources/ a source. */
export type RawSource = {
  /**
   * Batches until the signal aborts or there is no more. The next is asked for only once this one
   * is in the log. A source that is quiet gives an empty batch now and then.
   *
   * @throws Fault INPUT_UNREADABLE, LOG_UNAVAILABLE.
   */
  batches(signal: AbortSignal): AsyncIterable<RawBatch>
  close(): Promise<void>
}

/** A record longer than this is refused, whatever carries it. */
export const RECORD_MAX_BYTES = 16 * 1024 * 1024
