import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { loadQueries } from '#adapters/clickhouse/queries.ts'
import { ONE_LINE, prepareTocsin, startTocsin, tocsin } from '../support/cli.ts'
import { eventually } from '../support/live.ts'
import {
  aDirectory,
  readResultFiles,
  SCENARIO_FILE,
  SCENARIO_INVENTORY,
} from '../support/replays.ts'

/** So many that a run is far from its end when it first notes how far it is. */
const DAYS_COUNT = 2
const INTERRUPTED_MAX_MS = 300_000
const ATTACKED = 'conv-027'
const QUIET = 'conv-001'
const environment = { TOCSIN_INVENTORY: SCENARIO_INVENTORY }

const directory = aDirectory()
const kept = join(directory, 'kept')
const results = join(directory, 'results')
const place = ['--data-dir', kept]
const keptReplay = ['replay', SCENARIO_FILE, ...place, '--out', results]

type Incident = { incident_id: string; session_ids: string[]; severity: string }

beforeAll(async () => {
  await prepareTocsin(keptReplay, { environment })
})
afterAll(() => rmSync(directory, { recursive: true }))

function readLines<T>(path: string): T[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T)
}

const PLACE_OPTIONS = ['--data-dir', '--brokers', '--registry', '--clickhouse']

test.for([
  { command: '', names: ['replay', 'evaluate', 'start', 'incident', 'query', 'baselines'] },
  { command: 'demo', names: ['--data-dir'] },
  {
    command: 'replay',
    names: ['--out', '--baselines', '--baselines-epochs', '--prefix', '--no-stages', '--json'],
  },
  { command: 'evaluate', names: ['--labels', '--baselines', '--json'] },
  { command: 'start', names: ['collect', 'evidence', ...PLACE_OPTIONS] },
  { command: 'migrate', names: ['--json', ...PLACE_OPTIONS] },
  { command: 'topics', names: ['read', '--json', ...PLACE_OPTIONS] },
  { command: 'topics read', names: ['--partition', '--from', '--limit', '--raw'] },
  { command: 'incident', names: ['list', 'show'] },
  { command: 'incident list', names: ['--limit', '--json', ...PLACE_OPTIONS] },
  { command: 'incident show', names: ['--json', ...PLACE_OPTIONS] },
  { command: 'query', names: ['--param', '--sql', '--json', ...PLACE_OPTIONS] },
  { command: 'baselines export', names: PLACE_OPTIONS },
  { command: 'baselines import', names: PLACE_OPTIONS },
])('`$command --help` names what there is', async ({ command, names }) => {
  const words = command.split(' ').filter((word) => word !== '')
  const { code, stdout, stderr } = await tocsin([...words, '--help'])
  for (const name of names) expect(stdout).toContain(name)
  expect(stderr).toBe('')
  expect(code).toBe(0)
})

test.for([
  { why: 'an unknown command', args: ['nosuch'] },
  { why: 'an unknown option', args: ['replay', SCENARIO_FILE, '--nope'] },
  { why: 'a missing argument', args: ['replay'] },
  { why: 'a missing option', args: ['evaluate', SCENARIO_FILE] },
  { why: 'an unknown service', args: ['start', 'nosuch'] },
  { why: 'one service without brokers', args: ['start', 'detect'] },
  { why: 'a parameter without a name', args: ['query', 'incidents', '-p', 'x', ...place] },
  { why: 'a query without its parameters', args: ['query', 'incident', ...place] },
  { why: 'a limit that is no number', args: ['incident', 'list', '--limit', 'x', ...place] },
  { why: 'an offset that is none', args: ['topics', 'read', 'alerts.v1', '--from', 'x', ...place] },
  {
    why: 'both kinds of baselines',
    args: [...keptReplay, '--baselines=a', '--baselines-epochs=b'],
  },
  { why: 'another input on the directory', args: ['replay', SCENARIO_INVENTORY, ...place] },
])('$why is bad usage: one line and exit 2', async ({ args }) => {
  const { code, stdout, stderr } = await tocsin(args)
  expect(stderr).toMatch(ONE_LINE)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})

test.for<{ why: string; settings: Record<string, string> }>([
  { why: 'its bound', settings: { TOCSIN_PARTITIONS: '0' } },
  { why: 'another setting', settings: { TOCSIN_HORIZON_S: '3600', TOCSIN_EPOCH_S: '3600' } },
])('a setting beyond $why: one line and exit 2', async ({ settings }) => {
  const { code, stderr } = await tocsin(['replay', SCENARIO_FILE], { environment: settings })
  expect(stderr).toMatch(ONE_LINE)
  expect(stderr).toContain('BAD_SETTINGS')
  expect(code).toBe(2)
})

describe('what a replay leaves in its directory', () => {
  test('topics: every topic with its records', async () => {
    const { code, stdout } = await tocsin(['topics', '--json', ...place])
    const rows = stdout.trim().split('\n')
    const found = rows.map((row) => JSON.parse(row) as { topic: string; records: number })
    expect(found.find((row) => row.topic === 'incidents.v1')?.records).toBeGreaterThan(0)
    expect(code).toBe(0)
  })

  test('topics read: alerts decoded, as many as asked for', async () => {
    const { code, stdout } = await tocsin(['topics', 'read', 'alerts.v1', '--limit', '3', ...place])
    const lines = stdout.trim().split('\n')
    const alerts = lines.map((line) => (JSON.parse(line) as { value: { alert_id: string } }).value)
    const known = readLines<{ alert_id: string }>(join(results, 'alerts.ndjson'))
    expect(alerts).toHaveLength(3)
    expect(known.map((alert) => alert.alert_id)).toEqual(
      expect.arrayContaining(alerts.map((alert) => alert.alert_id)),
    )
    expect(code).toBe(0)
  })

  test('incident list and show: the one incident, found by how its id begins', async () => {
    const [incident] = readLines<Incident>(join(results, 'incidents.ndjson'))
    const id = incident?.incident_id ?? ''
    const list = await tocsin(['incident', 'list', ...place])
    expect(list).toMatchObject({ code: 0, stderr: '' })
    expect(list.stdout).toContain(id.slice(0, 12))
    const show = await tocsin(['incident', 'show', id.slice(0, 6), '--json', ...place])
    expect(JSON.parse(show.stdout)).toMatchObject({
      incident: { incident_id: id, severity: 'critical', session_ids: [ATTACKED] },
    })
    expect(show.code).toBe(0)
  })

  test.for([...loadQueries().values()])('query $name answers', async ({ name, parameters }) => {
    const [incident] = readLines<Incident>(join(results, 'incidents.ndjson'))
    const values: Record<string, string> = {
      tenant_id: 'harbour',
      incident_id: incident?.incident_id ?? '',
      session_id: ATTACKED,
      session_ids: `${ATTACKED},${QUIET}`,
      server_ids: '',
      entities: '',
      agent_id: 'support-assistant',
      since_us: String(Date.parse('2026-03-02T00:00:00Z') * 1000),
      until_us: String(Date.parse('2026-03-03T00:00:00Z') * 1000),
      before_s: '60',
      after_s: '60',
      row_limit: '10',
      text_chars: '100',
    }
    const given = parameters.flatMap((parameter) => [
      '--param',
      `${parameter.name}=${values[parameter.name]}`,
    ])
    const { code, stdout, stderr } = await tocsin(['query', name, '--json', ...given, ...place])
    expect(stderr).toBe('')
    expect(stdout.trim().split('\n').filter(Boolean).length).toBeGreaterThan(0)
    expect(code).toBe(0)
  })

  test('a second run of the same input adds nothing', async () => {
    const contents = async (): Promise<string[]> => {
      const found: string[] = []
      for (const topic of ['events.application.v1', 'alerts.v1', 'incidents.v1']) {
        const args = ['topics', 'read', topic, '--limit', '100000', ...place]
        found.push((await tocsin(args)).stdout)
      }
      return found
    }
    const before = { results: readResultFiles(results), contents: await contents() }
    expect(await tocsin(keptReplay, { environment })).toMatchObject({ code: 0, stderr: '' })
    expect(readResultFiles(results)).toEqual(before.results)
    expect(await contents()).toEqual(before.contents)
  })
})

test.for([
  { why: 'an empty file', args: ['replay', '/dev/null'], input: '' },
  { why: 'nothing on standard input', args: ['replay', '-'], input: '' },
])('$why: nothing found, exit 0', async ({ args, input }) => {
  const { code, stdout, stderr } = await tocsin([...args, '--json'], { input })
  expect(JSON.parse(stdout)).toMatchObject({ events: 0, alerts: 0, incidents: 0, rejects: 0 })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('standard input gives the same bytes as the file', async () => {
  const out = join(directory, 'stdin')
  const input = readFileSync(SCENARIO_FILE)
  const { code } = await tocsin(['replay', '-', '--out', out], { input, environment })
  expect(code).toBe(0)
  expect(readResultFiles(out)).toEqual(readResultFiles(results))
})

test(
  'Ctrl-C half way: one line, exit 1; run again it goes on to the same bytes',
  { timeout: INTERRUPTED_MAX_MS },
  async () => {
    const dataDirectory = join(directory, 'interrupted')
    const input = join(directory, 'long.ndjson')
    mkdirSync(dataDirectory)
    writeFileSync(
      input,
      Array.from({ length: DAYS_COUNT }, (_, day) => scenarioOfDay(day)).join(''),
    )
    const args = ['replay', input, '--data-dir', dataDirectory, '--out', join(directory, 'resumed')]
    const { child, result } = startTocsin(args, { environment })
    const record = join(dataDirectory, 'run.json')
    await eventually(
      () => readText(record),
      (text) => text !== undefined,
    )
    child.kill('SIGINT')
    const { code, stdout, stderr } = await result
    expect(stderr).toMatch(ONE_LINE)
    expect(stderr).toContain('run it again to go on')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(await tocsin(args, { environment })).toMatchObject({ code: 0, stderr: '' })
    const undisturbed = join(directory, 'undisturbed')
    expect((await tocsin(['replay', input, '--out', undisturbed], { environment })).code).toBe(0)
    expect(readResultFiles(join(directory, 'resumed'))).toEqual(readResultFiles(undisturbed))
  },
)

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** The scenario on another day, as other events of other sessions. */
function scenarioOfDay(day: number): string {
  const date = new Date(Date.UTC(2026, 2, 2 + day)).toISOString().slice(0, 10)
  return readFileSync(SCENARIO_FILE, 'utf8')
    .replaceAll('2026-03-02', date)
    .replaceAll('conv-', `day-${day}-conv-`)
    .replaceAll(/"event_id": "/g, `"event_id": "day-${day}-`)
    .replaceAll(/"collector_seq": /g, `"collector_seq": ${day}`)
}
