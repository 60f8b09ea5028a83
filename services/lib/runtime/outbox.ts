import assert from 'node:assert/strict'

import { formatSource, progressRecord, SOURCE_HEADER } from '#domain/headers.ts'
import { partitionOf } from '#domain/lane.ts'
import type { OutgoingRecord, Sender } from '#domain/log.ts'
import type { StageOutput } from '#domain/stage.ts'
import { partitionCountOf, topicSpec, type TopicName } from '#domain/topics.ts'
import type { StageDefinition, StageWorld } from './stage-definition.ts'

/** The input record that outputs were made from. */
export type Origin = { topic: TopicName; partition: number; offset: number }

/** What a task is about to write, in order: outputs with their sources, and its progress. */
export class Outbox {
  readonly #definition: StageDefinition
  readonly #world: StageWorld
  readonly #lane: number | undefined
  readonly #sender: Sender
  #records: OutgoingRecord[] = []
  #lanePromiseUs = -Infinity
  #spreadPromiseUs = -Infinity

  constructor(
    definition: StageDefinition,
    world: StageWorld,
    lane: number | undefined,
    sender: Sender,
  ) {
    this.#definition = definition
    this.#world = world
    this.#lane = lane
    this.#sender = sender
  }

  /** Whether the last promise this task will ever make has been written. */
  get isClosed(): boolean {
    return this.#spreadPromiseUs === Infinity && this.#records.length === 0
  }

  /**
   * Outputs of one input record: they carry where they came from, and which one of it they are.
   * What has a revision is known by that: told anew after a crash, it has the same source.
   */
  addDerived(origin: Origin, outputs: readonly StageOutput[]): void {
    const ordinals = new Map<string, number>()
    for (const output of outputs) {
      const record = this.#encode(output)
      this.#records.push(record)
      if (topicSpec(output.topic).cleanup === 'compact') continue
      const target = `${record.topic}/${record.partition}`
      const ordinal = ordinals.get(target) ?? 0
      ordinals.set(target, ordinal + 1)
      const writer = this.#definition.writer
      record.headers = { [SOURCE_HEADER]: formatSource({ writer, ...origin, ordinal }) }
    }
  }

  /** Outputs made by a watermark: known again by their key's revision. */
  addTimed(output: StageOutput): void {
    this.#records.push(this.#encode(output))
  }

  /** A promise to those who read this lane, in its place among the outputs. */
  promiseOnLane(watermarkUs: number): void {
    if (this.#lane === undefined || watermarkUs <= this.#lanePromiseUs) return
    for (const topic of this.#definition.outputs)
      if (topicSpec(topic).partitioning === 'lane') this.#promise(topic, this.#lane, watermarkUs)
    this.#lanePromiseUs = watermarkUs
  }

  /**
   * A promise to every partition of the topics that are not keyed by lane; once a batch is enough.
   * Those of other systems get none: nobody there would know it for one.
   */
  promiseElsewhere(watermarkUs: number): void {
    if (watermarkUs <= this.#spreadPromiseUs) return
    for (const topic of this.#definition.outputs) {
      const spec = topicSpec(topic)
      if (spec.schema === undefined) continue
      if (this.#lane !== undefined && spec.partitioning === 'lane') continue
      const count = partitionCountOf(spec, this.#world.laneCount)
      for (let partition = 0; partition < count; partition++)
        this.#promise(topic, partition, watermarkUs)
    }
    this.#spreadPromiseUs = watermarkUs
  }

  /** Writes everything added so far; resolves when it is durable. */
  async flush(): Promise<void> {
    if (this.#records.length === 0) return
    await this.#sender.send(this.#records)
    this.#records = []
  }

  #promise(topic: TopicName, partition: number, watermarkUs: number): void {
    const { writer } = this.#definition
    const promise = progressRecord({
      writer,
      lane: this.#lane ?? 0,
      watermarkUs,
      leaseMs: undefined,
    })
    this.#records.push({ topic, partition, value: null, ...promise })
  }

  #encode(output: StageOutput): OutgoingRecord {
    const { codec, laneCount } = this.#world
    const { topic, key } = output
    const spec = topicSpec(topic)
    const partition = partitionOf(key, partitionCountOf(spec, laneCount))
    const isOnLane = this.#lane === undefined || partition === this.#lane
    assert(isOnLane || spec.partitioning !== 'lane', 'an output left the lane of its input')
    const value =
      output.schema === 'json'
        ? Buffer.from(output.value)
        : codec.encode(output.schema, output.value)
    return { topic, partition, key, value, headers: {} }
  }
}
