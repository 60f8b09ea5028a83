import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import { aTap, tapArguments, type RunningTap } from '../../support/mcp/a-tap.ts'
import { outboxEvents } from '../../support/mcp/outbox-events.ts'
import { sharedFile } from '../../support/shared-data.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const SERVER = fileURLToPath(new URL('../../support/mcp/scripted-server.mjs', import.meta.url))

const start = (directory: string, environment: Record<string, string> = {}): RunningTap =>
  aTap(
    ['--data-dir', directory, '--server-id', 'notes', '--', process.execPath, SERVER],
    environment,
  )
const call = (id: number, name: string, args: object = {}): object => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
})
const hello = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { clientInfo: { name: 'c' } } }

/** Runs a command on these lines; resolves to all it wrote. */
function outputOf(command: string, args: string[], input: Buffer): Promise<Buffer> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stdin.end(input)
  return new Promise((resolve) => child.once('close', () => resolve(Buffer.concat(chunks))))
}

describe('a tap on stdio', () => {
  test('passes both ways, and the server’s errors and exit code through', async () => {
    const tap = start(await temporaryDirectory())
    tap.send(hello)
    tap.send(call(1, 'read_note', { text: 'hi' }))
    expect((await tap.answer(1)).result).toEqual({ content: [{ type: 'text', text: 'hi' }] })
    tap.send(call(2, 'exit', { code: 7 }))
    expect(await tap.ended).toEqual({ code: 7, signal: null })
    expect(tap.stderr()).toContain('the server speaks on standard error\n')
  })

  test('ends by the signal its server ended by', async () => {
    const tap = start(await temporaryDirectory())
    tap.send(call(1, 'die'))
    expect(await tap.ended).toEqual({ code: null, signal: 'SIGKILL' })
  })

  test('passes a signal on', async () => {
    const tap = start(await temporaryDirectory())
    tap.send(hello)
    await tap.answer(0)
    tap.child.kill('SIGTERM')
    expect(await tap.ended).toEqual({ code: null, signal: 'SIGTERM' })
  })

  test('ends with its client', async () => {
    const tap = start(await temporaryDirectory())
    tap.send(hello)
    await tap.answer(0)
    tap.child.stdin?.end()
    expect(await tap.ended).toEqual({ code: 0, signal: null })
  })

  test('says in one line that a command cannot be started', async () => {
    const tap = aTap(['--data-dir', await temporaryDirectory(), '--', '/nowhere/server'])
    expect(await tap.ended).toEqual({ code: 2, signal: null })
    expect(tap.stderr()).toContain('Cannot start /nowhere/server [BAD_USAGE]')
  })

  test('keeps what happened on disk, numbered without a gap', async () => {
    const directory = await temporaryDirectory()
    const tap = start(directory)
    tap.send(hello)
    tap.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
    tap.send(call(2, 'write_note'))
    await tap.answer(2)
    tap.child.stdin?.end()
    await tap.ended
    const [events] = outboxEvents(directory)
    expect(events?.map(({ collector_seq }) => collector_seq)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(events?.map(({ action }) => action).sort()).toEqual([
      'session_end',
      'session_start',
      'tool_call',
      'tool_result',
      'tools_listed',
      'tools_listed',
      'tools_listed',
    ])
    expect(new Set(events?.map(({ session_id }) => session_id)).size).toBe(1)
  })

  test('two servers of one host share its session', async () => {
    const directory = await temporaryDirectory()
    for (const server of ['one', 'two']) {
      const args = ['--data-dir', directory, '--server-id', server, '--', process.execPath, SERVER]
      const tap = aTap(args)
      tap.send(hello)
      tap.send(call(1, 'read_note'))
      await tap.answer(1)
      tap.child.kill('SIGKILL')
      await tap.ended
    }
    const sessions = outboxEvents(directory)
      .flat()
      .map(({ session_id }) => session_id)
    expect(sessions.length).toBeGreaterThan(1)
    expect(new Set(sessions).size).toBe(1)
  })

  test('what was told before a SIGKILL is on disk', async () => {
    const directory = await temporaryDirectory()
    const tap = start(directory)
    for (let id = 0; id < 200; id++) tap.send(call(id, 'write_note', { id }))
    await tap.answer(199)
    tap.child.kill('SIGKILL')
    await tap.ended
    const calls = outboxEvents(directory)
      .flat()
      .filter(({ action }) => action === 'tool_call')
    expect(calls).toHaveLength(200)
  })
})

describe('bytes', () => {
  const recording = sharedFile('mcp-captures/legacy-stdio.ndjson')
  test.runIf(recording !== undefined)('of a recorded session are the same with a tap', async () => {
    type Captured = { dir: string; msg?: unknown }
    const lines = readFileSync(recording ?? '', 'utf8')
      .split('\n')
      .filter(Boolean)
    const captured = lines.map((line) => JSON.parse(line) as Captured)
    const said = (dir: string): string[] =>
      captured.flatMap((one) => (one.dir === dir && one.msg ? [JSON.stringify(one.msg)] : []))
    const directory = await temporaryDirectory()
    const [answers, heard] = [join(directory, 'answers'), join(directory, 'heard')]
    // What is no JSON, a carriage return, an empty line and a last line without an end pass too.
    const odd = ['Starting…', '{"a": 1}\r', '', '{"jsonrpc":"2.0","method":"x"']
    writeFileSync(answers, [...said('s2c'), ...odd].join('\n'))
    const input = Buffer.from([...said('c2s'), ...odd].join('\n'))
    const script =
      'const { createReadStream: read, createWriteStream: write } = require("node:fs");' +
      'process.stdin.pipe(write(process.argv[2])); read(process.argv[1]).pipe(process.stdout)'
    const server = [process.execPath, '-e', script, answers, heard]
    const args = tapArguments('--data-dir', directory, '--', ...server)
    const output = await outputOf(process.execPath, args, input)
    expect(output).toEqual(readFileSync(answers))
    expect(readFileSync(heard)).toEqual(input)
  })

  test('of four megabytes are the same, whatever they are', async () => {
    const directory = await temporaryDirectory()
    const input = Buffer.alloc(4 * 1024 * 1024)
    for (let index = 0; index < input.length; index++)
      input[index] = (index * 7 + (index >> 9)) % 256
    const args = tapArguments('--data-dir', directory, '--', 'cat')
    const output = await outputOf(process.execPath, args, input)
    const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
    expect(hash(output)).toBe(hash(input))
  })
})
