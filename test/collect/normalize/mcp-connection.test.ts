import { describe, expect, test } from 'vitest'

import { canonicalHash } from '../../../services/collect/normalize/mcp-definition.ts'
import { START_US, TestConnection } from './a-connection.ts'

const call = (id: unknown, name = 'search', extra: object = {}): object => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: { q: 'x' }, ...extra },
})
const answer = (id: unknown, text = 'found'): object => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }] },
})
const request = (id: unknown, method: string, params: object = {}): object => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})
const listing = (id: unknown, description: string, more: object = {}): object => ({
  jsonrpc: '2.0',
  id,
  result: { tools: [{ name: 'sum', description, inputSchema: { type: 'object' }, ...more }] },
})

describe('a call and its result', () => {
  test('are joined by id, with the time between', () => {
    const connection = new TestConnection()
    const [asked] = connection.client({ json: call(7) })
    const [told] = connection.server({ json: answer(7), atUs: START_US + 1_500 })
    expect(told?.draft).toMatchObject({
      action: 'tool_result',
      call_id: asked?.draft.call_id,
      tool_name: 'search',
      content: 'found',
      content_bytes: 5,
      is_error: false,
      duration_ms: 1.5,
    })
  })

  test.for([
    { why: 'text and number are different ids', first: 1, second: '1' },
    { why: 'two requests of one client', first: 1, second: 2 },
  ])('$why', ({ first, second }) => {
    const connection = new TestConnection()
    connection.client({ json: call(first, 'one') })
    connection.client({ json: call(second, 'two') })
    const names = [second, first].map(
      (id) => connection.server({ json: answer(id) })[0]?.draft.tool_name,
    )
    expect(names).toEqual(['two', 'one'])
  })

  test('one id in two exchanges is two calls', () => {
    const connection = new TestConnection()
    connection.client({ json: call(0, 'one'), exchange: 1 })
    connection.client({ json: call(0, 'two'), exchange: 2 })
    const second = connection.server({ json: answer(0), exchange: 2 })
    const first = connection.server({ json: answer(0), exchange: 1 })
    expect([first[0]?.draft.tool_name, second[0]?.draft.tool_name]).toEqual(['one', 'two'])
  })

  test('a stream that is resumed elsewhere still answers', () => {
    const connection = new TestConnection()
    connection.client({ json: call(3), exchange: 1 })
    expect(connection.server({ json: answer(3), exchange: 9 })).toHaveLength(1)
  })

  test('an id used again while open answers the newer, once', () => {
    const connection = new TestConnection()
    connection.client({ json: call(1, 'one') })
    connection.client({ json: call(1, 'two') })
    expect(connection.server({ json: answer(1) })[0]?.draft.tool_name).toBe('two')
    expect(connection.server({ json: answer(1) })).toEqual([])
  })

  test('are all the server owes while no other request is open', () => {
    const connection = new TestConnection()
    const owed = (): boolean => connection.connection.awaitsCallsOnly
    const found = [owed()]
    connection.client({ json: call(1) })
    found.push(owed())
    connection.client({ json: request(2, 'tools/list') })
    found.push(owed())
    connection.client({ json: request(2, 'tools/list') })
    connection.server({ json: listing(2, 'adds') })
    found.push(owed())
    connection.server({ json: answer(1) })
    expect([...found, owed()]).toEqual([false, true, false, true, false])
  })

  test.for([
    { why: 'the connection ends', end: undefined, count: 2 },
    { why: 'one exchange breaks off', end: 1, count: 1 },
  ])('without an answer when $why', ({ end, count }) => {
    const connection = new TestConnection()
    connection.client({ json: call(1, 'one'), exchange: 1 })
    connection.client({ json: call(1, 'two'), exchange: 2 })
    const told = connection.connection.abandon(end, 'no answer', START_US)
    expect(told.map(({ draft }) => draft.error)).toEqual(Array(count).fill('no answer'))
  })

  test('with a protocol error is a failed result', () => {
    const connection = new TestConnection()
    connection.client({ json: call(1) })
    const error = { jsonrpc: '2.0', id: 1, error: { code: -32020, message: 'Header mismatch' } }
    const [told] = connection.server({ json: error })
    expect(told?.draft).toMatchObject({ is_error: true, error: '-32020 Header mismatch' })
  })

  // The published Postgres server answers so to a string of several statements.
  test('that no client can read is a failed result, whatever it says', () => {
    const connection = new TestConnection()
    connection.client({ json: call(1) })
    const result = { content: [{ type: 'text' }], isError: false }
    const [told] = connection.server({ json: { jsonrpc: '2.0', id: 1, result } })
    expect(told?.draft).toMatchObject({ is_error: true, error: expect.stringContaining('text') })
  })

  test('that needs more input is one call, asked twice', () => {
    const connection = new TestConnection()
    const [asked] = connection.client({ json: call(1), exchange: 1 })
    const form = { method: 'elicitation/create', params: { message: 'Your password?' } }
    const wanting = { resultType: 'input_required', inputRequests: { a: form }, requestState: 's' }
    const [elicited] = connection.server({ json: { id: 1, result: wanting }, exchange: 1 })
    const again = connection.client({
      json: call(2, 'search', { inputResponses: { a: {} }, requestState: 's' }),
      exchange: 2,
    })
    const [done] = connection.server({ json: answer(2), exchange: 2 })
    expect(elicited?.draft).toMatchObject({ action: 'elicitation', content: 'Your password?' })
    expect(again).toEqual([])
    expect(done?.draft.call_id).toBe(asked?.draft.call_id)
  })

  test('is told where "more input" answers nothing that was asked', () => {
    const connection = new TestConnection()
    expect(connection.client({ json: call(2, 'search', { inputResponses: {} }) })).toHaveLength(1)
  })

  test('that became a task is answered by the task’s result', () => {
    const connection = new TestConnection()
    const [asked] = connection.client({ json: call(1) })
    connection.server({ json: { id: 1, result: { task: { taskId: 't1', status: 'working' } } } })
    connection.client({ json: request(2, 'tasks/get', { taskId: 't1' }) })
    connection.server({ json: { id: 2, result: { taskId: 't1', status: 'working' } } })
    connection.client({ json: request(3, 'tasks/result', { taskId: 't1' }) })
    const [told] = connection.server({ json: answer(3, 'late') })
    expect(told?.draft).toMatchObject({ content: 'late', call_id: asked?.draft.call_id })
  })
})

describe('what else passes', () => {
  test('a definition is told once, and again when it changes', () => {
    const connection = new TestConnection()
    const list = (id: number, description: string): number => {
      connection.client({ json: request(id, 'tools/list') })
      return connection.server({ json: listing(id, description) }).length
    }
    expect([list(1, 'adds'), list(2, 'adds'), list(3, 'adds <IMPORTANT>')]).toEqual([2, 1, 2])
    const hashes = connection.told.flatMap(({ draft }) => draft.tool_definition_hash ?? [])
    expect(new Set(hashes).size).toBe(2)
    expect(connection.told.at(-1)?.draft.extra).toEqual({ previous_definition_hash: hashes[0] })
  })

  test('a call carries the definition it was listed with, also on another connection', () => {
    const catalogue = new Map()
    const first = new TestConnection({}, catalogue)
    first.client({ json: request(1, 'tools/list') })
    const annotations = { readOnlyHint: true }
    const [, listed] = first.server({ json: listing(1, 'adds', { annotations }) })
    const [told] = new TestConnection({}, catalogue).client({ json: call(1, 'sum') })
    expect(told?.draft).toMatchObject({
      tool_definition_hash: listed?.draft.tool_definition_hash,
      tool_annotations: { readOnlyHint: 'true' },
    })
  })

  test('hidden characters of a definition stand in its event', () => {
    const connection = new TestConnection()
    connection.client({ json: request(1, 'tools/list') })
    const [, told] = connection.server({ json: listing(1, 'adds\u{E0041}\u200B') })
    expect(told?.draft.content).toContain('adds\u{E0041}\u200B')
  })

  test.for([
    {
      why: 'a resource',
      ask: request(1, 'resources/read', { uri: 'file:///a', _meta: { x: 1 } }),
      result: { contents: [{ uri: 'file:///a', text: 'A' }, { blob: 'AAAA' }] },
      told: { action: 'resource_read', arguments: '{"uri":"file:///a"}', content: 'A' },
    },
    {
      why: 'a prompt',
      ask: request(1, 'prompts/get', { name: 'p' }),
      result: { messages: [{ role: 'user', content: { type: 'text', text: 'Do' } }] },
      told: { action: 'prompt_get', arguments: '{"name":"p"}', content: 'Do' },
    },
    {
      why: 'a handshake, with the orders a server gives',
      ask: request(1, 'initialize', { clientInfo: { name: 'c', version: '3' } }),
      result: { protocolVersion: '2025-11-25', serverInfo: { name: 's' }, instructions: 'Always' },
      told: { action: 'session_start', protocol_version: '2025-11-25', content: 'Always' },
    },
  ])('$why', ({ ask, result, told }) => {
    const connection = new TestConnection()
    connection.client({ json: ask })
    const [found] = connection.server({ json: { jsonrpc: '2.0', id: 1, result } })
    expect(found?.draft).toMatchObject(told)
  })

  test('a server that asks the model', () => {
    const connection = new TestConnection()
    const params = {
      messages: [{ role: 'user', content: { type: 'text', text: 'Sum up' } }],
      maxTokens: 9_000,
    }
    const [told] = connection.server({ json: request(1, 'sampling/createMessage', params) })
    expect(told?.draft).toMatchObject({
      action: 'sampling',
      content: 'Sum up',
      arguments: '{"maxTokens":9000}',
    })
  })

  test('the client named in the handshake acts in what follows', () => {
    const connection = new TestConnection()
    const clientInfo = { name: 'desk', version: '3' }
    connection.client({ json: request(1, 'initialize', { clientInfo }) })
    const [told] = connection.client({ json: call(2) })
    expect(told?.actor).toMatchObject({ agentId: 'desk', agentVersion: '3' })
  })
})

describe('what is kept', () => {
  test('names that are redacted, at any depth', () => {
    const connection = new TestConnection({ redactedNames: new Set(['password']) })
    const params = { name: 'login', arguments: { user: 'u', deep: [{ Password: 'p' }] } }
    const [told] = connection.client({ json: request(1, 'tools/call', params) })
    expect(told?.draft.arguments).toBe('{"user":"u","deep":[{"Password":"[redacted]"}]}')
  })

  test.for([
    { why: 'as much as fits', limit: 5, content: 'found', cut: false },
    { why: 'one character less than there is', limit: 4, content: 'foun', cut: true },
    { why: 'nothing but the size', limit: 0, content: '', cut: true },
  ])('$why', ({ limit, content, cut }) => {
    const connection = new TestConnection({ contentMaxChars: limit })
    connection.client({ json: call(1) })
    const [told] = connection.server({ json: answer(1) })
    expect(told?.draft).toMatchObject({ content, content_bytes: 5, content_truncated: cut })
  })

  test('long arguments stay JSON', () => {
    const connection = new TestConnection({ maxChars: 4_000 })
    const params = { name: 'put', arguments: { body: 'x'.repeat(10_000), path: '/a' } }
    const [told] = connection.client({ json: request(1, 'tools/call', params) })
    expect(JSON.parse(told?.draft.arguments ?? '')).toMatchObject({ path: '/a' })
    expect(told?.draft.extra).toMatchObject({ arguments_truncated: true })
  })
})

test('a definition is hashed over its canonical JSON, whatever its order', () => {
  const one = canonicalHash({ name: 'a', inputSchema: { b: 1, a: 1e21 } })
  expect(one).toBe(canonicalHash({ inputSchema: { a: 1e21, b: 1 }, name: 'a' }))
  // printf '%s' '{"inputSchema":{"a":1e+21,"b":1},"name":"a"}' | sha256sum
  const expected = 'a2ea9b4803be10e973e495c32ddfb82390d69be54a0421d2a0afb644027e725f'
  expect(one).toBe(expected)
})
