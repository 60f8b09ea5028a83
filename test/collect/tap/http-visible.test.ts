import { describe, expect, test } from 'vitest'

import { eventually } from '../../support/live.ts'
import {
  anHttpTap,
  ask,
  aServer,
  bodyOf,
  call,
  echo,
  post,
  rpc,
  type Handler,
} from '../../support/mcp/an-http-tap.ts'

describe('what an HTTP tap makes visible', () => {
  const sessions: Handler = async (asked, answer) => {
    const body = await bodyOf(asked)
    if (asked.method !== 'POST') {
      answer.writeHead(asked.method === 'DELETE' ? 200 : 405).end()
      return
    }
    const { id, method } = JSON.parse(body) as { id: number; method: string }
    const result = method === 'initialize' ? { protocolVersion: '2025-11-25' } : { content: [] }
    const name = method === 'initialize' ? { 'mcp-session-id': `s-${id}` } : {}
    answer.writeHead(200, { 'content-type': 'application/json', ...name })
    answer.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
  }
  const hello = (id: number, name: string): string =>
    rpc(id, 'initialize', { clientInfo: { name } })

  test('the end of a session, a call after it, and no event of a reconnecting client', async () => {
    const { url, events } = await anHttpTap(await aServer(sessions))
    await post(url, hello(1, 'desk'))
    await post(url, call(2), { 'mcp-session-id': 's-1' })
    await ask(`${url}/mcp`, { method: 'DELETE', headers: { 'mcp-session-id': 's-1' } })
    await ask(`${url}/mcp`, { method: 'GET', headers: { accept: 'text/event-stream' } })
    await post(url, call(3), { 'mcp-session-id': 's-1' })
    const found = await eventually(events, (told) => told.length >= 6)
    expect(found.map(({ action }) => action)).toEqual([
      'session_start',
      'tool_call',
      'tool_result',
      'session_end',
      'tool_call',
      'tool_result',
    ])
    expect(new Set(found.map(({ session_id }) => session_id)).size).toBe(1)
  })

  test('a new handshake after the end is a new session', async () => {
    const { url, events } = await anHttpTap(await aServer(sessions))
    await post(url, hello(1, 'desk'))
    await ask(`${url}/mcp`, { method: 'DELETE', headers: { 'mcp-session-id': 's-1' } })
    await post(url, hello(2, 'desk'))
    const found = await eventually(events, (told) => told.length >= 3)
    expect(new Set(found.map(({ session_id }) => session_id)).size).toBe(2)
  })

  test('two clients keep their names, whatever comes in between', async () => {
    const { url, events } = await anHttpTap(await aServer(sessions))
    await post(url, hello(1, 'desk'))
    await post(url, hello(2, 'code'))
    await post(url, call(3), { 'mcp-session-id': 's-1' })
    const found = await eventually(events, (told) => told.length >= 4)
    expect(found.find(({ action }) => action === 'tool_call')?.['agent_id']).toBe('desk')
  })

  test('another program with a stolen session and token', async () => {
    const { url, events } = await anHttpTap(await aServer(sessions))
    const stolen = { 'mcp-session-id': 's-1', authorization: 'Bearer tok-A' }
    await post(url, hello(1, 'desk'), { authorization: 'Bearer tok-A', 'user-agent': 'node' })
    await post(url, call(2), { ...stolen, 'user-agent': 'node' })
    await post(url, call(3), { ...stolen, 'user-agent': 'python-httpx/0.28' })
    const found = await eventually(events, (told) => told.length >= 5)
    const calls = found.filter(({ action }) => action === 'tool_call')
    expect(calls.map(({ extra }) => extra?.['user_agent'])).toEqual([
      '"node"',
      '"python-httpx/0.28"',
    ])
    expect(new Set(calls.map(({ token_id }) => token_id)).size).toBe(1)
    expect(JSON.stringify(found)).not.toContain('tok-A')
  })

  test.for<{ why: string; headers: Record<string, string>; is: string | undefined }>([
    { why: 'another tool', headers: { 'mcp-name': 'search' }, is: '["name"]' },
    { why: 'another method', headers: { 'mcp-method': 'tools/list' }, is: '["method"]' },
    { why: 'the same, encoded', headers: { 'mcp-name': '=?base64?cmVhZF9ub3Rl?=' }, is: undefined },
    { why: 'nothing', headers: {}, is: undefined },
  ])('headers that say $why', async ({ headers, is }) => {
    const { url, events } = await anHttpTap(await aServer(echo('json')))
    await post(url, call(1), headers)
    const [asked] = await eventually(events, (told) => told.length === 2)
    expect(asked?.extra?.['header_mismatch']).toBe(is)
  })
})
