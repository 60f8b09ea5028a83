import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { ONE_LINE, prepareTocsin, tocsin } from '../support/cli.ts'
import { otherUser } from '../support/other-user.ts'
import { aDirectory, SCENARIO_FILE } from '../support/replays.ts'

const GOOD_COUNT = 20
const BAD_POSITION = 11
const MIB = 1024 * 1024

const directory = aDirectory()
const good = readFileSync(SCENARIO_FILE, 'utf8').split('\n').slice(0, GOOD_COUNT)
const other = otherUser()

type Reject = { position: number; reason: string; detail: string; source: string; bytes: number }

beforeAll(() => chmodSync(directory, 0o755))
afterAll(() => rmSync(directory, { recursive: true }))

/** The first good line, changed. */
function lineWith(differs: Record<string, unknown>): string {
  return JSON.stringify({ ...(JSON.parse(good[0] ?? '') as object), ...differs })
}

function readRejects(out: string): Reject[] {
  const lines = readFileSync(join(out, 'rejects.ndjson'), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Reject)
}

function readEventCount(out: string): number {
  return (JSON.parse(readFileSync(join(out, 'stats.json'), 'utf8')) as { events: number }).events
}

test.for<{ why: string; line: string | Buffer; reason: string; detail: string }>([
  { why: 'not JSON', line: '{"layer": ', reason: 'NOT_JSON', detail: '' },
  { why: 'JSON, but no object', line: '[1]', reason: 'NOT_AN_OBJECT', detail: '' },
  {
    why: 'unknown layer',
    line: lineWith({ layer: 'kernel' }),
    reason: 'UNKNOWN_LAYER',
    detail: 'layer',
  },
  {
    why: 'missing field',
    line: lineWith({ tenant_id: undefined }),
    reason: 'MISSING_FIELD',
    detail: 'tenant_id',
  },
  {
    why: 'wrong type',
    line: lineWith({ collector_seq: 'one' }),
    reason: 'WRONG_TYPE',
    detail: 'collector_seq',
  },
  {
    why: 'a line of 20 MB',
    line: lineWith({ content: 'x'.repeat(20 * MIB) }),
    reason: 'LINE_TOO_LONG',
    detail: 'the limit is 16777216 bytes',
  },
  {
    why: 'invalid UTF-8',
    line: Buffer.concat([Buffer.from('{"layer":"'), Buffer.of(0xc3, 0x28), Buffer.from('"}')]),
    reason: 'INVALID_UTF8',
    detail: '',
  },
])('$why: rejected at its position, the rest is read, exit 0', async (row) => {
  const { line, reason, detail } = row
  const before = good.slice(0, BAD_POSITION - 1).map((text) => `${text}\n`)
  const after = good.slice(BAD_POSITION - 1).map((text) => `\n${text}`)
  const bytes = Buffer.from(line)
  const out = join(directory, 'rejected')
  const input = Buffer.concat([Buffer.from(before.join('')), bytes, Buffer.from(after.join(''))])
  const { code, stdout, stderr } = await tocsin(['replay', '-', '--out', out], { input })
  expect(readRejects(out)).toEqual([
    expect.objectContaining({
      position: BAD_POSITION,
      source: 'stdin',
      bytes: bytes.length,
      reason,
      detail,
    }),
  ])
  expect(readEventCount(out)).toBe(GOOD_COUNT)
  expect(stdout).toContain(`${GOOD_COUNT} events`)
  expect(stdout).toContain('1 lines rejected')
  expect(stderr).toBe('')
  expect(code).toBe(0)
})

test('a truncated gzip: the events before the cut, one reject, exit 1', async () => {
  const whole = readFileSync(SCENARIO_FILE)
  const zipped = gzipSync(whole)
  const path = join(directory, 'cut.ndjson.gz')
  writeFileSync(path, zipped.subarray(0, zipped.length / 2))
  const out = join(directory, 'cut')
  const { code, stdout, stderr } = await tocsin(['replay', path, '--out', out])
  const eventCount = readEventCount(out)
  expect(eventCount).toBeGreaterThan(GOOD_COUNT)
  expect(readRejects(out)).toEqual([
    expect.objectContaining({ position: eventCount + 1, reason: 'TRUNCATED_INPUT' }),
  ])
  expect(stdout).toContain('1 lines rejected')
  expect(stderr).toMatch(ONE_LINE)
  expect(stderr).toContain('INPUT_TRUNCATED')
  expect(code).toBe(1)
})

test.for([
  { why: 'a directory', path: directory, says: 'it is a directory' },
  { why: 'no such file', path: join(directory, 'none'), says: 'there is no such file' },
  {
    why: 'a file below a file',
    path: join(SCENARIO_FILE, 'none'),
    says: 'there is no such file',
  },
])('$why as input: one line and exit 1', async ({ path, says }) => {
  expect(await tocsin(['replay', path])).toEqual({
    code: 1,
    stdout: '',
    stderr: `tocsin: Cannot read ${path}: ${says} [INPUT_UNREADABLE]\n`,
  })
})

const aside = other.uid === undefined ? ` (${other.why}: left out)` : ''
describe.runIf(other.uid !== undefined)(`as another user${aside}`, () => {
  const closedFile = join(directory, 'closed.ndjson')
  const closed = join(directory, 'closed')
  const uid = other.uid ?? 0
  const environment = { TOCSIN_HTTP_PORT: '0', TOCSIN_SQL_PORT: '0' }

  beforeAll(async () => {
    writeFileSync(closedFile, good.join('\n'), { mode: 0o600 })
    mkdirSync(closed, { mode: 0o700 })
    const kept = join(directory, 'kept')
    await prepareTocsin(['replay', closedFile, '--data-dir', kept])
    chmodSync(kept, 0o755)
  })

  test.for([
    { why: 'a file of someone else', args: ['replay', closedFile], says: 'INPUT_UNREADABLE' },
    {
      why: 'labels of someone else',
      args: ['evaluate', SCENARIO_FILE, '--labels', closedFile],
      says: 'INPUT_UNREADABLE',
    },
    {
      why: 'results into a closed directory',
      args: ['replay', SCENARIO_FILE, '--out', join(closed, 'out')],
      says: 'EACCES [OUTPUT_UNWRITABLE]',
    },
    {
      why: 'a data directory that cannot be made',
      args: ['replay', SCENARIO_FILE, '--data-dir', join(closed, 'data')],
      says: 'EACCES [OUTPUT_UNWRITABLE]',
    },
    {
      why: 'a pipeline that cannot make its directory',
      args: ['start', '--data-dir', join(closed, 'data')],
      says: 'EACCES [OUTPUT_UNWRITABLE]',
    },
    {
      why: 'the log of someone else',
      args: ['topics', '--data-dir', join(directory, 'kept')],
      says: 'permission denied [LOG_UNAVAILABLE]',
    },
    {
      why: 'the evidence of someone else',
      args: ['incident', 'list', '--data-dir', join(directory, 'kept')],
      says: '[EVIDENCE_UNAVAILABLE]',
    },
  ])('$why: one line and exit 1', async ({ args, says }) => {
    const { code, stdout, stderr } = await tocsin(args, { uid, environment })
    expect(stderr).toMatch(ONE_LINE)
    expect(stderr).toContain(says)
    expect(stdout).toBe('')
    expect(code).toBe(1)
  })
})
