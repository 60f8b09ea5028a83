import type { Records } from './records/index.ts'
import type { OCSF_TOPIC, SchemaName, TopicName } from './topics.ts'

/** One decoded input record, as a core sees it. */
export type StageInput = {
  [N in SchemaName]: { topic: TopicName; schema: N; key: string; value: Records[N] }
}[SchemaName]

/** One output of a core. The runtime finds its partition by its key. */
export type StageOutput =
  | {
      [N in SchemaName]: { topic: TopicName; schema: N; key: string; value: Records[N] }
    }[SchemaName]
  | JsonOutput

/** An output for other systems: JSON text. */
type JsonOutput = { topic: typeof OCSF_TOPIC; schema: 'json'; key: string; value: string }

export type Emit = (output: StageOutput) => void

/**
 * A changed part of a core's state: its key, and what to keep of it (JSON), undefined when it
 * ended.
 */
export type StateChange = { key: string; body: unknown }

/**
 * A service's decisions for one lane (or for all, where it is single-active): synchronous, without
 * clock, I/O or randomness. Given the same records in the same order of each partition and the same
 * watermarks it makes the same outputs in the same order.
 */
export type Core = {
  /** Judges one record. `held`: not yet; it will be offered again, and what follows it waits. */
  onRecord(input: StageInput, emit: Emit): 'taken' | 'held'
  /** Every record older than `watermarkUs` has been seen (Infinity: all of them). */
  onWatermark(watermarkUs: number, emit: Emit): void
  /** A record of a topic that every instance reads whole (baselines, rules). */
  onBroadcast?(input: StageInput): void
  /** What changed since the last call. */
  takeChanges(): StateChange[]
  /** Puts back one part of the state. */
  restore(key: string, body: unknown): void
}
