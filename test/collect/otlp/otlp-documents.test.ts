import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { otlpAnswer, otlpStatus, readOtlp } from '../../../services/collect/otlp/otlp-documents.ts'

/**
 * What `@opentelemetry/otlp-transformer` 0.223.1 makes of the same two spans, and of the same log
 * record, in either encoding.
 */
const captured = (name: string): Buffer => readFileSync(new URL(name, import.meta.url))

/** What both encodings say: protobuf leaves out zeros, and JSON may write 64 bits as a number. */
function meaningOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaningOf)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).flatMap(([name, inner]) => {
    if (name === 'intValue') return [[name, String(inner)] as const]
    return inner === 0 || inner === '' ? [] : [[name, meaningOf(inner)] as const]
  })
  return Object.fromEntries(members)
}

const read = (bytes: Buffer, signal: 'traces' | 'logs', encoding: 'protobuf' | 'json') => {
  const document = readOtlp(bytes, signal, encoding)
  const text = document?.json.toString() ?? 'null'
  return { itemCount: document?.itemCount, meaning: meaningOf(JSON.parse(text)), text }
}

test.for([
  { signal: 'traces', itemCount: 2 },
  { signal: 'logs', itemCount: 1 },
] as const)('$signal are the same document in either encoding', ({ signal, itemCount }) => {
  const protobuf = read(captured(`${signal}.pb`), signal, 'protobuf')
  const json = read(captured(`${signal}.json`), signal, 'json')
  expect(protobuf.meaning).toEqual(json.meaning)
  expect([protobuf.itemCount, json.itemCount]).toEqual([itemCount, itemCount])
  expect(protobuf.text).toContain('4bf92f3577b34da6a3ce929d0e0e473')
})

describe('what is no export request', () => {
  const traces = captured('traces.pb')
  test.for([
    { why: 'cut protobuf', bytes: traces.subarray(0, -5), encoding: 'protobuf' },
    { why: 'text as protobuf', bytes: Buffer.from('hello world'), encoding: 'protobuf' },
    { why: 'no JSON', bytes: Buffer.from('{'), encoding: 'json' },
    { why: 'no UTF-8', bytes: Buffer.of(0x7b, 0xff), encoding: 'json' },
    { why: 'a list', bytes: Buffer.from('[]'), encoding: 'json' },
    {
      why: 'no list where one is due',
      bytes: Buffer.from('{"resourceSpans":7}'),
      encoding: 'json',
    },
    { why: 'nested beyond reason', bytes: nested(20_000), encoding: 'protobuf' },
  ] as const)('is none: $why', ({ bytes, encoding }) => {
    expect(readOtlp(Buffer.from(bytes), 'traces', encoding)).toBeUndefined()
  })

  test('an empty one holds nothing', () => {
    expect(readOtlp(Buffer.alloc(0), 'traces', 'protobuf')?.itemCount).toBe(0)
    expect(readOtlp(Buffer.from('{}'), 'logs', 'json')?.itemCount).toBe(0)
  })
})

test.for([
  { why: 'all well, JSON', encoding: 'json', refused: undefined, is: Buffer.from('{}') },
  { why: 'all well, protobuf', encoding: 'protobuf', refused: undefined, is: Buffer.alloc(0) },
  {
    why: 'in part, JSON',
    encoding: 'json',
    refused: { count: 2, why: 'BAD' },
    is: Buffer.from('{"partialSuccess":{"rejectedSpans":"2","errorMessage":"BAD"}}'),
  },
  {
    why: 'in part, protobuf: field 1 of field 1 is 2, field 2 the reason',
    encoding: 'protobuf',
    refused: { count: 2, why: 'BAD' },
    is: Buffer.of(0x0a, 0x07, 0x08, 0x02, 0x12, 0x03, 0x42, 0x41, 0x44),
  },
] as const)('answers $why', ({ encoding, refused, is }) => {
  expect(otlpAnswer('traces', encoding, refused)).toEqual(is)
})

test('a status is google.rpc.Status', () => {
  expect(otlpStatus('protobuf', 3, 'BAD')).toEqual(
    Buffer.of(0x08, 0x03, 0x12, 0x03, 0x42, 0x41, 0x44),
  )
  expect(otlpStatus('json', 3, 'BAD').toString()).toBe('{"code":3,"message":"BAD"}')
})

/** A request whose one attribute is a list in a list in a list, and so on. */
function nested(depth: number): Buffer {
  const LIST = 0x2a
  const FIRST = 0x0a
  const VALUE = 0x12
  let length = 0
  const heads: Buffer[] = []
  const wrap = (field: number): void => {
    const head = Buffer.from([field, ...varint(length)])
    length += head.length
    heads.push(head)
  }
  for (let level = 0; level < depth; level++) for (const field of [FIRST, LIST]) wrap(field)
  for (const field of [VALUE, FIRST, FIRST, FIRST]) wrap(field)
  return Buffer.concat(heads.toReversed())
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}
