import { expect, test } from 'vitest'

import { loadSchemas } from '../../../services/lib/adapters/avro/schemas.ts'
import { isSafeSchema } from '../../../services/lib/adapters/registry/safe-schema.ts'

const record = (name: string, ...types: unknown[]): object => ({
  type: 'record',
  name,
  fields: types.map((type, index) => ({ name: `f${index}`, type })),
})
const arrayOf = (items: unknown): object => ({ type: 'array', items })
const nested = (depth: number): unknown => (depth === 0 ? 'int' : arrayOf(nested(depth - 1)))

test.for([
  { why: 'a primitive', schema: 'long', safe: true },
  { why: 'items of one byte at least', schema: arrayOf('int'), safe: true },
  { why: 'items of no bytes', schema: arrayOf('null'), safe: false },
  { why: 'items of no bytes, written at length', schema: arrayOf({ type: 'null' }), safe: false },
  { why: 'a union takes a byte for its branch', schema: arrayOf(['null']), safe: true },
  { why: 'records without fields', schema: arrayOf(record('Empty')), safe: false },
  { why: 'records of nulls only', schema: arrayOf(record('Nulls', 'null', 'null')), safe: false },
  {
    why: 'records with one field of bytes',
    schema: arrayOf(record('One', 'null', 'int')),
    safe: true,
  },
  { why: 'fixed of no size', schema: arrayOf({ type: 'fixed', name: 'F', size: 0 }), safe: false },
  { why: 'fixed of one byte', schema: arrayOf({ type: 'fixed', name: 'F', size: 1 }), safe: true },
  { why: 'a map takes bytes for its keys', schema: { type: 'map', values: 'null' }, safe: true },
  {
    why: 'deep within a map in a union',
    schema: ['int', { type: 'map', values: arrayOf('null') }],
    safe: false,
  },
  { why: 'in a field of a record', schema: record('R', 'int', arrayOf('null')), safe: false },
  {
    why: 'through a name given before',
    schema: record('R', record('Empty'), arrayOf('Empty')),
    safe: false,
  },
  {
    why: 'through a full name',
    schema: record('R', { ...record('a.b.Empty') }, arrayOf('a.b.Empty')),
    safe: false,
  },
  {
    why: 'an array of itself through a record',
    schema: record('Tree', 'int', arrayOf('Tree')),
    safe: true,
  },
  {
    why: 'a record that is nothing but itself',
    schema: arrayOf(record('Loop', 'Loop')),
    safe: false,
  },
  { why: 'nested 60 deep', schema: nested(60), safe: true },
  { why: 'nested 70 deep', schema: nested(70), safe: false },
])('$why: safe=$safe', ({ schema, safe }) => expect(isSafeSchema(schema)).toBe(safe))

test('all our own schemas are safe', () => {
  for (const schema of loadSchemas().values()) expect(isSafeSchema(schema)).toBe(true)
})
