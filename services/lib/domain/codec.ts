import type { Records } from './records/index.ts'
import type { SchemaName } from './topics.ts'

/** A decoded value, or why it could not be. */
export type Decoded<T> = { ok: true; value: T } | { ok: false; reason: DecodeReason }
type DecodeReason = 'BAD_MAGIC' | 'UNKNOWN_SCHEMA' | 'BAD_AVRO' | 'EMPTY'

/** Turns records into Confluent-framed Avro and back. Synchronous once `prepare` has run. */
export type Codec = {
  encode<N extends SchemaName>(schema: N, value: Records[N]): Buffer
  decode<N extends SchemaName>(schema: N, bytes: Buffer | null): Decoded<Records[N]>
  /**
   * Fetches the writer schemas these values name and nobody here has seen.
   *
   * @throws Fault REGISTRY_UNAVAILABLE. Retryable.
   */
  prepare(schema: SchemaName, values: Iterable<Buffer | null>): Promise<void>
  /** Avro JSON of the schema a value was written with; undefined where unknown. */
  writerSchema(schema: SchemaName, bytes: Buffer): { id: number; json: unknown } | undefined
}

/**
 * Where schemas get their ids. `register` makes sure a schema is there and answers its id.
 *
 * @throws Fault REGISTRY_UNAVAILABLE (retryable), SCHEMA_REFUSED.
 */
export type SchemaIds = {
  register(subject: string, schema: object): Promise<number>
  /** The schema of an id, or undefined where there is none. */
  lookUp(id: number): Promise<object | undefined>
}
