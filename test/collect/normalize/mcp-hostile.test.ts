import fc from 'fast-check'
import { expect, test } from 'vitest'

import { readCut } from '../../../services/collect/normalize/mcp-cut.ts'
import { messagesOf } from '../../../services/collect/normalize/mcp-message.ts'
import { TestConnection } from './a-connection.ts'

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))
const METHODS = ['tools/call', 'tools/list', 'initialize', 'resources/read', 'tasks/get', 'x']

/** JSON-RPC that is nearly right: any value may stand where another is due. */
const message = fc.record(
  {
    jsonrpc: fc.constant('2.0'),
    id: fc.oneof(fc.nat(3), fc.constantFrom('0', '__proto__', null), fc.jsonValue()),
    method: fc.oneof(fc.constantFrom(...METHODS), fc.jsonValue()),
    params: fc.oneof(
      fc.record(
        { name: fc.jsonValue(), arguments: fc.jsonValue(), _meta: fc.jsonValue() },
        { requiredKeys: [] },
      ),
      fc.jsonValue(),
    ),
    result: fc.oneof(
      fc.record(
        {
          content: fc.array(fc.oneof(fc.jsonValue(), fc.record({ text: fc.jsonValue() }))),
          tools: fc.array(fc.oneof(fc.jsonValue(), fc.record({ name: fc.jsonValue() }))),
          resultType: fc.constantFrom('input_required', 'complete'),
          inputRequests: fc.jsonValue(),
          taskId: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
      fc.jsonValue(),
    ),
    error: fc.jsonValue(),
  },
  { requiredKeys: ['jsonrpc'] },
)

test('no message makes a connection throw, or say what is no text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.oneof(message, fc.array(message), fc.jsonValue()))),
      (said) => {
        const connection = new TestConnection()
        for (const [isClient, json] of said)
          if (isClient) connection.client({ json })
          else connection.server({ json })
        for (const { draft } of connection.told) {
          expect(typeof (draft.tool_name ?? '')).toBe('string')
          expect(typeof (draft.content ?? '')).toBe('string')
        }
      },
    ),
    { numRuns: 400 },
  )
})

test.for([
  { why: 'arguments nested too deep', params: { name: 'a', arguments: nested(5_000) } },
  { why: 'a prototype as name', params: { name: '__proto__', arguments: {} } },
])('$why: the call is told all the same', ({ params }) => {
  const json = { jsonrpc: '2.0', id: 1, method: 'tools/call', params }
  expect(new TestConnection().client({ json })).toHaveLength(1)
})

test('a batch is looked at as far as its limit, and the rest is counted', () => {
  const batch = Array.from({ length: 300 }, (_, id) => ({ id, method: 'ping' }))
  const { messages, cutCount } = messagesOf(batch)
  expect([messages.length, cutCount]).toEqual([256, 44])
})

test('calls that are never answered are forgotten, the oldest first', () => {
  const connection = new TestConnection()
  for (let id = 0; id < 1_100; id++)
    connection.client({ json: { id, method: 'tools/call', params: { name: 'a' } } })
  expect(connection.connection.evictedCount).toBe(76)
  expect(connection.server({ json: { id: 0, result: {} } })).toEqual([])
  expect(connection.server({ json: { id: 1_099, result: {} } })).toHaveLength(1)
})

test.for([
  {
    why: 'inside a text',
    front: '{"result":{"content":[{"text":"abc',
    value: { result: { content: [{ text: 'abc' }] } },
  },
  { why: 'inside an escape', front: String.raw`{"a":"x\u00`, value: { a: 'x' } },
  { why: 'after an escaped backslash', front: String.raw`{"a":"x\\`, value: { a: 'x\\' } },
  { why: 'inside a name', front: '{"a":1,"b', value: { a: 1 } },
  { why: 'inside a number', front: '{"a":1,"b":12', value: { a: 1 } },
  { why: 'inside a list of texts', front: '{"a":["x","y', value: { a: ['x', 'y'] } },
  { why: 'before anything', front: '{', value: {} },
  { why: 'nowhere', front: '{"a":1}', value: { a: 1 } },
  { why: 'in what is no JSON', front: 'Starting server', value: undefined },
])('what is cut $why', ({ front, value }) => {
  expect(readCut(front, '')).toEqual(value)
})

test.for([
  { why: 'a number at the end', tail: 'x"}]},"id":12}', id: 12 },
  { why: 'before the version', tail: 'x"}]},"id":"a\\"b","jsonrpc":"2.0"}\n', id: 'a"b' },
  { why: 'inside a text', tail: String.raw`x \"id\":12}"}]}}`, id: undefined },
])('the id of a cut message: $why', ({ tail, id }) => {
  expect(readCut('{"result":{"content":[', tail)).toEqual({
    result: { content: [] },
    ...(id === undefined ? {} : { id }),
  })
})

test('every front of a message can be read or is none, and never says more than the whole', () => {
  fc.assert(
    fc.property(
      fc.object({ maxDepth: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (value, part) => {
        const whole = JSON.stringify(value)
        const cut = readCut(whole.slice(0, 1 + Math.floor(part * (whole.length - 1))), '') as object
        expect(Object.keys(value)).toEqual(expect.arrayContaining(Object.keys(cut ?? {})))
      },
    ),
    { numRuns: 500 },
  )
})
