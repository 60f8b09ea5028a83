import { setTimeout as wait } from 'node:timers/promises'

import type {
  Chunk,
  GroupSpec,
  Log,
  Ownership,
  Position,
  Sender,
  Subscription,
} from '#domain/log.ts'
import type { TopicName } from '#domain/topics.ts'
import { asFault, openDatabase, type Durability } from './database.ts'
import { Partitions } from './partitions.ts'
import { clean } from './retention.ts'

const CHUNK_MAX_COUNT = 5_000
const CLEAN_EVERY_APPENDS = 200_000

export type EmbeddedLogSettings = {
  /** The log's file, or `:memory:`. */
  path: string
  laneCount: number
  durability?: Durability
  nowMs?: () => number
}

/**
 * The log in one SQLite file: topics, partitions, offsets and groups for the one process that
 * owns it. Every service's group owns every lane.
 *
 * @throws Fault LOG_LOCKED, LOG_UNAVAILABLE.
 */
export function openEmbeddedLog(settings: EmbeddedLogSettings): Log {
  return new EmbeddedLog(settings)
}

class EmbeddedLog implements Log {
  readonly kind = 'embedded'
  readonly laneCount: number
  readonly #path: string
  readonly #nowMs: () => number
  readonly #database
  readonly #partitions: Partitions
  readonly #ownership: Ownership
  #waiting = Promise.withResolvers<void>()
  #appendedCount = 0

  constructor(settings: EmbeddedLogSettings) {
    this.laneCount = settings.laneCount
    this.#path = settings.path
    this.#nowMs = settings.nowMs ?? Date.now
    this.#database = openDatabase(settings.path, settings.durability ?? 'power_cut')
    this.#partitions = new Partitions(this.#database)
    const lanes = Array.from({ length: settings.laneCount }, (_, lane) => lane)
    this.#ownership = { generation: this.#nextGeneration(), lanes }
    this.#guard(() => clean(this.#database, this.#partitions, this.#nowMs()))
  }

  createTopics(): Promise<TopicName[]> {
    return Promise.try(() => this.#guard(() => this.#partitions.create(this.laneCount)))
  }

  openSender(): Promise<Sender> {
    return Promise.resolve({
      send: (records) =>
        Promise.try(() => {
          if (records.length === 0) return
          this.#guard(() => this.#partitions.append(records, this.#nowMs()))
          this.#cleanNowAndThen(records.length)
          this.#wake()
        }),
      close: () => Promise.resolve(),
    })
  }

  subscribe(spec: GroupSpec): Promise<Subscription> {
    return Promise.resolve({
      ownership: () => this.#ownership,
      ownershipChanged: async (_generation, maxWaitMs) => {
        await wait(maxWaitMs, undefined, { ref: false })
      },
      read: (from, limitCount, maxWaitMs) => this.#readOrWait(from, limitCount, maxWaitMs),
      committed: (partitions) => Promise.try(() => this.#committed(spec.group, partitions)),
      commit: (positions) => Promise.try(() => this.#commit(spec.group, positions)),
      close: () => Promise.resolve(),
    })
  }

  endOffsets(topic: TopicName): Promise<number[]> {
    const count = this.#partitions.count(topic)
    const ends = Array.from({ length: count }, (_, index) =>
      this.#partitions.endOffset(topic, index),
    )
    return Promise.resolve(ends)
  }

  async *readToEnd(from: Position, chunkMaxCount = CHUNK_MAX_COUNT): AsyncIterable<Chunk> {
    const end = this.#partitions.endOffset(from.topic, from.partition)
    const first = this.#partitions.firstOffset(from.topic, from.partition)
    let offset = Math.max(from.offset, first)
    while (offset < end) {
      const limit = Math.min(chunkMaxCount, end - offset)
      const chunk = this.#guard(() => this.#partitions.read({ ...from, offset }, limit))
      if (chunk === undefined) return
      yield await Promise.resolve(chunk)
      offset = chunk.nextOffset
    }
  }

  async follow(topic: TopicName, onChunk: (chunk: Chunk) => void): Promise<() => Promise<void>> {
    const stopping = new AbortController()
    const offsets = Array.from({ length: this.#partitions.count(topic) }, (_, partition) =>
      this.#partitions.firstOffset(topic, partition),
    )
    const takeAll = (): void => {
      for (let partition = 0; partition < offsets.length; partition++)
        for (;;) {
          const from = { topic, partition, offset: offsets[partition] ?? 0 }
          const chunk = this.#partitions.read(from, CHUNK_MAX_COUNT)
          if (chunk === undefined) break
          onChunk(chunk)
          offsets[partition] = chunk.nextOffset
        }
    }
    this.#guard(takeAll)
    const loop = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        await this.#waiting.promise
        if (!stopping.signal.aborted) this.#guard(takeAll)
      }
    }
    const running = loop()
    return async () => {
      stopping.abort()
      this.#wake()
      await running
    }
  }

  close(): Promise<void> {
    this.#wake()
    if (this.#database.isOpen) this.#database.close()
    return Promise.resolve()
  }

  async #readOrWait(
    from: readonly Position[],
    limitCount: number,
    maxWaitMs: number,
  ): Promise<Chunk[]> {
    const waiting = this.#waiting.promise
    const chunks = this.#guard(() => this.#readAll(from, limitCount))
    if (chunks.length > 0 || maxWaitMs <= 0) return chunks
    const abort = new AbortController()
    const timer = wait(maxWaitMs, undefined, { signal: abort.signal }).catch(() => undefined)
    await Promise.race([waiting, timer])
    abort.abort()
    return this.#database.isOpen ? this.#guard(() => this.#readAll(from, limitCount)) : []
  }

  #readAll(from: readonly Position[], limitCount: number): Chunk[] {
    const chunks: Chunk[] = []
    let leftCount = limitCount
    for (const position of from) {
      const chunk = this.#partitions.read(position, leftCount)
      if (chunk === undefined) continue
      chunks.push(chunk)
      leftCount -= chunk.records.length
    }
    return chunks
  }

  #committed(group: string, partitions: readonly Omit<Position, 'offset'>[]): Position[] {
    const select = this.#database.prepare(
      'SELECT next_offset FROM committed WHERE consumer_group = ? AND topic = ? AND partition = ?',
    )
    return partitions.flatMap(({ topic, partition }) => {
      const row = select.get(group, topic, partition) as { next_offset: number } | undefined
      return row === undefined ? [] : [{ topic, partition, offset: row.next_offset }]
    })
  }

  #commit(group: string, positions: readonly Position[]): void {
    this.#guard(() => {
      const upsert = this.#database.prepare('INSERT OR REPLACE INTO committed VALUES (?, ?, ?, ?)')
      this.#database.exec('BEGIN IMMEDIATE')
      for (const { topic, partition, offset } of positions)
        upsert.run(group, topic, partition, offset)
      this.#database.exec('COMMIT')
    })
  }

  #nextGeneration(): number {
    return this.#guard(() => {
      const row = this.#database
        .prepare("SELECT value FROM settings WHERE name = 'generation'")
        .get()
      const generation = Number((row as { value: string } | undefined)?.value ?? 0) + 1
      this.#database
        .prepare("INSERT OR REPLACE INTO settings VALUES ('generation', ?)")
        .run(String(generation))
      return generation
    })
  }

  #cleanNowAndThen(appendedCount: number): void {
    this.#appendedCount += appendedCount
    if (this.#appendedCount < CLEAN_EVERY_APPENDS) return
    this.#appendedCount = 0
    this.#guard(() => clean(this.#database, this.#partitions, this.#nowMs()))
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = Promise.withResolvers<void>()
    waiting.resolve()
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error instanceof Error && 'errcode' in error ? asFault(error, this.#path) : error
    }
  }
}
