import assert from 'node:assert/strict'

import avro, { type Type } from 'avsc'

import type { Codec, Decoded, SchemaIds } from '#domain/codec.ts'
import type { Records } from '#domain/records/index.ts'
import type { SchemaName } from '#domain/topics.ts'

const MAGIC_BYTE = 0
const PREFIX_BYTES = 5
const FIRST_BUFFER_BYTES = 64 * 1024
const WRITERS_MAX_COUNT = 1_000

/** How a writer's schema is read: its own JSON, and the way from its bytes to our type. */
type Writer = { json: object; decode: (body: Buffer) => unknown }
type Reader = { type: Type; subject: string; id: number; writers: Map<number, Writer | undefined> }

/**
 * A codec over the current schemas: registers each (subject `<topicPrefix><schema>-value`) and
 * encodes with the id it got. Values by other versions are read through Avro's schema resolution.
 *
 * @throws Fault REGISTRY_UNAVAILABLE, SCHEMA_REFUSED.
 */
export async function openCodec(
  schemas: Map<SchemaName, object>,
  ids: SchemaIds,
  topicPrefix: string,
): Promise<Codec> {
  const readers = new Map<SchemaName, Reader>()
  for (const [name, schema] of schemas) {
    const subject = `${topicPrefix}${name}-value`
    const id = await ids.register(subject, schema)
    const type = avro.Type.forSchema(schema as avro.Schema)
    const own: Writer = { json: schema, decode: (body) => type.fromBuffer(body) }
    readers.set(name, { type, subject, id, writers: new Map([[id, own]]) })
  }
  return new AvroCodec(readers, ids)
}

class AvroCodec implements Codec {
  readonly #readers: Map<SchemaName, Reader>
  readonly #ids: SchemaIds
  #buffer = Buffer.alloc(FIRST_BUFFER_BYTES)

  constructor(readers: Map<SchemaName, Reader>, ids: SchemaIds) {
    this.#readers = readers
    this.#ids = ids
  }

  encode<N extends SchemaName>(schema: N, value: Records[N]): Buffer {
    const { type, id } = this.#reader(schema)
    let end = type.encode(value, this.#buffer, PREFIX_BYTES)
    if (end < 0) {
      this.#buffer = Buffer.alloc((this.#buffer.length - end) * 2)
      end = type.encode(value, this.#buffer, PREFIX_BYTES)
      assert(end > 0, 'the value still does not fit the buffer made for it')
    }
    this.#buffer[0] = MAGIC_BYTE
    this.#buffer.writeUInt32BE(id, 1)
    return Buffer.from(this.#buffer.subarray(0, end))
  }

  decode<N extends SchemaName>(schema: N, bytes: Buffer | null): Decoded<Records[N]> {
    if (bytes === null || bytes.length === 0) return { ok: false, reason: 'EMPTY' }
    if (bytes.length < PREFIX_BYTES || bytes[0] !== MAGIC_BYTE)
      return { ok: false, reason: 'BAD_MAGIC' }
    const writer = this.#reader(schema).writers.get(bytes.readUInt32BE(1))
    if (writer === undefined) return { ok: false, reason: 'UNKNOWN_SCHEMA' }
    try {
      return { ok: true, value: writer.decode(bytes.subarray(PREFIX_BYTES)) as Records[N] }
    } catch {
      return { ok: false, reason: 'BAD_AVRO' }
    }
  }

  async prepare(schema: SchemaName, values: Iterable<Buffer | null>): Promise<void> {
    const reader = this.#reader(schema)
    let lastId = reader.id
    for (const value of values) {
      if (value === null || value.length < PREFIX_BYTES || value[0] !== MAGIC_BYTE) continue
      const id = value.readUInt32BE(1)
      if (id === lastId || reader.writers.has(id)) continue
      lastId = id
      if (reader.writers.size < WRITERS_MAX_COUNT)
        reader.writers.set(id, await this.#fetch(reader, id))
    }
  }

  writerSchema(schema: SchemaName, bytes: Buffer): { id: number; json: unknown } | undefined {
    if (bytes.length < PREFIX_BYTES || bytes[0] !== MAGIC_BYTE) return undefined
    const id = bytes.readUInt32BE(1)
    const writer = this.#reader(schema).writers.get(id)
    return writer === undefined ? undefined : { id, json: writer.json }
  }

  /** Undefined where nobody knows the id, or its schema cannot be read as ours. */
  async #fetch(reader: Reader, id: number): Promise<Writer | undefined> {
    const json = await this.#ids.lookUp(id)
    if (json === undefined) return undefined
    try {
      const resolver = reader.type.createResolver(avro.Type.forSchema(json as avro.Schema))
      return { json, decode: (body) => reader.type.fromBuffer(body, resolver, true) }
    } catch {
      return undefined
    }
  }

  #reader(schema: SchemaName): Reader {
    const reader = this.#readers.get(schema)
    assert(reader !== undefined, `no schema ${schema}`)
    return reader
  }
}
