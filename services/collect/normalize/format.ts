import type { Layer, Records } from '#domain/records/index.ts'
import type { EventTopic } from '#domain/topics.ts'
import type { Refusal } from './reject.ts'

/** How bytes become records: by line, by CSV row (a field may hold newlines), or whole. */
export type Framing = 'line' | 'csv' | 'document'

/**
 * One format of logs, pure: what a product writes, whatever carries it. One file a format, in the
 * folder of its layer.
 */
export type Format = {
  /** What `--format` calls it: product and form, as `zeek-json`. */
  name: string
  /** One line for people: whose output, and which options it needs. */
  title: string
  framing: Framing
  /** How much older than the newest record a later one may be. */
  latenessUs: number
  /**
   * Starts reading one stream of records. `memory` is what a reader of the same stream answered
   * before, so reading goes on where it stopped; anything else is the same as none.
   */
  open(memory?: string): FormatReader
}

export type FormatReader = {
  /** Reads the next record. Never throws: the record may come from anyone. */
  read(record: Buffer): Reading
  /** What it must know of the records before to read the next: at most 64 KiB of text, '' none. */
  memory(): string
}

/** What one record is: events (several, where it holds several), nothing to tell, or unusable. */
export type Reading =
  | { ok: true; events: readonly LogEvent[] }
  | { ok: 'skipped'; why: SkipReason }
  | Refusal

/**
 * Why a good record gives no event: it names columns, it is about something else than this layer
 * tells of, or another record tells the same.
 */
type SkipReason = 'HEADER' | 'OTHER_SUBJECT' | 'TOLD_ELSEWHERE'

/** What only the place of a record and the attribution can say. */
type PlacedField =
  | 'event_id'
  | 'collected_at'
  | 'tenant_id'
  | 'collector_id'
  | 'collector_seq'
  | 'session_id'
  | 'session_basis'
  | 'late'

/** The fields of one layer that a format can read; the rest is null. */
type FactsOf<T extends EventTopic> = Pick<Records[T], 'occurred_at' | 'action'> &
  Partial<Omit<Records[T], PlacedField>>

/** An event as far as its record tells it. */
export type LogEvent = {
  [T in EventTopic]: { topic: T; layer: Layer; facts: FactsOf<T>; hints?: Hints }
}[EventTopic]

/** What helps to say whose event it is, where no field of the event has it. */
type Hints = {
  /** The conversation, where the record names it. */
  conversationId?: string
  /** The record's own unique name: an event sent twice is one event. */
  recordId?: string
  /** User and process that opened the connection, as the operating system or a proxy has it. */
  userName?: string
  processId?: string
  /** What the client calls itself to the database. */
  applicationName?: string
}
