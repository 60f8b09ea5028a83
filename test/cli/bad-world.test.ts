import { closeSync, existsSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { ONE_LINE, prepareTocsin, startTocsin, tocsin } from '../support/cli.ts'
import { aRefusingServer } from '../support/refusing-server.ts'
import { aDirectory, readResultFiles, SCENARIO_FILE } from '../support/replays.ts'
import { aSmallDisk, NO_SMALL_DISK } from '../support/small-disk.ts'

const FULL_DEVICE = '/dev/full'
const NOBODY_LISTENS = '127.0.0.1:1'

const directory = aDirectory()
const kept = join(directory, 'kept')
const undisturbed = join(directory, 'undisturbed')

beforeAll(async () => {
  await prepareTocsin(['replay', SCENARIO_FILE, '--data-dir', kept, '--out', undisturbed])
})
afterAll(() => rmSync(directory, { recursive: true }))

describe.runIf(NO_SMALL_DISK === undefined)(`a full disk ${NO_SMALL_DISK ?? ''}`, () => {
  test.for([
    { why: 'while the log is made', log: '32k', evidence: '200m', says: 'LOG_FULL' },
    { why: 'while the stages write', log: '3m', evidence: '200m', says: 'LOG_FULL' },
    { why: 'while the tables are made', log: '200m', evidence: '256k', says: 'no space left' },
    { why: 'while the evidence is kept', log: '200m', evidence: '4m', says: 'OUTPUT_UNWRITABLE' },
  ])('$why: one line and exit 1, and with room again nothing is lost', async (row) => {
    const disk = aSmallDisk(row.log)
    const evidenceDisk = aSmallDisk(row.evidence, join(disk.path, 'evidence'))
    try {
      const out = join(directory, 'after')
      const args = ['replay', SCENARIO_FILE, '--data-dir', disk.path, '--out', out]
      const full = await tocsin(args)
      expect(full.stderr).toMatch(ONE_LINE)
      expect(full.stderr).toContain(row.says)
      expect(full.stdout).toBe('')
      expect(full.code).toBe(1)
      expect(existsSync(out)).toBe(false)
      for (const small of [disk, evidenceDisk]) small.resize('200m')
      expect(await tocsin(args)).toMatchObject({ code: 0, stderr: '' })
      expect(readResultFiles(out)).toEqual(readResultFiles(undisturbed))
      rmSync(out, { recursive: true })
    } finally {
      evidenceDisk.remove()
      disk.remove()
    }
  })

  test("the results' disk: one line and exit 1, and the run is kept", async () => {
    const disk = aSmallDisk('64k')
    try {
      const args = ['replay', SCENARIO_FILE, '--data-dir', kept, '--out', join(disk.path, 'out')]
      const { code, stderr } = await tocsin(args)
      expect(stderr).toMatch(ONE_LINE)
      expect(stderr).toContain('ENOSPC [OUTPUT_UNWRITABLE]')
      expect(code).toBe(1)
      disk.resize('2m')
      expect((await tocsin(args)).code).toBe(0)
      expect(readResultFiles(join(disk.path, 'out'))).toEqual(readResultFiles(undisturbed))
    } finally {
      disk.remove()
    }
  })
})

describe.runIf(existsSync(FULL_DEVICE))(`output to ${FULL_DEVICE}`, () => {
  test.for([
    { why: 'a table', args: ['incident', 'list'] },
    { why: 'many lines', args: ['topics', 'read', 'events.data.v1'] },
    { why: 'an export to standard output', args: ['baselines', 'export', '-'] },
  ])('$why on standard output: one line and exit 1', async ({ args }) => {
    const stdout = openSync(FULL_DEVICE, 'w')
    const { code, stderr } = await tocsin([...args, '--data-dir', kept], { stdout })
    closeSync(stdout)
    expect(stderr).toMatch(ONE_LINE)
    expect(stderr).toContain('ENOSPC [OUTPUT_UNWRITABLE]')
    expect(code).toBe(1)
  })

  test('an export to a file: one line and exit 1', async () => {
    const args = ['baselines', 'export', FULL_DEVICE, '--data-dir', kept]
    expect(await tocsin(args)).toEqual({
      code: 1,
      stdout: '',
      stderr: `tocsin: Cannot write ${FULL_DEVICE}: ENOSPC [OUTPUT_UNWRITABLE]\n`,
    })
  })
})

test.for([
  { why: 'lines', args: ['topics', 'read', 'events.application.v1', '--limit', '300'] },
  { why: 'an export', args: ['baselines', 'export', '-'] },
])('a reader that has seen enough of $why is no failure', async ({ args }) => {
  const { child, result } = startTocsin([...args, '--data-dir', kept])
  child.stdout?.once('data', () => child.stdout?.destroy())
  const { code, stderr } = await result
  expect(stderr).not.toContain('EPIPE')
  expect(code).toBe(0)
})

test('a broker that nobody reaches: one line and exit 1, of replay and start alike', async () => {
  const commands = [
    ['replay', SCENARIO_FILE],
    ['start', 'detect'],
  ]
  const place = ['--brokers', NOBODY_LISTENS]
  const ended = await Promise.all(commands.map((args) => tocsin([...args, ...place])))
  const stderr = `tocsin: Kafka cannot be reached or used at ${NOBODY_LISTENS} [LOG_UNAVAILABLE]\n`
  expect(ended).toEqual(commands.map(() => ({ code: 1, stdout: '', stderr })))
})

test.for([
  {
    why: 'finds a schema incompatible',
    status: 409,
    body: '{"error_code":409,"message":"incompatible"}',
    says: 'SCHEMA_REFUSED',
    code: 1,
  },
  { why: 'fails', status: 500, body: '{}', says: 'REGISTRY_UNAVAILABLE', code: 1 },
  { why: 'refuses the user', status: 401, body: '{}', says: 'BAD_SETTINGS', code: 2 },
])('a schema registry that $why: one line and exit $code', async (row) => {
  const headers = { 'content-type': 'application/json' }
  const server = await aRefusingServer({ ...row, headers })
  const { code, stdout, stderr } = await tocsin(['replay', SCENARIO_FILE, '--registry', server.url])
  await server.close()
  expect(stderr).toMatch(ONE_LINE)
  expect(stderr).toContain(row.says)
  expect(stdout).toBe('')
  expect(code).toBe(row.code)
})

const CLICKHOUSE_COMMANDS = [
  ['replay', SCENARIO_FILE],
  ['incident', 'list'],
]

test.for([
  { why: 'refuses the password', status: 403, exception: 516, says: 'error 516' },
  { why: 'refuses what it is asked', status: 500, exception: 497, says: 'error 497' },
])('a ClickHouse that $why: one line and exit 1', async ({ status, exception, says }) => {
  const body = `Code: ${exception}. DB::Exception: secret`
  const server = await aRefusingServer({ status, body })
  for (const args of CLICKHOUSE_COMMANDS) {
    const { code, stdout, stderr } = await tocsin([...args, '--clickhouse', server.url])
    expect(stderr).toMatch(ONE_LINE)
    expect(stderr).toContain(says)
    expect(stderr).not.toContain('secret')
    expect(stdout).toBe('')
    expect(code).toBe(1)
  }
  await server.close()
})

test.for([
  { why: 'ClickHouse', args: ['incident', 'list', '--clickhouse', 'nowhere'] },
  { why: 'a registry', args: ['replay', SCENARIO_FILE, '--registry', 'nowhere'] },
])('an address of $why that is none: one line and exit 2', async ({ args }) => {
  const { code, stdout, stderr } = await tocsin(args)
  expect(stderr).toMatch(ONE_LINE)
  expect(stderr).toContain('BAD_SETTINGS')
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})

test.for(['TOCSIN_HTTP_PORT', 'TOCSIN_SQL_PORT'])('%s in use: one line, exit 1', async (name) => {
  const server = await aRefusingServer({ status: 200, body: '' })
  const environment = {
    TOCSIN_HTTP_PORT: '0',
    TOCSIN_SQL_PORT: '0',
    TOCSIN_LOG_LEVEL: 'warn',
    [name]: String(server.port),
  }
  const dataDirectory = join(directory, 'port')
  const { code, stderr } = await tocsin(['start', '--data-dir', dataDirectory], { environment })
  await server.close()
  expect(stderr).toMatch(ONE_LINE)
  expect(stderr).toContain(`${server.port}`)
  expect(stderr).toContain('PORT_IN_USE')
  expect(code).toBe(1)
  expect(existsSync(join(dataDirectory, 'doors.json'))).toBe(false)
})
