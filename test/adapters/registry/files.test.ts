import { expect, test } from 'vitest'

import { fileSchemaId, fileSchemaIds } from '../../../services/lib/adapters/registry/files.ts'
import { aSchema } from '../../contract/schema-ids.contract.ts'

test.for([
  {
    why: 'keys in another order',
    other: {
      fields: [{ type: 'string', name: 'id' }],
      namespace: 'tocsin',
      name: 'Thing',
      type: 'record',
    },
    same: true,
  },
  { why: 'with documentation', other: { ...aSchema(), doc: 'what it is' }, same: true },
  { why: 'under another name', other: { ...aSchema(), name: 'Other' }, same: false },
  { why: 'with one more field', other: aSchema([{ name: 'more', type: 'int' }]), same: false },
])('$why: the same id=$same', ({ other, same }) => {
  expect(fileSchemaId(other) === fileSchemaId(aSchema())).toBe(same)
})

test('a schema of the past is known by its id without being registered', async () => {
  const old = aSchema([{ name: 'gone', type: 'int' }])
  expect(await fileSchemaIds([old]).lookUp(fileSchemaId(old))).toEqual(old)
  expect(await fileSchemaIds([]).lookUp(fileSchemaId(old))).toBeUndefined()
})
