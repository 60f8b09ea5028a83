import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { loadSchemas } from '../../services/lib/adapters/avro/schemas.ts'
import {
  boundedJson,
  canonicalJson,
  compileJsonForm,
  type JsonObject,
} from '../../services/lib/domain/json-form.ts'

const SCHEMA = {
  type: 'record',
  name: 'Sample',
  fields: [
    { name: 'name', type: 'string' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'count', type: 'long', default: 0 },
    { name: 'port', type: ['null', 'int'], default: null },
    { name: 'ratio', type: ['null', 'double'], default: null },
    { name: 'is_late', type: 'boolean', default: false },
    { name: 'body', type: ['null', 'bytes'], default: null },
    {
      name: 'kind',
      type: ['null', { type: 'enum', name: 'Kind', symbols: ['a', 'b'] }],
      default: null,
    },
    { name: 'again', type: ['null', 'Kind'], default: null },
    { name: 'tags', type: { type: 'array', items: 'string' }, default: [] },
    { name: 'labels', type: ['null', { type: 'map', values: 'string' }], default: null },
    {
      name: 'parts',
      type: [
        'null',
        {
          type: 'array',
          items: {
            type: 'record',
            name: 'Part',
            fields: [
              { name: 'size', type: 'long' },
              { name: 'note', type: ['null', 'string'], default: null },
            ],
          },
        },
      ],
      default: null,
    },
    { name: 'extra', type: { type: 'map', values: 'string' }, default: {} },
  ],
}

const form = compileJsonForm<JsonObject>(SCHEMA)
const keeping = compileJsonForm<JsonObject>(SCHEMA, { keepsUnknown: true })
const aSample = (differs: JsonObject = {}): JsonObject => ({
  name: 'n',
  at: '2026-01-05T08:00:03.913148Z',
  ...differs,
})

describe('fromJson', () => {
  test('fills in defaults, and nobody shares them', () => {
    const first = form.fromJson(aSample())
    const second = form.fromJson(aSample())
    expect(first).toEqual({
      ok: true,
      unknownFieldCount: 0,
      value: {
        name: 'n',
        at: 1_767_600_003_913_148,
        count: 0,
        port: null,
        ratio: null,
        is_late: false,
        body: null,
        kind: null,
        again: null,
        tags: [],
        labels: null,
        parts: null,
        extra: {},
      },
    })
    expect(first.ok && first.value['tags']).not.toBe(second.ok && second.value['tags'])
  })

  test.for([
    { why: 'null', json: null, reason: 'NOT_AN_OBJECT', field: '' },
    { why: 'an array', json: [], reason: 'NOT_AN_OBJECT', field: '' },
    { why: 'absent', json: { at: aSample()['at'] }, reason: 'MISSING_FIELD', field: 'name' },
    { why: 'null', json: aSample({ name: null }), reason: 'MISSING_FIELD', field: 'name' },
    { why: 'a number', json: aSample({ name: 1 }), reason: 'WRONG_TYPE', field: 'name' },
    { why: 'a number as time', json: aSample({ at: 1 }), reason: 'WRONG_TYPE', field: 'at' },
    {
      why: 'no zone',
      json: aSample({ at: '2026-01-05T08:00:03' }),
      reason: 'BAD_TIME',
      field: 'at',
    },
    {
      why: 'no room in 53 bits',
      json: aSample({ at: '2300-01-01T00:00:00Z' }),
      reason: 'OUT_OF_RANGE',
      field: 'at',
    },
    {
      why: 'before the store begins',
      json: aSample({ at: '1899-12-31T23:59:59.999999Z' }),
      reason: 'OUT_OF_RANGE',
      field: 'at',
    },
    { why: 'a fraction', json: aSample({ count: 1.5 }), reason: 'WRONG_TYPE', field: 'count' },
    { why: 'digits as text', json: aSample({ count: '1' }), reason: 'WRONG_TYPE', field: 'count' },
    { why: '2^53', json: aSample({ count: 2 ** 53 }), reason: 'OUT_OF_RANGE', field: 'count' },
    { why: '-2^53', json: aSample({ count: -(2 ** 53) }), reason: 'OUT_OF_RANGE', field: 'count' },
    { why: '1e999', json: aSample({ count: Infinity }), reason: 'OUT_OF_RANGE', field: 'count' },
    { why: '2^31', json: aSample({ port: 2 ** 31 }), reason: 'OUT_OF_RANGE', field: 'port' },
    { why: '1e999', json: aSample({ ratio: Infinity }), reason: 'OUT_OF_RANGE', field: 'ratio' },
    { why: 'yes', json: aSample({ is_late: 'yes' }), reason: 'WRONG_TYPE', field: 'is_late' },
    { why: 'no symbol', json: aSample({ kind: 'c' }), reason: 'BAD_ENUM', field: 'kind' },
    { why: 'by name', json: aSample({ again: 'c' }), reason: 'BAD_ENUM', field: 'again' },
    { why: 'not base64', json: aSample({ body: '*' }), reason: 'WRONG_TYPE', field: 'body' },
    { why: 'not an array', json: aSample({ tags: 'x' }), reason: 'WRONG_TYPE', field: 'tags' },
    { why: 'a null item', json: aSample({ tags: [null] }), reason: 'WRONG_TYPE', field: 'tags' },
    {
      why: 'a map value',
      json: aSample({ labels: { x: 1 } }),
      reason: 'WRONG_TYPE',
      field: 'labels',
    },
    { why: 'not a record', json: aSample({ parts: [1] }), reason: 'WRONG_TYPE', field: 'parts' },
    { why: 'inside', json: aSample({ parts: [{}] }), reason: 'MISSING_FIELD', field: 'parts.size' },
  ])('refuses $field: $why, $reason', ({ json, reason, field }) => {
    expect(form.fromJson(json)).toEqual({ ok: false, reason, field })
  })

  test.for([
    { why: 'the last whole microsecond', differs: { count: 2 ** 53 - 1 } },
    { why: 'the first', differs: { count: -(2 ** 53) + 1 } },
    { why: 'the largest int', differs: { port: 2 ** 31 - 1 } },
    { why: 'the smallest int', differs: { port: -(2 ** 31) } },
    { why: 'a shared name', differs: { again: 'b', kind: 'a' } },
    { why: 'a record inside', differs: { parts: [{ size: 1, note: 'x' }] } },
    { why: 'a member named __proto__', differs: { labels: JSON.parse('{"__proto__":"x"}') } },
  ])('takes $why and gives it back', ({ differs }) => {
    const read = form.fromJson(aSample(differs))
    expect(read.ok && canonicalJson(form.toJson(read.value))).toBe(
      canonicalJson({ count: 0, is_late: false, tags: [], extra: {}, ...aSample(differs) }),
    )
  })

  test('minus zero is zero', () => {
    const read = form.fromJson(aSample({ count: -0 }))
    expect(read.ok && Object.is(read.value['count'], 0)).toBe(true)
  })

  test('half a surrogate pair becomes the replacement character', () => {
    const read = form.fromJson(aSample({ name: 'a\ud800' }))
    expect(read.ok && read.value['name']).toBe('a\ufffd')
  })

  const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

  test.for([
    { why: 'a number', differs: { x: 1 }, extra: { x: '1' } },
    { why: 'an object', differs: { x: { b: [1], a: null } }, extra: { x: '{"b":[1],"a":null}' } },
    { why: 'null', differs: { x: null }, extra: { x: 'null' } },
    { why: 'our own export', differs: { extra: { x: '1' } }, extra: { x: '1' } },
    { why: 'somebody else’s extra', differs: { extra: { x: [1] } }, extra: { x: '[1]' } },
    { why: 'an extra that is no map', differs: { extra: 5 }, extra: { extra: '5' } },
    {
      why: 'as deep as can be',
      differs: { x: deep(256) },
      extra: { x: JSON.stringify(deep(256)) },
    },
  ])('keeps what nobody knows: $why', ({ differs, extra }) => {
    const read = keeping.fromJson(aSample(differs))
    expect(read.ok && read.value['extra']).toEqual(extra)
  })

  test('a field named __proto__ is kept, and sets no prototype', () => {
    const json = JSON.parse('{"name":"n","at":"2026-01-05T08:00:03Z","__proto__":{"late":1}}')
    const read = keeping.fromJson(json)
    const extra = (read.ok ? read.value['extra'] : {}) as object
    expect(Object.entries(extra)).toEqual([['__proto__', '{"late":1}']])
    expect(Object.getPrototypeOf(extra)).toBe(Object.prototype)
  })

  test('what is nested too deep is refused instead of overflowing the stack', () => {
    expect(keeping.fromJson(aSample({ x: deep(257) }))).toMatchObject({ reason: 'TOO_DEEP' })
    expect(boundedJson(deep(100_000))).toBeUndefined()
    expect(boundedJson(deep(256))).toBe(JSON.stringify(deep(256)))
  })

  test('unknown fields are counted, and dropped where they are not kept', () => {
    expect(form.fromJson(aSample({ x: 1, y: 2 }))).toMatchObject({
      unknownFieldCount: 2,
      value: { extra: {} },
    })
  })

  test('never throws', () => {
    const known = fc.dictionary(
      fc.constantFrom(...SCHEMA.fields.map(({ name }) => name)),
      fc.anything(),
    )
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), known, known.map(aSample)), (json) => {
        const read = keeping.fromJson(json)
        const again = read.ok ? keeping.fromJson(keeping.toJson(read.value)) : read
        expect(again.ok).toBe(read.ok)
      }),
    )
  })
})

describe('toJson', () => {
  test('sorts keys, leaves nulls out, writes times and bytes as text', () => {
    const json = form.toJson({
      parts: [{ size: 2, note: null }],
      name: 'n',
      labels: { b: '2', a: '1' },
      at: 1_767_600_003_000_007,
      body: Buffer.from('hi'),
      tags: ['b', 'a'],
      port: null,
    })
    expect(JSON.stringify(json)).toBe(
      '{"at":"2026-01-05T08:00:03.000007Z","body":"aGk=","labels":{"a":"1","b":"2"},' +
        '"name":"n","parts":[{"size":2}],"tags":["b","a"]}',
    )
  })

  test.for([...loadSchemas()])('compiles %s', ([, schema]) => {
    expect(compileJsonForm(schema).fromJson({})).toMatchObject({ reason: 'MISSING_FIELD' })
  })
})

describe('canonicalJson', () => {
  test.for([
    {
      why: 'keys sort, also those that look like indexes',
      value: { b: 1, a: 2, 10: 3, 9: 4 },
      text: '{"10":3,"9":4,"a":2,"b":1}',
    },
    { why: 'at every level', value: [{ b: { d: 1, c: 2 } }], text: '[{"b":{"c":2,"d":1}}]' },
    { why: 'undefined is absent', value: { a: undefined, b: null }, text: '{"b":null}' },
    { why: 'no minus zero', value: -0, text: '0' },
    { why: 'no number JSON cannot hold', value: [NaN, Infinity], text: '[null,null]' },
    { why: 'fractions in their shortest form', value: 0.1 + 0.2, text: '0.30000000000000004' },
    { why: 'text as JSON.stringify', value: 'a"\n\ud800é', text: '"a\\"\\n\\ud800é"' },
  ])('$why', ({ value, text }) => expect(canonicalJson(value)).toBe(text))

  test('is JSON that means the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})
