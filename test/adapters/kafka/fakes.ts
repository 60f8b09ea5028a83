import { splitBatches } from '../../../services/lib/adapters/kafka/batch-decode.ts'
import { encodeBatch, sealBatch } from '../../../services/lib/adapters/kafka/batch-encode.ts'
import { ByteReader, ByteWriter, writeInt64 } from '../../../services/lib/adapters/kafka/bytes.ts'
import type { ProducerId, WireRequest } from '../../../services/lib/adapters/kafka/cluster.ts'
import type { Fetched, FetchTarget } from '../../../services/lib/adapters/kafka/fetch-request.ts'
import type { FetchSource } from '../../../services/lib/adapters/kafka/fetcher.ts'
import type { SenderCluster } from '../../../services/lib/adapters/kafka/sender.ts'
import { Fault } from '../../../services/lib/domain/fault.ts'
import type { TopicName } from '../../../services/lib/domain/topics.ts'

const PRODUCER_AT = 43
const SEQUENCE_AT = 53
const COUNT_AT = 57

/** A batch of records `key` = `<offset>`, from an offset on. */
export function aBatch(topic: TopicName, firstOffset: number, keys: readonly string[]): Buffer {
  const records = keys.map((key) => ({
    topic,
    partition: 0,
    key,
    value: Buffer.from(key),
    headers: {},
  }))
  const bytes = sealBatch(encodeBatch(records, 'none', 0, new ByteWriter()), {
    producerId: 1,
    producerEpoch: 0,
    baseSequence: 0,
  })
  writeInt64(bytes, firstOffset, 0)
  return bytes
}

/** Partitions in memory that answer fetches as a broker does. Topics carry their full names. */
export class FakePartitions implements FetchSource {
  readonly batches = new Map<string, Buffer[]>()
  readonly fetches: FetchTarget[][] = []
  firstOffset = 0
  /** Claims more to be readable than there is: a broker that stalls. */
  claimedEnd: number | undefined
  failure: Error | undefined
  refreshCount = 0
  /** Runs once the first fetch has been answered. */
  afterFetch: (() => void) | undefined

  leaderOf(): string {
    return '1'
  }

  refresh(): Promise<void> {
    this.refreshCount++
    return Promise.resolve()
  }

  async fetch(_node: string, targets: FetchTarget[], waitMs: number): Promise<Fetched[]> {
    this.fetches.push(targets)
    const { failure } = this
    if (failure !== undefined) throw failure
    const answers = targets.map((target) => this.#answer(target))
    this.afterFetch?.()
    this.afterFetch = undefined
    if (answers.every((answer) => answer.batches.length === 0))
      await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, 2)))
    return answers
  }

  #answer({ topic, partition, offset, maxBytes }: FetchTarget): Fetched {
    const stored = splitBatches(Buffer.concat(this.batches.get(`${topic}/${partition}`) ?? []))
    const end = (stored.at(-1)?.lastOffset ?? -1) + 1
    const isOutside = offset < this.firstOffset || offset > end
    const batches = stored.filter((batch) => batch.lastOffset >= offset)
    let bytes = 0
    const fitting = batches.filter((batch, index) => {
      bytes += batch.bytes.length
      return index === 0 || bytes <= maxBytes
    })
    const readableEnd = this.claimedEnd ?? end
    return { topic, partition, errorCode: isOutside ? 1 : 0, readableEnd, batches: fitting }
  }
}

/** What a fake broker took of one batch. */
export type Appended = {
  partition: string
  producerId: number
  sequence: number
  recordCount: number
  bytes: number
}

/** A broker that appends what it is sent, or answers as it is told: one code for each request. */
export class FakeProduceCluster implements SenderCluster {
  readonly appended: Appended[] = []
  /** Error codes of the next requests; 0 appends. */
  readonly codes: number[] = []
  /** Requests from now on whose answer is lost after they were done. */
  lostAnswerCount = 0
  requestCount = 0
  #lastProducerId = 100

  newProducer(): Promise<ProducerId> {
    this.#lastProducerId++
    return Promise.resolve({ producerId: this.#lastProducerId, producerEpoch: 0 })
  }

  leaderOf(): string {
    return '1'
  }

  refresh(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  async attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    return work().catch((cause: unknown) => {
      throw new Fault('LOG_UNAVAILABLE', what, { cause })
    })
  }

  request<T>(_nodeId: string, { body, decode }: WireRequest<T>): Promise<T> {
    this.requestCount++
    const code = this.codes.shift() ?? 0
    const reader = new ByteReader(body, 8)
    const writer = new ByteWriter()
    writer.int32(reader.int32())
    for (let topics = body.readInt32BE(8); topics > 0; topics--) {
      const topic = reader.string()
      writer.string(topic)
      const count = reader.int32()
      writer.int32(count)
      for (let left = count; left > 0; left--) {
        const partition = reader.int32()
        if (code === 0) this.#append(`${topic}/${partition}`, reader.bytes())
        else reader.bytes()
        writer.int32(partition).int16(code).int64(0).int64(-1).int64(0)
      }
    }
    if (this.lostAnswerCount > 0) {
      this.lostAnswerCount--
      return Promise.reject(new Error('the connection was closed'))
    }
    return Promise.resolve(decode(writer.written()))
  }

  #append(partition: string, batch: Buffer): void {
    this.appended.push({
      partition,
      producerId: batch.readInt32BE(PRODUCER_AT + 4),
      sequence: batch.readInt32BE(SEQUENCE_AT),
      recordCount: batch.readInt32BE(COUNT_AT),
      bytes: batch.length,
    })
  }
}
