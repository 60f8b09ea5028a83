import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import { signedEnforcement } from '#domain/enforcement-text.ts'
import { contentHash } from '../../../services/collect/enforcement/sanitise.ts'
import { eventually } from '../../support/live.ts'
import { aRestriction, TestPipeline } from '../../support/mcp/a-pipeline.ts'
import { aTap, type RunningTap } from '../../support/mcp/a-tap.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const SERVER = fileURLToPath(new URL('../../support/mcp/scripted-server.mjs', import.meta.url))
const IN_FORCE_MAX_MS = 250
const ROUNDS = 5
/** Less than the ten seconds between two signs of life. */
const ENDS_MAX_MS = 8_000

const start = (directory: string, environment: Record<string, string> = {}): RunningTap =>
  aTap(
    ['--data-dir', directory, '--server-id', 'notes', '--', process.execPath, SERVER],
    environment,
  )
const hello = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { clientInfo: { name: 'c' } } }
const list = { jsonrpc: '2.0', id: 'list', method: 'tools/list' }

/** A client that calls, each time under a new id. */
class Caller {
  readonly tap: RunningTap
  #id = 0

  constructor(tap: RunningTap) {
    this.tap = tap
  }

  /** The text of the answer, or the incident that refused it. */
  async call(name: string, text = 'done'): Promise<string> {
    const id = ++this.#id
    const params = { name, arguments: { text } }
    this.tap.send({ jsonrpc: '2.0', id, method: 'tools/call', params })
    const { result, error } = await this.tap.answer(id)
    if (error !== undefined) return error.message
    return (result as { content: { text: string }[] }).content[0]?.text ?? ''
  }

  /** Calls until the answer is one of these. */
  until(isEnough: (answer: string) => boolean): Promise<string> {
    return eventually(() => this.call('write_note'), isEnough)
  }
}

const isRefusal = (answer: string): boolean => answer.startsWith('Refused: incident incident-1')
const isDone = (answer: string): boolean => answer === 'done'

async function connected(directory: string, environment: Record<string, string> = {}) {
  const caller = new Caller(start(directory, environment))
  caller.tap.send(hello)
  await caller.tap.answer(0)
  caller.tap.send(list)
  await caller.tap.answer('list')
  return caller
}

describe('a restriction of a running pipeline', () => {
  test('is obeyed within 250 ms, acknowledged, and lifted', async () => {
    const directory = await temporaryDirectory()
    const pipeline = await TestPipeline.start(directory)
    const caller = await connected(directory)
    expect(await caller.call('write_note')).toBe('done')
    const tookMs: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const startMs = performance.now()
      await pipeline.restrict(aRestriction({ revision: 2 * round + 1 }))
      while (!isRefusal(await caller.call('write_note'))) continue
      tookMs.push(performance.now() - startMs)
      expect(await caller.call('write_note')).toSatisfy(isRefusal)
      await pipeline.restrict(aRestriction({ revision: 2 * round + 2, restriction: 'none' }))
      expect(await caller.until(isDone)).toBe('done')
    }
    expect(tookMs.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]).toBeLessThan(IN_FORCE_MAX_MS)
    const endingMs = performance.now()
    caller.tap.child.stdin?.end()
    await caller.tap.ended
    expect(performance.now() - endingMs).toBeLessThan(ENDS_MAX_MS)
    const events = await pipeline.events()
    const decisions = events.filter(({ action }) => action === 'permission_decision')
    expect(decisions[0]).toMatchObject({
      decision: 'restriction_in_force',
      server_id: 'notes',
      extra: { enforcement_ids: '["e-1"]', incident_id: '"incident-1"' },
    })
    const refused = decisions.filter(({ decision }) => decision === 'refused')
    expect(refused.length).toBeGreaterThanOrEqual(2 * ROUNDS)
    expect(refused[0]).toMatchObject({ tool_name: 'write_note', arguments: '{"text":"done"}' })
    const numbers = events.map(({ collector_seq }) => collector_seq)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  })

  test('of a session stops that session, and says so under its name', async () => {
    const directory = await temporaryDirectory()
    const pipeline = await TestPipeline.start(directory)
    const caller = await connected(directory)
    await caller.call('write_note')
    const [first] = await eventually(
      () => pipeline.events(),
      (events) => events.length > 0,
    )
    const session = first?.session_id ?? ''
    await pipeline.restrict(aRestriction({ scope_kind: 'session', scope_value: session }))
    expect(await caller.until(isRefusal)).toSatisfy(isRefusal)
    const events = await eventually(
      () => pipeline.events(),
      (found) => found.some(({ decision }) => decision === 'restriction_in_force'),
    )
    const told = events.find(({ decision }) => decision === 'restriction_in_force')
    expect(told).toMatchObject({ session_id: session, server_id: 'notes', agent_id: 'c' })
    const other = await connected(directory, { TOCSIN_TAP_SESSION: 'another' })
    expect(await other.call('write_note')).toBe('done')
    other.tap.child.kill()
    caller.tap.child.kill()
  })

  test('to read only lets annotated tools pass', async () => {
    const directory = await temporaryDirectory()
    const pipeline = await TestPipeline.start(directory)
    const caller = await connected(directory)
    await pipeline.restrict(aRestriction({ restriction: 'read_only' }))
    expect(await caller.until(isRefusal)).toSatisfy(isRefusal)
    expect(await caller.call('read_note')).toBe('done')
    caller.tap.child.kill()
  })

  test('keeps a server from asking the model', async () => {
    const directory = await temporaryDirectory()
    const pipeline = await TestPipeline.start(directory)
    const caller = await connected(directory, { TOCSIN_TAP_READING_TOOLS: 'notes/ask' })
    await pipeline.restrict(aRestriction({ restriction: 'read_only' }))
    await caller.until(isRefusal)
    caller.tap.send({ jsonrpc: '2.0', id: 'q', method: 'tools/call', params: { name: 'ask' } })
    const events = await eventually(
      () => pipeline.events(),
      (found) =>
        found.some(
          ({ decision, method }) => decision === 'refused' && method?.startsWith('sampling'),
        ),
    )
    expect(events.map(({ method }) => method)).toContain('sampling/createMessage')
    expect(events.filter(({ action }) => action === 'sampling')).toEqual([])
    caller.tap.child.kill()
  })

  test('to close ends the connection and its server', async () => {
    const directory = await temporaryDirectory()
    const pipeline = await TestPipeline.start(directory)
    const caller = await connected(directory)
    await pipeline.restrict(aRestriction({ restriction: 'close' }))
    expect(await caller.tap.ended).toEqual({ code: null, signal: 'SIGTERM' })
  })

  test('of content keeps it from the client', async () => {
    const directory = await temporaryDirectory()
    const pipeline = await TestPipeline.start(directory)
    const caller = await connected(directory)
    const scope_value = contentHash('poison')
    await pipeline.restrict(aRestriction({ scope_kind: 'content_hash', scope_value }))
    const answer = await eventually(() => caller.call('read_note', 'poison'), isRefusal)
    expect(answer).toSatisfy(isRefusal)
    expect(await caller.call('read_note', 'honey')).toBe('honey')
    caller.tap.child.kill()
  })

  test.for([
    { why: 'another writer', differs: { written_by: 'somebody' } },
    { why: 'no writer', differs: { written_by: null } },
    { why: 'another tenant', differs: { tenant_id: 'other' } },
  ])('of $why is not obeyed', async ({ differs }) => {
    const directory = await temporaryDirectory()
    const pipeline = await TestPipeline.start(directory)
    const caller = await connected(directory)
    await pipeline.restrict(aRestriction(differs))
    const tool = { scope_kind: 'tool', scope_value: 'notes/read_note' } as const
    await pipeline.restrict(aRestriction({ ...tool, enforcement_id: 'e-2' }))
    expect(await eventually(() => caller.call('read_note'), isRefusal)).toSatisfy(isRefusal)
    expect(await caller.call('write_note')).toBe('done')
    caller.tap.child.kill()
  })
})

describe('a tap that has the key of the response', () => {
  const ours = generateKeyPairSync('ed25519')
  const theirs = generateKeyPairSync('ed25519')
  const unsigned = aRestriction()
  const signed = signedEnforcement(unsigned, ours.privateKey)

  test.for([
    { why: 'unsigned', wrong: unsigned, reason: 'UNSIGNED' },
    {
      why: 'signed by another',
      wrong: signedEnforcement(unsigned, theirs.privateKey),
      reason: 'BAD_SIGNATURE',
    },
    { why: 'changed after', wrong: { ...signed, tool_names: ['x'] }, reason: 'BAD_SIGNATURE' },
  ])('obeys none that is $why, says so, and obeys a signed one', async ({ wrong, reason }) => {
    const directory = await temporaryDirectory()
    const keyFile = join(directory, 'respond.pem')
    writeFileSync(keyFile, ours.publicKey.export({ type: 'spki', format: 'pem' }))
    const pipeline = await TestPipeline.start(directory)
    const caller = await connected(directory, { TOCSIN_TAP_PUBLIC_KEY_FILE: keyFile })
    await pipeline.restrict(wrong)
    const said = await eventually(
      () => caller.tap.stderr(),
      (text) => text.includes(reason),
    )
    expect(said).toContain(`"reason":"${reason}","msg":"a restriction was not taken"`)
    expect(await caller.call('write_note')).toBe('done')
    await pipeline.restrict(signed)
    expect(await caller.until(isRefusal)).toSatisfy(isRefusal)
    caller.tap.child.kill()
  })
})

describe('a tap whose pipeline is away', () => {
  test('comes up as restricted as it was', async () => {
    const directory = await temporaryDirectory()
    const pipeline = await TestPipeline.start(directory)
    const caller = await connected(directory)
    await pipeline.restrict(aRestriction())
    await caller.until(isRefusal)
    caller.tap.child.kill('SIGKILL')
    await caller.tap.ended
    await pipeline.leave()
    const again = await connected(directory)
    expect(await again.call('write_note')).toSatisfy(isRefusal)
    again.tap.child.kill()
  })

  test.for([
    {
      why: 'refuses where it fails closed',
      closed: 'notes',
      answer: /^Refused: restrictions cannot/,
    },
    { why: 'goes on where it fails open', closed: 'mail', answer: /^done$/ },
  ])('$why', async ({ closed, answer }) => {
    const directory = await temporaryDirectory()
    const caller = await connected(directory, { TOCSIN_TAP_FAIL_CLOSED: closed })
    expect(await caller.call('write_note')).toMatch(answer)
    caller.tap.child.kill()
  })

  test('delivers what it saw meanwhile, and what a killed tap left behind', async () => {
    const directory = await temporaryDirectory()
    const pipeline = await TestPipeline.start(directory)
    const killed = await connected(directory)
    await killed.call('write_note', 'before')
    await pipeline.leave()
    for (let count = 0; count < 20; count++) await killed.call('write_note', `${count}`)
    killed.tap.child.kill('SIGKILL')
    await killed.tap.ended
    const caller = await connected(directory)
    await caller.call('write_note', 'after')
    await pipeline.open()
    const texts = async (): Promise<string[]> => {
      const calls = (await pipeline.events()).filter(({ action }) => action === 'tool_call')
      return calls.map(({ arguments: json }) => (JSON.parse(json ?? '') as { text: string }).text)
    }
    const expected = ['before', 'after', ...Array.from({ length: 20 }, (_, index) => `${index}`)]
    // What a killed tap had not heard to be taken comes twice.
    const found = await eventually(texts, (calls) => new Set(calls).size >= expected.length)
    expect([...new Set(found)].sort()).toEqual(expected.sort())
    caller.tap.child.stdin?.end()
    await caller.tap.ended
    const sequences = Map.groupBy(await pipeline.events(), ({ collector_id }) => collector_id)
    for (const events of sequences.values()) {
      const numbers = [...new Set(events.map(({ collector_seq }) => collector_seq))]
      expect(numbers).toEqual(numbers.map((_, index) => index + 1))
    }
    expect(sequences.size).toBe(2)
  })
})
