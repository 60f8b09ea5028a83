import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { Caller } from './http-calls.ts'
import { PipeCaller } from './pipe-calls.ts'
import { aTappedServer, forgetPeak, memoryOf, ROOT, stopAll, TAP } from './processes.ts'

// `npm run bench:tap`: what a tap costs. Direct and tapped calls take turns, so that whatever else
// the machine does falls on both; only their difference means anything.
const WARM_UP_COUNT = 500
const HTTP_COUNT = 4_000
const STDIO_COUNT = 4_000
const SESSIONS = 1_000
const CALLS_PER_SESSION = 20
const RESULT_BYTES = 64 * 1024 * 1024
const MIB = 1024 * 1024
const LIMITS = { httpMs: 0.6, stdioMs: 0.2, sessionsMib: 512, resultMib: 32 }

type Row = { what: string; found: string; limit: string; isMet: boolean }

const directory = mkdtempSync(join(tmpdir(), 'tocsin-bench-tap-'))
const rows: Row[] = []
try {
  await measureStdio()
  await measureHttp()
  await measureResult()
  await measureSessions()
} finally {
  rmSync(directory, { recursive: true, force: true })
}
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT })
  .toString()
  .trim()
const report = [
  '# What a tap costs',
  '',
  `\`npm run bench:tap\` at ${commit}, Node ${process.versions.node}, ${cpus().length} cores of`,
  `${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}. Direct and tapped calls take turns; the`,
  'times of one run mean nothing, their differences do.',
  '',
  '| what | found | limit | |',
  '| --- | --- | --- | --- |',
  ...rows.map(
    ({ what, found, limit, isMet }) =>
      `| ${what} | ${found} | ${limit} | ${isMet ? 'met' : 'missed'} |`,
  ),
  '',
].join('\n')
writeFileSync(join(ROOT, 'test/bench/tap/report.md'), report)
process.stdout.write(report)
if (rows.some(({ isMet }) => !isMet)) process.exitCode = 1

async function measureHttp(): Promise<void> {
  const server = await aTappedServer(join(directory, 'http'))
  // In pairs: a third way would leave the others longer idle, and a cold process is slower.
  const pairWith = async (url: URL): Promise<number[][]> => {
    const callers = [new Caller(server.direct), new Caller(url)]
    const ways = callers.map((caller) => () => caller.call('test_simple_text'))
    const times = await inTurns(ways, HTTP_COUNT)
    for (const caller of callers) caller.close()
    return times
  }
  const [bare, tapped] = [await pairWith(server.bare), await pairWith(server.tapped)]
  await server.stop()
  addLatency('HTTP, keep-alive `tools/call`', tapped, LIMITS.httpMs)
  addLatency('the same by a proxy on `node:http` that only passes on', bare, Infinity)
}

async function measureStdio(): Promise<void> {
  const server = [process.execPath, 'test/support/mcp/scripted-server.mjs']
  const tap = [process.execPath, ...TAP, '--data-dir', join(directory, 'stdio'), '--', ...server]
  const pipes = [server, tap].map((command) => new PipeCaller(command))
  const times = await inTurns(
    pipes.map((pipe) => () => pipe.call()),
    STDIO_COUNT,
  )
  await stopAll(pipes.map(({ child }) => child))
  addLatency('stdio, `tools/call`', times, LIMITS.stdioMs)
}

async function measureResult(): Promise<void> {
  const server = await aTappedServer(join(directory, 'result'))
  const caller = new Caller(server.tapped)
  for (let count = 0; count < WARM_UP_COUNT; count++) await caller.call('test_simple_text')
  const pid = server.tap.pid ?? 0
  const beforeBytes = memoryOf(pid).now
  forgetPeak(pid)
  const bytes = await caller.call('big_text', { bytes: RESULT_BYTES })
  const grownMib = (memoryOf(pid).peak - beforeBytes) / MIB
  caller.close()
  await server.stop()
  if (bytes < RESULT_BYTES) throw new Error('the result did not come whole')
  rows.push({
    what: 'a result of 64 MiB: growth of the tap',
    found: `${grownMib.toFixed(1)} MiB`,
    limit: `< ${LIMITS.resultMib} MiB`,
    isMet: grownMib < LIMITS.resultMib,
  })
}

async function measureSessions(): Promise<void> {
  const place = join(directory, 'sessions')
  const server = await aTappedServer(place)
  let errors = 0
  const session = async (index: number): Promise<void> => {
    const caller = new Caller(server.tapped)
    const clientInfo = { name: `client-${index}`, version: '1' }
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
    const hello = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params })
    const { status, sessionId = '' } = await caller.post(hello, {})
    if (status !== 200) errors++
    const headers = { 'mcp-session-id': sessionId, 'mcp-protocol-version': '2025-11-25' }
    for (let id = 1; id <= CALLS_PER_SESSION; id++) {
      const call = {
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'test_simple_text' },
      }
      const answer = await caller.post(JSON.stringify(call), headers)
      if (answer.status !== 200) errors++
    }
    open.push(caller)
  }
  // Each stays connected until all are done: a thousand sessions at a time.
  const open: Caller[] = []
  const settled = await Promise.allSettled(
    Array.from({ length: SESSIONS }, (_, index) => session(index)),
  )
  for (const one of settled)
    if (one.status === 'rejected') {
      errors++
      process.stderr.write(`${String(one.reason)}\n`)
    }
  const peakMib = memoryOf(server.tap.pid ?? 0).peak / MIB
  for (const caller of open) caller.close()
  await server.stop()
  const { count, first, last } = numbersIn(join(place, 'taps'))
  const expected = SESSIONS * (1 + 2 * CALLS_PER_SESSION)
  const isWhole = first === 1 && last === count && count === expected
  rows.push({
    what: `${SESSIONS} sessions at a time, ${SESSIONS * CALLS_PER_SESSION} calls: errors`,
    found: String(errors),
    limit: '0',
    isMet: errors === 0,
  })
  rows.push({
    what: 'the same: numbers in the outbox',
    found: `${first} to ${last}, ${count} of ${expected}`,
    limit: 'no gap',
    isMet: isWhole,
  })
  rows.push({
    what: 'the same: memory of the tap',
    found: `${peakMib.toFixed(0)} MiB`,
    limit: `≤ ${LIMITS.sessionsMib} MiB`,
    isMet: peakMib <= LIMITS.sessionsMib,
  })
}

/** Measures the ways in turns, each round beginning with another; milliseconds. */
async function inTurns(ways: (() => Promise<unknown>)[], count: number): Promise<number[][]> {
  const times: number[][] = ways.map(() => [])
  for (let round = -WARM_UP_COUNT; round < count; round++)
    for (let turn = 0; turn < ways.length; turn++) {
      const index = (WARM_UP_COUNT + round + turn) % ways.length
      const startMs = performance.now()
      await ways[index]?.()
      if (round >= 0) times[index]?.push(performance.now() - startMs)
    }
  return times
}

function addLatency(what: string, [direct = [], tapped = []]: number[][], limitMs: number): void {
  const quantile = (times: number[], share: number): number =>
    times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? NaN
  const added = (share: number): string =>
    `${quantile(direct, share).toFixed(3)} → ${quantile(tapped, share).toFixed(3)} ms`
  const addedMs = quantile(tapped, 0.5) - quantile(direct, 0.5)
  const tailMs = quantile(tapped, 0.99) - quantile(direct, 0.99)
  rows.push({
    what: `${what}: p50 added`,
    found: `${addedMs.toFixed(3)} ms (${added(0.5)})`,
    limit: limitMs === Infinity ? 'reported' : `≤ ${limitMs} ms`,
    isMet: addedMs <= limitMs,
  })
  rows.push({
    what: `${what}: p99 added`,
    found: `${tailMs.toFixed(3)} ms (${added(0.99)})`,
    limit: 'reported',
    isMet: true,
  })
}

function numbersIn(place: string): { count: number; first: number; last: number } {
  const file = readdirSync(place).find((name) => name.endsWith('.outbox')) ?? ''
  const database = new DatabaseSync(join(place, file))
  const sql = 'SELECT count(*) AS count, min(seq) AS first, max(seq) AS last FROM events'
  const found = database.prepare(sql).get() as { count: number; first: number; last: number }
  database.close()
  return found
}
