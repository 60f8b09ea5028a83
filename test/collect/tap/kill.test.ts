import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { tellLostAnswers } from '../../../services/collect/tap/lost-answers.ts'
import { Outbox } from '../../../services/collect/tap/outbox.ts'
import { orphanedOutboxes } from '../../../services/collect/tap/tap-files.ts'
import { aTap, tapArguments } from '../../support/mcp/a-tap.ts'
import { aServer, bodyOf, call, post } from '../../support/mcp/an-http-tap.ts'
import { outboxEvents, type WireEvent } from '../../support/mcp/outbox-events.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const RULES = { maxBytes: 64 * 1024 * 1024, whenFull: 'drop-and-count' } as const
const NOW_US = 1_800_000_000_000_000
const ANSWER = '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"done"}]}}'
const CALLS_BEFORE = 3

/** A tap on HTTP in a process of its own, and its address. */
async function anHttpTapProcess(directory: string, upstream: URL) {
  const place = ['--data-dir', directory, '--server-id', 'notes', '--listen', '0']
  const child = spawn(process.execPath, tapArguments(...place, '--upstream', upstream.origin), {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const said = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  )
  return { child, ended, url: said.trim().replace('tapping at ', '') }
}

const textOf = (event: WireEvent): string =>
  (JSON.parse(String(event['arguments'])) as { text: string }).text
const callsIn = (events: readonly WireEvent[]): WireEvent[] =>
  events.filter(({ action }) => action === 'tool_call')

/** What a tap that was killed left behind, once another has told which answers are lost. */
function leftBehind(directory: string): WireEvent[] {
  for (const outbox of orphanedOutboxes(join(directory, 'taps'), RULES)) {
    tellLostAnswers(outbox, NOW_US)
    expect(tellLostAnswers(outbox, NOW_US)).toBe(0)
    outbox.close()
  }
  return outboxEvents(directory).flat()
}

/** Every call the server had is told, and so is what became of each call. */
function expectWhole(events: readonly WireEvent[], seen: readonly string[]): void {
  const calls = callsIn(events)
  expect(calls.map(textOf)).toEqual(expect.arrayContaining([...seen]))
  const results = events.filter(({ action }) => action === 'tool_result')
  const idsOf = (some: readonly WireEvent[]): Set<unknown> =>
    new Set(some.map((one) => one['call_id']))
  expect(results).toHaveLength(calls.length)
  expect(idsOf(results)).toEqual(idsOf(calls))
  const numbers = events.map(({ collector_seq }) => collector_seq)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
}

describe('a tap on HTTP that is killed', () => {
  test.for([
    { why: 'as the head of a call arrives', at: 'head', bytes: 2, fewestLost: 1 },
    { why: 'as a call arrives', at: 'body', bytes: 2, fewestLost: 1 },
    { why: 'as a call of several pieces arrives', at: 'body', bytes: 300_000, fewestLost: 1 },
    {
      why: 'as a call arrives that is longer than is looked at',
      at: 'body',
      bytes: 2_000_000,
      fewestLost: 1,
    },
    { why: 'as half of the answer has left', at: 'half', bytes: 2, fewestLost: 1 },
    { why: 'as the answer has left', at: 'answered', bytes: 2, fewestLost: 0 },
    { why: 'as the client has the answer', at: 'done', bytes: 2, fewestLost: 0 },
  ])('$why: no call without its event, none without its end', async ({ at, bytes, fewestLost }) => {
    const directory = await temporaryDirectory()
    const seen: string[] = []
    const kill = (): void => void tap.child.kill('SIGKILL')
    const isLast = (): boolean => seen.length > CALLS_BEFORE
    const upstream = await aServer(async (asked, answer) => {
      if (at === 'head' && seen.length === CALLS_BEFORE) kill()
      const body = await bodyOf(asked)
      const { params } = JSON.parse(body) as { params: { arguments: { text: string } } }
      seen.push(params.arguments.text)
      if (at === 'body' && isLast()) return kill()
      answer.writeHead(200, { 'content-type': 'application/json' })
      answer.write(ANSWER.slice(0, 20))
      if (at === 'half' && isLast()) return void setImmediate(kill)
      answer.end(ANSWER.slice(20))
      if (at === 'answered' && isLast()) kill()
    })
    const tap = await anHttpTapProcess(directory, upstream)
    const { url } = tap
    for (let count = 0; count < CALLS_BEFORE; count++) await post(url, call(1, `before ${count}`))
    const last = post(url, call(1, 'x'.repeat(bytes))).catch(() => undefined)
    if (at === 'done') void last.then(kill)
    await tap.ended
    await last
    const events = leftBehind(directory)
    const kept = seen.map((text) => (text.length > 65_536 ? text.slice(0, 1_024) : text))
    expectWhole(events, kept)
    const lost = events.filter(({ is_error }) => is_error === true)
    expect(lost.length).toBeGreaterThanOrEqual(fewestLost)
    expect(lost.length).toBeLessThanOrEqual(1)
  })
})

describe('a tap on stdio that is killed', () => {
  test.for([1, 2, 5])(
    'by call %i: no call without its event, none without its end',
    async (nth) => {
      const directory = await temporaryDirectory()
      const seenFile = join(directory, 'seen')
      // The server writes each call down, and kills the tap, its parent, with the nth in its hands.
      const server = `
      const { appendFileSync } = require('node:fs'); let count = 0
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        appendFileSync(${JSON.stringify(seenFile)}, line + '\\n')
        if (++count === ${nth}) process.kill(process.ppid, 'SIGKILL')
        else console.log(${JSON.stringify(ANSWER)})
      })`
      const tap = aTap(['--data-dir', directory, '--', process.execPath, '-e', server])
      for (let index = 0; index < nth + 3; index++)
        tap.child.stdin?.write(`${call(index, `text ${index}`)}\n`)
      await tap.ended
      const lines = readFileSync(seenFile, 'utf8').trim().split('\n')
      const seen = lines.map((line) => {
        const { params } = JSON.parse(line) as { params: { arguments: { text: string } } }
        return params.arguments.text
      })
      expect(seen.length).toBeGreaterThanOrEqual(nth)
      expectWhole(leftBehind(directory), seen)
    },
  )
})

test('a call outlives its delivered event until it is answered', async () => {
  const directory = await temporaryDirectory()
  const [path, line] = [join(directory, 'a.outbox'), '{"action":"tool_call","call_id":"c-1"}']
  const open = () => new Outbox({ path, collectorId: 'tap-1', ...RULES })
  const first = open()
  first.append(() => line, { opens: 'c-1' })
  first.append(() => line.replace('c-1', 'c-2'), { opens: 'c-2' })
  first.confirm(2)
  first.append(() => '{"action":"tool_result","call_id":"c-2"}', { closes: 'c-2' })
  first.confirm(3)
  first.close()
  const again = open()
  expect(again.unansweredCalls().map(({ callId }) => callId)).toEqual(['c-1'])
  expect(tellLostAnswers(again, NOW_US)).toBe(1)
  const told = again.next(1_000)?.lines.toString('utf8') ?? ''
  expect(JSON.parse(told)).toMatchObject({ call_id: 'c-1', collector_seq: 4, is_error: true })
  again.confirm(4)
  again.close()
  const third = open()
  expect(third.unansweredCalls()).toEqual([])
  third.close()
})
