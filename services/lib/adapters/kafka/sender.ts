import { setTimeout as wait } from 'node:timers/promises'

import { Fault } from '#domain/fault.ts'
import type { OutgoingRecord, Sender } from '#domain/log.ts'
import { encodeBatch, nextSequence, recordMaxBytes, sealBatch } from './batch-encode.ts'
import { ByteWriter } from './bytes.ts'
import type { KafkaCluster, ProducerId } from './cluster.ts'
import { asFault, ERROR, faultOfCode } from './faults.ts'
import { produceRequest, type Produced } from './produce-request.ts'
import type { FullSettings } from './settings.ts'
import { STATE_BATCH_MAX_BYTES, STATE_TOPIC_PREFIX } from './topics.ts'

/** A broker takes 1 MiB a batch by default; this is counted before compression. */
const BATCH_MAX_BYTES = 960 * 1024
const REQUEST_MAX_BYTES = 32 * 1024 * 1024
const SCRATCH_BYTES = 1024 * 1024
const RETRY_DELAY_MS = 100

/** What the sender needs of a cluster. */
export type SenderCluster = Pick<
  KafkaCluster,
  'attempt' | 'close' | 'leaderOf' | 'newProducer' | 'refresh' | 'request'
>

type Producer = ProducerId & { sequences: Map<string, number> }
type Waiting = { topic: string; partition: number; batches: Batch[] }
type Batch = { bytes: Buffer; recordCount: number }

/** Sends to one cluster; one request in flight to each node, acknowledged by all replicas. */
export class KafkaSender implements Sender {
  readonly #cluster: SenderCluster
  readonly #settings: FullSettings
  readonly #scratch = new ByteWriter(SCRATCH_BYTES)
  #producer: Producer | undefined
  /** Settles once all that was asked for before has been sent, or has failed. */
  #before: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(cluster: SenderCluster, settings: FullSettings) {
    this.#cluster = cluster
    this.#settings = settings
  }

  /** Of two batches under one sequence a broker keeps the first: the second is a repeat to it. */
  send(records: readonly OutgoingRecord[]): Promise<void> {
    const sent = this.#before.then(() => this.#send(records))
    this.#before = sent.catch(() => undefined)
    return sent
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#cluster.close()
  }

  async #send(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.#isClosed) throw new Fault('LOG_UNAVAILABLE', 'Sending: the sender is closed')
    const waiting = this.#toBatches(records)
    const deadlineMs = Date.now() + this.#settings.unavailableAfterMs
    try {
      while (waiting.length > 0) await this.#sendRound(waiting, deadlineMs)
    } catch (error) {
      // What the broker has of this is unknown: another producer must not be taken for a repeat.
      this.#producer = undefined
      throw asFault(error, 'Sending')
    }
  }

  #toBatches(records: readonly OutgoingRecord[]): Waiting[] {
    const partitions = new Map<string, { records: OutgoingRecord[]; waiting: Waiting }>()
    for (const record of records) {
      const id = partitionId(record)
      let entry = partitions.get(id)
      if (entry === undefined) {
        const topic = this.#settings.topicPrefix + record.topic
        entry = { records: [], waiting: { topic, partition: record.partition, batches: [] } }
        partitions.set(id, entry)
      }
      entry.records.push(record)
    }
    return [...partitions.values()].map(({ records: ofOne, waiting }) => {
      waiting.batches = cutBatches(ofOne).map((cut) => ({
        bytes: encodeBatch(cut, this.#settings.compression, Date.now(), this.#scratch),
        recordCount: cut.length,
      }))
      return waiting
    })
  }

  /** Sends the first batch of as many partitions as one request to each node holds. */
  async #sendRound(waiting: Waiting[], deadlineMs: number): Promise<void> {
    const left = Math.max(0, deadlineMs - Date.now())
    const producer = await this.#cluster.attempt('Sending', () => this.#openProducer(), left)
    const byNode = this.#byLeader(waiting)
    const answers = await Promise.allSettled(
      [...byNode].map(([nodeId, partitions]) => this.#sendTo(nodeId, partitions, producer)),
    )
    const failed = answers.find((answer) => answer.status === 'rejected')
    const retryCodes = answers.flatMap((answer) =>
      answer.status === 'fulfilled' ? this.#settle(waiting, answer.value, producer) : [],
    )
    for (let index = waiting.length - 1; index >= 0; index--)
      if (waiting[index]?.batches.length === 0) waiting.splice(index, 1)
    if (failed === undefined && retryCodes.length === 0 && byNode.size > 0) return
    await this.#beforeRetry(failed?.reason, retryCodes, deadlineMs)
  }

  #byLeader(waiting: readonly Waiting[]): Map<string, Waiting[]> {
    const byNode = new Map<string, Waiting[]>()
    const bytes = new Map<string, number>()
    for (const entry of waiting) {
      const nodeId = this.#cluster.leaderOf(entry.topic, entry.partition)
      if (nodeId === undefined) continue
      const size = (bytes.get(nodeId) ?? 0) + (entry.batches[0]?.bytes.length ?? 0)
      const group = byNode.get(nodeId) ?? []
      if (group.length > 0 && size > REQUEST_MAX_BYTES) continue
      group.push(entry)
      byNode.set(nodeId, group)
      bytes.set(nodeId, size)
    }
    return byNode
  }

  #sendTo(nodeId: string, partitions: Waiting[], producer: Producer): Promise<Produced[]> {
    const { producerId, producerEpoch, sequences } = producer
    const targets = partitions.flatMap((entry) => {
      const [first] = entry.batches
      if (first === undefined) return []
      const baseSequence = sequences.get(partitionId(entry)) ?? 0
      const batch = sealBatch(first.bytes, { producerId, producerEpoch, baseSequence })
      return [{ topic: entry.topic, partition: entry.partition, batch }]
    })
    return this.#cluster.request(nodeId, produceRequest(targets, this.#settings.requestTimeoutMs))
  }

  /** Takes off what is durable; returns the codes of what must be sent again. */
  #settle(
    waiting: readonly Waiting[],
    produced: readonly Produced[],
    producer: Producer,
  ): number[] {
    const retryCodes: number[] = []
    const byId = new Map(waiting.map((entry) => [partitionId(entry), entry]))
    for (const { topic, partition, errorCode } of produced) {
      const id = partitionId({ topic, partition })
      const entry = byId.get(id)
      if (errorCode === ERROR.none || errorCode === ERROR.duplicateSequence) {
        const batch = entry?.batches.shift()
        const sequence = producer.sequences.get(id) ?? 0
        producer.sequences.set(id, nextSequence(sequence, batch?.recordCount ?? 0))
        continue
      }
      const fault = faultOfCode(errorCode, `Sending to ${topic}/${partition}`)
      if (fault !== undefined) throw fault
      retryCodes.push(errorCode)
    }
    return retryCodes
  }

  async #beforeRetry(cause: unknown, codes: readonly number[], deadlineMs: number): Promise<void> {
    if (codes.some(isProducerLost)) this.#producer = undefined
    if (Date.now() + RETRY_DELAY_MS > deadlineMs) {
      if (codes.includes(ERROR.storageError))
        throw new Fault('LOG_FULL', 'Sending: a broker cannot write to its disk')
      throw asFault(cause ?? { type: `error ${codes.join(', ') || 'no leader'}` }, 'Sending')
    }
    const left = deadlineMs - Date.now()
    await wait(RETRY_DELAY_MS)
    await this.#cluster.attempt('Sending', () => this.#cluster.refresh(), left)
  }

  async #openProducer(): Promise<Producer> {
    this.#producer ??= { ...(await this.#cluster.newProducer()), sequences: new Map() }
    return this.#producer
  }
}

/** Cuts one partition's records into batches; a changelog's stay in one as long as it may be. */
function cutBatches(records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const isState = records[0]?.topic.startsWith(STATE_TOPIC_PREFIX) ?? false
  const maxBytes = isState ? STATE_BATCH_MAX_BYTES : BATCH_MAX_BYTES
  const cuts: OutgoingRecord[][] = []
  let cut: OutgoingRecord[] = []
  let bytes = 0
  for (const record of records) {
    const size = recordMaxBytes(record)
    if (cut.length > 0 && bytes + size > maxBytes) {
      cuts.push(cut)
      cut = []
      bytes = 0
    }
    cut.push(record)
    bytes += size
  }
  if (cut.length > 0) cuts.push(cut)
  return cuts
}

function isProducerLost(code: number): boolean {
  return (
    code === ERROR.outOfOrderSequence ||
    code === ERROR.unknownProducer ||
    code === ERROR.oldProducerEpoch
  )
}

function partitionId({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}/${partition}`
}
