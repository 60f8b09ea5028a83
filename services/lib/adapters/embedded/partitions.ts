import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { Fault } from '#domain/fault.ts'
import type { Chunk, IncomingRecord, OutgoingRecord, Position } from '#domain/log.ts'
import { partitionCountOf, TOPICS, type TopicName } from '#domain/topics.ts'
import { rowId } from './database.ts'

type PartitionRow = { id: number; firstOffset: number; nextOffset: number }
type RecordRow = { id: number; key: string; value: Uint8Array | null; headers: string | null }

/** Appends to and reads from the partitions in one database. Synchronous; SQLite's errors pass. */
export class Partitions {
  readonly #database: DatabaseSync
  readonly #rows = new Map<TopicName, PartitionRow[]>()
  readonly #insert: StatementSync
  readonly #advance: StatementSync
  readonly #select: StatementSync

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#load()
    this.#insert = database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?)')
    this.#advance = database.prepare('UPDATE partitions SET next_offset = ? WHERE id = ?')
    this.#select = database.prepare(
      'SELECT id, key, value, headers FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
    )
  }

  /** Makes all topics that are missing or, where this throws, none; returns those it made. */
  create(laneCount: number): TopicName[] {
    const created: TopicName[] = []
    const insert = this.#database.prepare('INSERT INTO partitions (topic, partition) VALUES (?, ?)')
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const spec of TOPICS) {
        if (this.count(spec.name) > 0) continue
        for (let partition = 0; partition < partitionCountOf(spec, laneCount); partition++)
          insert.run(spec.name, partition)
        created.push(spec.name)
      }
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
    this.#load()
    return created
  }

  /** Number of partitions of a topic, 0 where it does not exist. */
  count(topic: TopicName): number {
    return this.#rows.get(topic)?.length ?? 0
  }

  firstOffset(topic: TopicName, partition: number): number {
    return this.#row(topic, partition).firstOffset
  }

  endOffset(topic: TopicName, partition: number): number {
    return this.#row(topic, partition).nextOffset
  }

  /** Appends all records or, where this throws, none. */
  append(records: readonly OutgoingRecord[], nowMs: number): void {
    const advanced = new Map<PartitionRow, number>()
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const record of records) {
        const row = this.#row(record.topic, record.partition)
        const offset = advanced.get(row) ?? row.nextOffset
        const headers =
          Object.keys(record.headers).length === 0 ? null : JSON.stringify(record.headers)
        this.#insert.run(rowId(row.id, offset), record.key, record.value, headers, nowMs)
        advanced.set(row, offset + 1)
      }
      for (const [row, nextOffset] of advanced) this.#advance.run(nextOffset, row.id)
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
    for (const [row, nextOffset] of advanced) row.nextOffset = nextOffset
  }

  /** At most `limitCount` records from a position; undefined where there is nothing further. */
  read(from: Position, limitCount: number): Chunk | undefined {
    const row = this.#row(from.topic, from.partition)
    if (from.offset >= row.nextOffset || limitCount <= 0) return undefined
    if (from.offset < row.firstOffset)
      throw new Fault(
        'OFFSET_OUT_OF_RANGE',
        `${from.topic}/${from.partition} was asked from ${from.offset},` +
          ` but begins at ${row.firstOffset}`,
      )
    const start = rowId(row.id, from.offset)
    const found = this.#select.all(start, rowId(row.id + 1, 0), limitCount) as RecordRow[]
    const records = found.map((recordRow) => toRecord(recordRow, row.id))
    const last = records.at(-1)
    const nextOffset = records.length < limitCount ? row.nextOffset : (last?.offset ?? 0) + 1
    return { topic: from.topic, partition: from.partition, records, nextOffset }
  }

  /** Notes that records before `firstOffset` are gone. */
  moveStart(topic: TopicName, partition: number, firstOffset: number): void {
    const row = this.#row(topic, partition)
    this.#database
      .prepare('UPDATE partitions SET first_offset = ? WHERE id = ?')
      .run(firstOffset, row.id)
    row.firstOffset = firstOffset
  }

  /** Row ids of a partition: from the first, up to the end exclusive. */
  rowRange(topic: TopicName, partition: number): [number, number] {
    const row = this.#row(topic, partition)
    return [rowId(row.id, row.firstOffset), rowId(row.id, row.nextOffset)]
  }

  #row(topic: TopicName, partition: number): PartitionRow {
    const row = this.#rows.get(topic)?.[partition]
    if (row === undefined)
      throw new Fault('TOPIC_MISSING', `There is no ${topic}/${partition}; run \`tocsin migrate\``)
    return row
  }

  #load(): void {
    this.#rows.clear()
    const rows = this.#database
      .prepare('SELECT * FROM partitions ORDER BY topic, partition')
      .all() as { id: number; topic: TopicName; first_offset: number; next_offset: number }[]
    for (const row of rows) {
      const partitions = this.#rows.get(row.topic) ?? []
      partitions.push({ id: row.id, firstOffset: row.first_offset, nextOffset: row.next_offset })
      this.#rows.set(row.topic, partitions)
    }
  }
}

function toRecord(row: RecordRow, partitionId: number): IncomingRecord {
  const { value } = row
  return {
    offset: row.id - rowId(partitionId, 0),
    key: row.key,
    value: value === null ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    headers: row.headers === null ? {} : (JSON.parse(row.headers) as Record<string, string>),
    corrupt: false,
  }
}
