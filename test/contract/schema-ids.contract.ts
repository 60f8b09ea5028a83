import { describe, expect, test } from 'vitest'

import type { SchemaIds } from '../../services/lib/domain/codec.ts'
import { loadSchemas } from '../../services/lib/adapters/avro/schemas.ts'

const INT_MAX = 0x7fffffff

/** A dull schema; `fields` are beside the one it always has. */
export const aSchema = (fields: object[] = []): object => ({
  type: 'record',
  name: 'Thing',
  namespace: 'tocsin',
  fields: [{ name: 'id', type: 'string' }, ...fields],
})

/** What every source of schema ids promises (services/lib/domain/codec.ts). */
export function schemaIdsContract(name: string, open: () => SchemaIds): void {
  describe(`the schema ids port, ${name}`, () => {
    test('the same schema has the same id, however often and whoever registers it', async () => {
      const first = await open().register('same-value', aSchema())
      const again = open()
      expect(await again.register('same-value', aSchema())).toBe(first)
      expect(await again.register('same-value', aSchema())).toBe(first)
    })

    test('an id fits the wire format and gives its schema back', async () => {
      const ids = open()
      const schema = aSchema([
        { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
        { name: 'note', type: ['null', 'string'], default: null },
      ])
      const id = await ids.register('back-value', schema)
      expect(Number.isInteger(id) && id >= 0 && id <= INT_MAX).toBe(true)
      expect(await ids.lookUp(id)).toEqual(schema)
    })

    test('a compatible change has an id of its own; the old one stays known', async () => {
      const ids = open()
      const before = await ids.register('change-value', aSchema())
      const optional = { name: 'note', type: ['null', 'string'], default: null }
      const after = await ids.register('change-value', aSchema([optional]))
      expect(after).not.toBe(before)
      expect(await ids.lookUp(before)).toEqual(aSchema())
    })

    test('an id nobody gave is unknown', async () => {
      expect(await open().lookUp(2_147_000_001)).toBeUndefined()
    })

    test('all our own schemas are taken, each with another id', async () => {
      const ids = open()
      const schemas = [...loadSchemas()]
      const given = new Set<number>()
      for (const [subject, schema] of schemas)
        given.add(await ids.register(`tocsin.${subject}-value`, schema))
      expect(given.size).toBe(schemas.length)
    })
  })
}
