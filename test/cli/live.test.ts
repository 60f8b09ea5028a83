import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { createClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ONE_LINE, tocsin } from '../support/cli.ts'
import { aLiveTocsin, eventually, type LiveTocsin } from '../support/live.ts'
import { aDirectory, SCENARIO_FILE } from '../support/replays.ts'

const NDJSON = 'application/x-ndjson'
/** A stop that takes more than ten seconds ends with 1; this one knows of its end a while later. */
const SHUTDOWN_MAX_MS = 20_000
const SCENARIO = readFileSync(SCENARIO_FILE, 'utf8')
const EVENT_COUNT = SCENARIO.trimEnd().split('\n').length
const ATTACKED = 'conv-027'
const QUIET = 'conv-001'
const INCIDENTS = 'SELECT severity, session_ids, alert_ids FROM incidents ORDER BY opened_at'

type IncidentRow = { severity: string; session_ids: string[]; alert_ids: string[] }

const directory = join(aDirectory(), 'data')
let live: LiveTocsin

beforeAll(async () => {
  live = await aLiveTocsin(directory)
})
afterAll(async () => {
  await live.stop()
  rmSync(join(directory, '..'), { recursive: true })
})

async function post(
  path: string,
  body: string,
  type: string,
  token = live.doors.tokens.ingest,
): Promise<{ status: number; json: unknown }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type }
  const response = await fetch(`${live.doors.http.url}${path}`, { method: 'POST', headers, body })
  return { status: response.status, json: await response.json() }
}

/** Rows as the user `reader` gets them through the SQL door. */
async function read<Row>(sql: string): Promise<Row[]> {
  const client = createClient({
    url: live.doors.sql?.url ?? '',
    username: 'reader',
    password: live.doors.tokens['sql-reader'],
    database: 'tocsin',
  })
  try {
    return await (await client.query({ query: sql, format: 'JSONEachRow' })).json<Row>()
  } finally {
    await client.close()
  }
}

async function countEvents(): Promise<number> {
  const layers = ['application', 'data', 'network', 'model']
  const union = layers.map((layer) => `SELECT event_id FROM events_${layer}`).join(' UNION ALL ')
  const [row] = await read<{ count: string }>(`SELECT count() AS count FROM (${union})`)
  return Number(row?.count)
}

const attackedOf = (rows: readonly IncidentRow[]): IncidentRow | undefined =>
  rows.find((row) => row.session_ids.includes(ATTACKED))

test('the incident stands in the evidence while the pipeline runs', async () => {
  expect(await post('/v1/events', SCENARIO, NDJSON)).toEqual({
    status: 200,
    json: { accepted: EVENT_COUNT, rejected_count: 0, rejected: [] },
  })
  const found = await eventually(
    () => read<IncidentRow>(INCIDENTS),
    (rows) => attackedOf(rows)?.severity === 'critical',
  )
  expect(found).toEqual([expect.objectContaining({ session_ids: [ATTACKED] })])
  expect(await eventually(countEvents, (count) => count === EVENT_COUNT)).toBe(EVENT_COUNT)
})

test.for([
  { why: 'with the password', password: undefined, status: 200, says: /^1\n$/ },
  { why: 'with another', password: 'wrong', status: 403, says: /Code: 516/ },
])('the SQL door over plain HTTP $why: $status', async ({ password, status, says }) => {
  const { sql, tokens } = live.doors
  const query = encodeURIComponent('SELECT count() FROM incidents')
  const key = password ?? tokens['sql-reader']
  const headers = { 'x-clickhouse-user': 'reader', 'x-clickhouse-key': key }
  const response = await fetch(`${sql?.url}/?query=${query}`, { headers })
  expect(response.status).toBe(status)
  expect(await response.text()).toMatch(says)
})

test('commands on the directory go through its door', async () => {
  const place = ['--data-dir', directory]
  const list = await tocsin(['incident', 'list', '--json', ...place])
  expect(list).toMatchObject({ code: 0, stderr: '' })
  const { incident_id } = JSON.parse(list.stdout) as { incident_id: string }
  const show = await tocsin(['incident', 'show', incident_id.slice(0, 12), ...place])
  expect(show).toMatchObject({ code: 0, stderr: '' })
  expect(show.stdout).toContain('critical')
  expect(show.stdout).toContain(ATTACKED)
})

test.for([
  { why: 'start', args: ['start'] },
  { why: 'start evidence', args: ['start', 'evidence'] },
  { why: 'replay', args: ['replay', SCENARIO_FILE] },
  { why: 'topics', args: ['topics'] },
  { why: 'baselines export', args: ['baselines', 'export', '-'] },
  { why: 'migrate', args: ['migrate'] },
])('another process on the directory, $why: one line and exit 1', async ({ args }) => {
  const environment = { TOCSIN_HTTP_PORT: '0', TOCSIN_SQL_PORT: '0' }
  const { code, stdout, stderr } = await tocsin([...args, '--data-dir', directory], { environment })
  expect(stderr).toMatch(ONE_LINE)
  expect(stderr).toContain('LOG_LOCKED')
  expect(stdout).toBe('')
  expect(code).toBe(1)
  expect(existsSync(join(directory, 'doors.json'))).toBe(true)
})

test.for([
  { path: '/healthz', token: 'none', status: 200, says: '"ok"' },
  { path: '/readyz', token: 'none', status: 200, says: '"ok"' },
  { path: '/metrics', token: 'none', status: 401, says: 'UNAUTHORIZED' },
  { path: '/metrics', token: 'ingest', status: 401, says: 'UNAUTHORIZED' },
  { path: '/metrics', token: 'admin', status: 200, says: 'tocsin_records_total{' },
  { path: '/v1/nothing', token: 'admin', status: 404, says: 'NOT_FOUND' },
] as const)('$path with the token of $token: $status', async ({ path, token, status, says }) => {
  const { http, tokens } = live.doors
  const authorization = token === 'none' ? '' : `Bearer ${tokens[token]}`
  const response = await fetch(`${http.url}${path}`, { headers: { authorization } })
  expect(response.status).toBe(status)
  expect(await response.text()).toContain(says)
})

test('bad lines are answered by their number, the good one is kept', async () => {
  const [first = ''] = SCENARIO.split('\n')
  const again = await post('/v1/events', `nope\n${first}\n{"layer":"kernel"}\n`, NDJSON)
  expect(again).toEqual({
    status: 200,
    json: {
      accepted: 1,
      rejected_count: 2,
      rejected: [
        { line: 1, reason: 'NOT_JSON' },
        { line: 3, reason: 'UNKNOWN_LAYER', field: 'layer' },
      ],
    },
  })
})

test.for(['/v1/events', '/v1/alerts'])('%s without the token: 401', async (path) => {
  expect(await post(path, '{}', NDJSON, 'wrong')).toMatchObject({ status: 401 })
  expect(await post(path, '{}', NDJSON, live.doors.tokens.tap)).toMatchObject({ status: 401 })
})

test("another system's finding joins the incident, and alone is moderate at most", async () => {
  const before = attackedOf(await read<IncidentRow>(INCIDENTS))?.alert_ids.length ?? 0
  const finding = {
    tenant_id: 'harbour',
    source: 'edr',
    level: 'critical',
    title: 'T',
    summary: 'S',
  }
  const findings = [
    { ...finding, session_id: ATTACKED, occurred_at: '2026-03-02T13:12:30.000000Z' },
    { ...finding, session_id: QUIET, occurred_at: '2026-03-02T07:00:30.000000Z' },
  ]
  const posted = await post('/v1/alerts', JSON.stringify(findings), 'application/json')
  expect(posted).toMatchObject({ status: 200, json: { accepted: findings.length } })
  const rows = await eventually(
    () => read<IncidentRow>(INCIDENTS),
    (found) => found.length > 1 && attackedOf(found)?.alert_ids.length === before + 1,
  )
  expect(rows).toEqual([
    { severity: 'moderate', session_ids: [QUIET], alert_ids: [expect.any(String)] },
    expect.objectContaining({ severity: 'critical', session_ids: [ATTACKED] }),
  ])
  expect(attackedOf(rows)?.alert_ids).toHaveLength(before + 1)
})

test('stopped within ten seconds, and started again it has kept everything', async () => {
  const incidents = await read<IncidentRow>(INCIDENTS)
  const eventCount = await countEvents()
  const doorsFile = join(directory, 'doors.json')
  expect(statSync(doorsFile).mode & 0o777).toBe(0o600)
  const stoppedAtMs = Date.now()
  expect(await live.stop()).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(Date.now() - stoppedAtMs).toBeLessThan(SHUTDOWN_MAX_MS)
  expect(existsSync(doorsFile)).toBe(false)

  live = await aLiveTocsin(directory)
  expect(await read<IncidentRow>(INCIDENTS)).toEqual(incidents)
  expect(await countEvents()).toBe(eventCount)
  const next = SCENARIO.split('\n')[0]?.replace('tap-00001', 'tap-later') ?? ''
  expect(await post('/v1/events', next, NDJSON)).toMatchObject({ json: { accepted: 1 } })
  expect(await eventually(countEvents, (count) => count > eventCount)).toBe(eventCount + 1)
})
