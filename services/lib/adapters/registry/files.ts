import { createHash } from 'node:crypto'

import type { SchemaIds } from '#domain/codec.ts'

/** Ids must fit a signed 32-bit number in other systems' decoders. */
const ID_BITS_MASK = 0x7fffffff

/**
 * Ids without a registry: 31 bits of the hash of what a schema says, so that every process and
 * every run gives the same schema the same id. Knows the schemas given and those registered.
 */
export function fileSchemaIds(schemas: readonly object[]): SchemaIds {
  const known = new Map<number, object>(schemas.map((schema) => [fileSchemaId(schema), schema]))
  return {
    register: (_subject, schema) => {
      const id = fileSchemaId(schema)
      known.set(id, schema)
      return Promise.resolve(id)
    },
    lookUp: (id) => Promise.resolve(known.get(id)),
  }
}

/** The id of a schema: of its JSON with sorted keys and without documentation. */
export function fileSchemaId(schema: object): number {
  const hash = createHash('sha256').update(canonicalText(schema)).digest()
  return hash.readUInt32BE(0) & ID_BITS_MASK
}

function canonicalText(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (key === 'doc') return undefined
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    const entries = Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1))
    return Object.fromEntries(entries)
  })
}
