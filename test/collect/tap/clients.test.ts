import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { describe, expect, onTestFinished, test } from 'vitest'

import { eventually } from '../../support/live.ts'
import { tapArguments } from '../../support/mcp/a-tap.ts'
import { anHttpTap } from '../../support/mcp/an-http-tap.ts'
import { outboxEvents } from '../../support/mcp/outbox-events.ts'

const FIXTURE = fileURLToPath(new URL('../../conformance/fixture/main.ts', import.meta.url))
const FILESYSTEM = createRequire(import.meta.url).resolve(
  '@modelcontextprotocol/server-filesystem/dist/index.js',
)

/** The fixture of the conformance suites, in a process of its own. */
async function aFixture(): Promise<URL> {
  const child = spawn(process.execPath, [FIXTURE], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill())
  for await (const line of createInterface({ input: child.stdout })) {
    const { port } = JSON.parse(line.replace('listening ', '')) as { port: number }
    return new URL(`http://127.0.0.1:${port}`)
  }
  throw new Error('the fixture did not start')
}

const actionsOf = (events: { action: string; tool_name?: unknown }[]): string[] =>
  events
    .filter(({ action, tool_name }) => action !== 'tools_listed' || tool_name === undefined)
    .map(({ action }) => action)

describe('a published client and a published server', () => {
  test('over HTTP with sessions', async () => {
    const { url, events } = await anHttpTap(await aFixture())
    const client = new Client({ name: 'legacy', version: '1' })
    const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`))
    await client.connect(transport)
    const { tools } = await client.listTools()
    const result = await client.callTool({ name: 'test_simple_text' })
    await client.readResource({ uri: 'test://static-text' })
    await client.getPrompt({ name: 'test_simple_prompt' })
    await transport.terminateSession()
    await client.close()
    expect(tools.length).toBeGreaterThan(8)
    expect(result.content).toEqual([
      { type: 'text', text: 'This is a simple text response for testing.' },
    ])
    const found = await eventually(events, (told) => told.at(-1)?.action === 'session_end')
    expect(actionsOf(found)).toEqual([
      'session_start',
      'tools_listed',
      'tool_call',
      'tool_result',
      'resource_read',
      'prompt_get',
      'session_end',
    ])
    expect(found[0]).toMatchObject({ protocol_version: '2025-11-25', client_name: 'legacy' })
  })

  test('over HTTP without sessions, 2026-07-28', async () => {
    const { url, events } = await anHttpTap(await aFixture())
    const negotiation = { versionNegotiation: { mode: 'auto' } } as const
    const client = new ModernClient({ name: 'modern', version: '2' }, negotiation)
    await client.connect(new ModernTransport(new URL(`${url}/mcp`)))
    await client.listTools()
    await client.callTool({ name: 'test_simple_text', arguments: {} })
    await client.close()
    const found = await eventually(events, (told) => told.at(-1)?.action === 'tool_result')
    expect(actionsOf(found)).toEqual(['session_start', 'tools_listed', 'tool_call', 'tool_result'])
    expect(found.at(-2)).toMatchObject({
      protocol_version: '2026-07-28',
      agent_id: 'modern',
      agent_version: '2',
    })
  })

  test('over stdio, with files', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tocsin-files-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    writeFileSync(join(directory, 'note.txt'), 'a note')
    const data = join(directory, 'data')
    const server = [process.execPath, FILESYSTEM, directory]
    const args = tapArguments('--data-dir', data, '--server-id', 'files', '--', ...server)
    const transport = new StdioClientTransport({
      command: process.execPath,
      args,
      stderr: 'ignore',
    })
    const client = new Client({ name: 'desk', version: '1' })
    await client.connect(transport)
    const { tools } = await client.listTools()
    const path = join(directory, 'note.txt')
    const { content } = await client.callTool({ name: 'read_text_file', arguments: { path } })
    await client.close()
    expect(content).toEqual([{ type: 'text', text: 'a note' }])
    const found = await eventually(
      () => outboxEvents(data).flat(),
      (told) => told.some(({ action }) => action === 'session_end'),
    )
    expect(actionsOf(found)).toEqual([
      'session_start',
      'tools_listed',
      'tool_call',
      'tool_result',
      'session_end',
    ])
    expect(found.filter(({ tool_name }) => tool_name !== undefined)).toHaveLength(tools.length + 2)
    expect(found.find(({ action }) => action === 'tool_call')).toMatchObject({
      tool_annotations: { readOnlyHint: 'true' },
      tool_definition_hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    })
  })
})
