import assert from 'node:assert/strict'

import { STORED_TOPICS } from '#domain/evidence-tables.ts'
import { Fault } from '#domain/fault.ts'
import { formatSource, SOURCE_HEADER } from '#domain/headers.ts'
import { partitionOf } from '#domain/lane.ts'
import type {
  Chunk,
  OutgoingRecord,
  Ownership,
  Position,
  Sender,
  Subscription,
} from '#domain/log.ts'
import { partitionCountOf, schemaOf, topicSpec, type TopicName } from '#domain/topics.ts'
import { rejectedRecord } from '#runtime/rejected.ts'
import { CutBuilder, type Cut, type FilledCut, type RejectedRow } from './cuts.ts'
import { insertCut } from './insert.ts'
import { pendingRecords, readPending } from './pending.ts'
import type { Drain, StoreDeps } from './world.ts'

export type StoreRunSettings = {
  deps: StoreDeps
  subscription: Subscription
  sender: Sender
  ownership: Ownership
  /** Repeats work while the world may yet mend. */
  persist: <T>(work: () => Promise<T>) => Promise<T>
  drains: Set<Drain>
}

/** One partition as the store goes through it. */
type Lane = {
  place: { topic: TopicName; partition: number }
  /** Where reading goes on. */
  nextOffset: number
  /** What is stored and committed; undefined where nothing ever was. */
  storedOffset: number | undefined
  builder: CutBuilder
  isFull: boolean
  begunAtMs: number
}

const READS_MAX_BYTES = 64 * 1024 * 1024
const INSERTS_AT_ONCE = 2
/** How soon a stop or a drain is noticed where nothing comes in. */
const READ_MAX_WAIT_MS = 100
const WRITER = 'store'

/** The store's work on the lanes of one ownership. Calls must not overlap. */
export class StoreRun {
  readonly #settings: StoreRunSettings
  readonly #lanes: Lane[]
  #checkpoint = 0
  #rotation = 0

  constructor(settings: StoreRunSettings) {
    this.#settings = settings
    this.#lanes = this.#ownedLanes()
  }

  /** Finds where to go on, and finishes exactly the cuts that were begun. Call it first. */
  async restore(): Promise<void> {
    const { deps, subscription, ownership, persist } = this.#settings
    const committed = await persist(() =>
      subscription.committed(this.#lanes.map(({ place }) => place)),
    )
    for (const { topic, partition, offset } of committed) {
      const lane = this.#lane(topic, partition)
      if (lane === undefined) continue
      lane.nextOffset = offset
      lane.storedOffset = offset
    }
    const pending = await persist(() => readPending(deps.log, deps.codec, ownership.lanes))
    for (const cut of pending) {
      const lane = this.#lane(cut.topic, cut.partition)
      if (lane === undefined || cut.lastOffset < (lane.storedOffset ?? 0)) continue
      const filled = await this.#readAgain(cut)
      await this.#finish([filled], [{ ...lane.place, offset: cut.lastOffset + 1 }])
      lane.nextOffset = cut.lastOffset + 1
    }
  }

  /** Reads one batch; writes the cuts that are full or have waited long enough. */
  async once(): Promise<void> {
    const { deps, subscription, drains, persist } = this.#settings
    const wanted = this.#lanes.filter((lane) => !lane.isFull)
    this.#rotation = (this.#rotation + 1) % Math.max(1, wanted.length)
    const rotated = [...wanted.slice(this.#rotation), ...wanted.slice(0, this.#rotation)]
    const from = rotated.map(({ place, nextOffset }) => ({ ...place, offset: nextOffset }))
    const isHurried = drains.size > 0 || this.#lanes.some((lane) => lane.isFull)
    const maxWaitMs = isHurried ? 0 : Math.min(READ_MAX_WAIT_MS, this.#untilDueMs())
    const chunks = await persist(() =>
      subscription
        .read(from, deps.batchMaxCount, maxWaitMs)
        .catch((error: unknown) => this.#findStart(error)),
    )
    for (const chunk of chunks) await this.#take(chunk)
    const isEnd = drains.size > 0 && chunks.length === 0
    await this.#flush(isEnd)
    this.#settleDrains()
  }

  #ownedLanes(): Lane[] {
    const { deps, ownership } = this.#settings
    const lanes: Lane[] = []
    for (const spec of STORED_TOPICS)
      for (const partition of ownership.lanes) {
        if (partition >= partitionCountOf(spec, deps.log.laneCount)) continue
        const place = { topic: spec.name, partition }
        const builder = this.#newBuilder(place)
        const begin = { nextOffset: 0, storedOffset: undefined, isFull: false, begunAtMs: 0 }
        lanes.push({ place, builder, ...begin })
      }
    return lanes
  }

  #newBuilder(place: Lane['place']): CutBuilder {
    const { codec, limits } = this.#settings.deps
    const schema = schemaOf(place.topic)
    const prefix = Buffer.alloc(5)
    const isKnown = (schemaId: number): boolean => {
      prefix.writeUInt32BE(schemaId, 1)
      return codec.writerSchema(schema, prefix) !== undefined
    }
    return new CutBuilder(place, limits, isKnown)
  }

  #lane(topic: TopicName, partition: number): Lane | undefined {
    return this.#lanes.find(({ place }) => place.topic === topic && place.partition === partition)
  }

  #untilDueMs(): number {
    const { nowMs, flushEveryMs } = this.#settings.deps
    const begun = this.#lanes.filter((lane) => !lane.builder.isEmpty)
    const oldestMs = Math.min(...begun.map((lane) => lane.begunAtMs))
    return begun.length === 0 ? flushEveryMs : Math.max(0, oldestMs + flushEveryMs - nowMs())
  }

  async #take(chunk: Chunk): Promise<void> {
    const { deps, persist } = this.#settings
    const lane = this.#lane(chunk.topic, chunk.partition)
    if (lane === undefined) return
    await this.#prepare(chunk, persist)
    for (const record of chunk.records) {
      if (lane.builder.isEmpty) lane.begunAtMs = deps.nowMs()
      if (!lane.builder.add(record)) {
        lane.isFull = true
        return
      }
      lane.nextOffset = record.offset + 1
    }
    lane.nextOffset = chunk.nextOffset
  }

  async #prepare(chunk: Chunk, persist: StoreRunSettings['persist']): Promise<void> {
    const schema = schemaOf(chunk.topic)
    const values = chunk.records.map((record) => record.value)
    await persist(() => this.#settings.deps.codec.prepare(schema, values))
  }

  /** A partition never read may begin later than at 0; for one that was, a hole is a loss. */
  async #findStart(error: unknown): Promise<Chunk[]> {
    if (!(error instanceof Fault) || error.code !== 'OFFSET_OUT_OF_RANGE') throw error
    let movedCount = 0
    for (const lane of this.#lanes) {
      if (lane.storedOffset !== undefined || lane.nextOffset !== 0) continue
      const chunks = this.#settings.deps.log.readToEnd({ ...lane.place, offset: 0 }, 1)
      for await (const { records, nextOffset } of chunks) {
        const first = records[0]?.offset ?? nextOffset
        if (first > 0) movedCount += 1
        lane.nextOffset = first
        break
      }
    }
    if (movedCount === 0) throw error
    return []
  }

  async #flush(isEnd: boolean): Promise<void> {
    const { nowMs, flushEveryMs } = this.#settings.deps
    const heldBytes = this.#lanes.reduce((sum, lane) => sum + lane.builder.bytesCount, 0)
    const isAll = isEnd || heldBytes > READS_MAX_BYTES
    const due = this.#lanes.filter(
      ({ builder, isFull, begunAtMs }) =>
        !builder.isEmpty && (isAll || isFull || nowMs() - begunAtMs >= flushEveryMs),
    )
    if (due.length === 0) return
    const positions = due.map((lane) => ({ ...lane.place, offset: lane.nextOffset }))
    const cuts = due.flatMap((lane) => lane.builder.take() ?? [])
    for (const lane of due) lane.isFull = false
    await this.#announce(cuts.filter((cut) => cut.rows.length > 0))
    await this.#finish(cuts, positions)
  }

  async #announce(cuts: readonly Cut[]): Promise<void> {
    const { deps, sender, ownership, persist } = this.#settings
    if (cuts.length === 0) return
    this.#checkpoint += 1
    const owner = { generation: ownership.generation, checkpoint: this.#checkpoint }
    const records = pendingRecords(cuts, owner, deps.codec)
    await persist(() => sender.send(records))
  }

  /** Inserts, tells what had to be left out, and only then commits. */
  async #finish(cuts: readonly FilledCut[], positions: readonly Position[]): Promise<void> {
    const { subscription, sender, persist } = this.#settings
    const waiting = [...cuts]
    const rejects: OutgoingRecord[] = []
    const work = async (): Promise<void> => {
      for (let cut = waiting.shift(); cut !== undefined; cut = waiting.shift())
        rejects.push(...(await this.#insert(cut)))
    }
    await Promise.all(Array.from({ length: INSERTS_AT_ONCE }, work))
    if (rejects.length > 0) await persist(() => sender.send(rejects))
    await persist(() => subscription.commit(positions))
    for (const { topic, partition, offset } of positions) {
      const lane = this.#lane(topic, partition)
      if (lane !== undefined) lane.storedOffset = offset
    }
  }

  async #insert(cut: FilledCut): Promise<OutgoingRecord[]> {
    const { deps, persist } = this.#settings
    const startedAtMs = deps.nowMs()
    const refused = await persist(() => insertCut(deps.evidence, deps.codec, cut))
    const rejected = [...cut.rejected, ...refused]
    const storedCount = cut.rows.length - refused.length
    if (storedCount > 0) deps.onInserted(cut.topic, storedCount, deps.nowMs() - startedAtMs)
    for (const { reason } of rejected) deps.onRejects(cut.topic, reason, 1)
    // A reject of a reject would be made for ever: it is counted only.
    return cut.topic === 'rejects.v1' ? [] : rejected.map((row) => this.#reject(cut, row))
  }

  #reject(cut: Cut, { record, reason }: RejectedRow): OutgoingRecord {
    const { codec, log } = this.#settings.deps
    const output = rejectedRecord(cut, record, reason, WRITER)
    assert(output.schema === 'rejects.v1', 'a rejected record makes a reject')
    const { key, value } = output
    const count = partitionCountOf(topicSpec('rejects.v1'), log.laneCount)
    const { topic, partition } = cut
    const source = { writer: WRITER, topic, partition, offset: record.offset, ordinal: 0 }
    return {
      topic: 'rejects.v1',
      partition: partitionOf(key, count),
      key,
      value: codec.encode('rejects.v1', value),
      headers: { [SOURCE_HEADER]: formatSource(source) },
    }
  }

  /** A cut that was announced, with the records it covered then. */
  async #readAgain(cut: Cut): Promise<FilledCut> {
    const { deps, subscription, persist } = this.#settings
    const { topic, partition, lastOffset } = cut
    const builder = this.#newBuilder({ topic, partition })
    let offset = cut.firstOffset
    while (offset <= lastOffset) {
      const position = { topic, partition, offset }
      const limitCount = Math.min(deps.batchMaxCount, lastOffset - offset + 1)
      const chunks = await persist(() => subscription.read([position], limitCount, 0))
      const [chunk] = chunks
      if (chunk === undefined) break
      await this.#prepare(chunk, persist)
      for (const record of chunk.records) if (record.offset <= lastOffset) builder.add(record)
      offset = chunk.nextOffset
    }
    const { rows = [], rejected = [] } = builder.take() ?? {}
    return { ...cut, rows, rejected }
  }

  #settleDrains(): void {
    const { drains } = this.#settings
    for (const drain of drains) {
      const isStored = drain.targets.every(({ topic, partition, offset }) => {
        const lane = this.#lane(topic, partition)
        if (lane === undefined) return true
        const reached = lane.builder.isEmpty ? lane.nextOffset : (lane.storedOffset ?? 0)
        return reached >= offset
      })
      if (!isStored) continue
      drains.delete(drain)
      drain.resolve()
    }
  }
}
