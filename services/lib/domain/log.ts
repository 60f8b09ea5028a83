import type { TopicName } from './topics.ts'

/** Text headers of a record, by name. */
export type Headers = Record<string, string>

/** A record on its way to the log. `partition` is decided before it leaves. */
export type OutgoingRecord = {
  topic: TopicName
  partition: number
  key: string
  /** Confluent wire format (0x00, 4 bytes of schema id, Avro body), or null: no value. */
  value: Buffer | null
  headers: Headers
}

/** A record read from the log. */
export type IncomingRecord = {
  offset: number
  key: string
  value: Buffer | null
  headers: Headers
  /** The body does not match the checksum it was sent with. */
  corrupt: boolean
}

/** Where to read next in one partition. */
export type Position = { topic: TopicName; partition: number; offset: number }

/** Consecutive records of one partition, in order. */
export type Chunk = {
  topic: TopicName
  partition: number
  records: IncomingRecord[]
  /** Where reading goes on; past the last record even where the log has holes. */
  nextOffset: number
}

/** Which lanes this process owns for one service. A rebalance raises `generation`. */
export type Ownership = { generation: number; lanes: readonly number[] }

/**
 * Sends records in the order given, each partition's in one go: resolves when all are durable.
 * Calls that overlap are sent one after another, in the order they were made.
 *
 * @throws Fault LOG_UNAVAILABLE (retryable), LOG_FULL.
 */
export type Sender = {
  send(records: readonly OutgoingRecord[]): Promise<void>
  close(): Promise<void>
}

/** One service's membership in its consumer group. */
export type Subscription = {
  /** Lanes owned now; empty until the group has settled. */
  ownership(): Ownership
  /** Resolves when ownership is no longer of `generation`, or after `maxWaitMs`. */
  ownershipChanged(generation: number, maxWaitMs: number): Promise<void>
  /**
   * At most `limitCount` records from the given positions, in the order asked; waits up to
   * `maxWaitMs` for the first. A partition nobody here owns gives nothing.
   *
   * @throws Fault LOG_UNAVAILABLE (retryable), OFFSET_OUT_OF_RANGE.
   */
  read(from: readonly Position[], limitCount: number, maxWaitMs: number): Promise<Chunk[]>
  /** Offsets committed for these partitions; those never committed are absent. */
  committed(partitions: readonly Omit<Position, 'offset'>[]): Promise<Position[]>
  /**
   * Commits next offsets. Where the lanes were lost meanwhile nothing is committed.
   *
   * @throws Fault LOG_UNAVAILABLE (retryable), OWNERSHIP_LOST.
   */
  commit(positions: readonly Position[]): Promise<void>
  close(): Promise<void>
}

/** What a service's group reads: whole lanes, shared among members or held by one of them. */
export type GroupSpec = {
  /** Group name without prefix: the service's writer name. */
  group: string
  topics: readonly TopicName[]
  mode: 'lanes' | 'single'
}

/** The log: Kafka, or the embedded one. Topic names go in and out without the prefix. */
export type Log = {
  readonly kind: 'embedded' | 'kafka'
  readonly laneCount: number
  /**
   * Creates what is missing of every topic; existing ones are left as they are. Returns the new.
   */
  createTopics(): Promise<TopicName[]>
  openSender(): Promise<Sender>
  subscribe(spec: GroupSpec): Promise<Subscription>
  /** End offset of each partition of a topic, by partition. */
  endOffsets(topic: TopicName): Promise<number[]>
  /**
   * Reads outside any group from a position up to the end as it was at the call, in chunks of at
   * most `chunkMaxCount` records; begins at the first kept record where older ones are gone.
   */
  readToEnd(from: Position, chunkMaxCount?: number): AsyncIterable<Chunk>
  /**
   * Follows a whole topic from its start, outside any group. `onChunk` runs for each chunk, in the
   * order of its partition. Resolves, once the ends as they were at the call are reached, to how to
   * stop.
   */
  follow(topic: TopicName, onChunk: (chunk: Chunk) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}
