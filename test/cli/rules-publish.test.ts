import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { ruleText } from '../detect/a-rule.ts'
import { ONE_LINE, tocsin, type CommandResult } from '../support/cli.ts'
import { aLiveTocsin, eventually, type LiveTocsin } from '../support/live.ts'
import { aDirectory } from '../support/replays.ts'

const START_MS = Date.parse('2026-03-02T08:00:00Z')
const NDJSON = 'application/x-ndjson'
const HOUR_MS = 3_600_000
const LOGSOURCE = { product: 'tocsin', service: 'event', category: 'application' }
const WARNED = /^(?:warning: [^\n]+\n)+$/

const directory = aDirectory()
const place = ['--data-dir', join(directory, 'data')]
const LISTS = new Set<string | undefined>(['list', 'precision'])
const idOf = (number: number): string => `33333333-3333-4333-8333-00000000000${number}`
/** Changed before anything runs. */
let witness: CommandResult
let tried: CommandResult
let live: LiveTocsin
/** Event time that posts have reached. */
let clockMs = START_MS
let callsCount = 0

/** Writes a rule on every tool call; gives its path. */
function aFile(name: string, number: number, differs: Record<string, unknown> = {}): string {
  const path = join(directory, `${name}.yml`)
  writeFileSync(path, ruleText({ name, id: idOf(number), logsource: LOGSOURCE, ...differs }))
  return path
}

const rules = (...args: string[]): Promise<CommandResult> => {
  const by = LISTS.has(args[0]) ? [] : ['--by', 'an analyst']
  return tocsin(['rules', ...args, ...by, ...place])
}
const at = (timeMs: number): string[] => ['--at', new Date(timeMs).toISOString()]

beforeAll(async () => {
  witness = await rules('promote', aFile('witness', 1), ...at(START_MS))
  tried = await rules('stage', aFile('tried', 2), ...at(START_MS))
  live = await aLiveTocsin(join(directory, 'data'))
})
afterAll(async () => {
  await live.stop()
  rmSync(directory, { recursive: true })
})

async function door(
  method: 'GET' | 'POST',
  path: string,
  body: string | undefined,
  token: string,
  type = 'application/json',
): Promise<{ status: number; json: unknown }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type }
  const content = body === undefined ? {} : { body }
  const response = await fetch(`${live.doors.http.url}${path}`, { method, headers, ...content })
  return { status: response.status, json: await response.json() }
}

async function rows<Row>(sql: string): Promise<Row[]> {
  const headers = {
    'x-clickhouse-user': 'reader',
    'x-clickhouse-key': live.doors.tokens['sql-reader'],
  }
  const query = encodeURIComponent(`${sql} FORMAT JSONEachRow`)
  const url = `${live.doors.sql?.url}/?database=tocsin&query=${query}`
  const text = await (await fetch(url, { headers })).text()
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Row)
}

/** Posts a tool call a second after the last one, or at a later time; gives its event id. */
async function aCall(timeMs: number): Promise<string> {
  clockMs = Math.max(clockMs + 1_000, timeMs)
  const time = new Date(clockMs).toISOString()
  const event = {
    event_id: `call-${clockMs}`,
    layer: 'application',
    occurred_at: time,
    tenant_id: 'acme',
    collector_id: 'tap',
    collector_seq: (callsCount += 1),
    session_id: 's-1',
    agent_id: 'assistant',
    action: 'tool_call',
    tool_name: 'read_inbox',
  }
  const body = `${JSON.stringify(event)}\n`
  const answer = await door('POST', '/v1/events', body, live.doors.tokens.ingest, NDJSON)
  expect(answer).toEqual({
    status: 200,
    json: { accepted: 1, rejected_count: 0, rejected: [] },
  })
  return event.event_id
}

type Hits = { alerts: string[]; staged: string[] }

/** What a call brought about, once the rule that is always live has fired on it. */
async function hitsOf(eventId: string): Promise<Hits> {
  const read = async (view: string, condition: string): Promise<string[]> => {
    const sql = `SELECT rule_name FROM ${view} WHERE ${condition}
      AND rule_name IN ('witness', 'tried') ORDER BY rule_name`
    return (await rows<{ rule_name: string }>(sql)).map(({ rule_name }) => rule_name)
  }
  const alerts = await eventually(
    () => read('alerts', `has(event_ids, '${eventId}')`),
    (names) => names.includes('witness'),
  )
  const isStaged = `event_id = '${eventId}' AND reason = 'staged'`
  return { alerts, staged: await read('matches', isStaged) }
}

/** Calls from a time on until one brings this about: a change is heard within moments. */
function callsUntil(timeMs: number, isEnough: (hits: Hits) => boolean): Promise<Hits> {
  return eventually(async () => hitsOf(await aCall(timeMs)), isEnough)
}

test('published with no process at work: said, with what the lint holds against it', () => {
  expect(witness).toMatchObject({ code: 0, stderr: expect.stringMatching(WARNED) as string })
  expect(tried).toMatchObject({ code: 0, stderr: expect.stringMatching(WARNED) as string })
  const from = '2026-03-02T08:00:00.000000Z'
  expect(tried.stdout).toMatch(new RegExp(`^tried is staged from ${from} on \\(revision 1, pack`))
  expect(tried.stderr).toContain('tried.yml:1: no false positive is named')
})

test('staged with no process at work: the next start records and alerts nobody', async () => {
  const eventId = await aCall(START_MS)
  const hits = await eventually(
    () => hitsOf(eventId),
    ({ staged }) => staged.length > 0,
  )
  expect(hits).toEqual({ alerts: ['witness'], staged: ['tried'] })
})

test('a bad rule is refused with its line, and what is live stays', async () => {
  const bad = aFile('witness', 1, { level: 'nosuch' })
  const result = await rules('promote', bad)
  expect(result).toMatchObject({ code: 1, stdout: '' })
  expect(result.stderr).toMatch(ONE_LINE)
  expect(result.stderr).toMatch(/witness\.yml:\d+: level: .+ \[BAD_RULES\]\n$/)
  expect((await hitsOf(await aCall(clockMs))).alerts).toEqual(['witness'])
})

test('one bad rule among good ones: none is changed', async () => {
  const good = aFile('fine', 4)
  const bad = aFile('broken', 5, { detection: { a: { action: 'x' }, condition: 'b' } })
  expect(await rules('stage', good, bad)).toMatchObject({ code: 1 })
  const { stdout } = await rules('list', '--json')
  expect(stdout).not.toContain('"fine"')
})

test.for([
  {
    why: 'the id of another rule under another name',
    file: () => aFile('witness', 6),
    says: 'another rule has this name',
  },
  {
    why: 'not named for its file',
    file: () => aFile('strange', 6, { name: 'other' }),
    says: 'the file is not named for its rule, other',
  },
])('refused beside the others: $why', async ({ file, says }) => {
  const { code, stderr } = await rules('stage', file())
  expect(stderr).toContain(says)
  expect(code).toBe(1)
})

test('promoted through the door: alerts from that event time on, not before', async () => {
  const fromMs = START_MS + HOUR_MS
  const result = await rules('promote', 'tried', ...at(fromMs))
  expect(result).toMatchObject({ code: 0, stderr: '' })
  expect(result.stdout).toContain('tried is live from 2026-03-02T09:00:00.000000Z on (revision 2')
  const before = await hitsOf(await aCall(clockMs))
  expect(before.alerts).toEqual(['witness'])
  const after = await callsUntil(fromMs, ({ alerts }) => alerts.includes('tried'))
  expect(after).toEqual({ alerts: ['tried', 'witness'], staged: [] })
  const [alert] = await rows<{ pack_version: string }>(
    `SELECT pack_version FROM alerts WHERE rule_name = 'tried' LIMIT 1`,
  )
  expect(result.stdout).toContain(`pack ${alert?.pack_version}`)
})

test('promoted again: nothing is published', async () => {
  const { code, stdout } = await rules('promote', 'tried')
  expect(stdout).toBe('tried is live already; nothing was published\n')
  expect(code).toBe(0)
})

test('a judgement through the door counts in the precision', async () => {
  const [alert] = await rows<{ alert_id: string }>(
    `SELECT alert_id FROM alerts WHERE rule_name = 'tried' ORDER BY alert_id LIMIT 1`,
  )
  const judged = await rules('disposition', alert?.alert_id ?? '', 'true_positive')
  expect(judged).toMatchObject({ code: 0, stderr: '' })
  const precision = await eventually(
    async () => {
      const { stdout } = await rules('precision', '--since', '2026-03-01', '--json')
      const lines = stdout.split('\n').filter((line) => line !== '')
      return lines.map((line) => JSON.parse(line) as { rule: string; judged: number })
    },
    ([first]) => first?.judged === 1,
  )
  expect(precision[0]).toMatchObject({ rule: 'tried', judged: 1, true: 1, precision: 1, high: 1 })
})

test('retired through the door: silence, while others go on', async () => {
  const fromMs = START_MS + 2 * HOUR_MS
  expect(await rules('retire', 'tried', ...at(fromMs))).toMatchObject({ code: 0, stderr: '' })
  const hits = await callsUntil(fromMs, ({ alerts }) => !alerts.includes('tried'))
  expect(hits).toEqual({ alerts: ['witness'], staged: [] })
})

test('the list says what is in force, since when and by whom', async () => {
  const { stdout } = await rules('list', '--json', '--all')
  const lines = stdout.trim().split('\n')
  const listed = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  const find = (name: string): unknown => listed.find((row) => row['name'] === name)
  const since = '2026-03-02T10:00:00.000000Z'
  expect(find('tried')).toMatchObject({ state: 'retired', since, by: 'an analyst' })
  expect(find('witness')).toMatchObject({ state: 'live', level: 'medium', kind: 'rule' })
  expect(find('injection-seen')).toMatchObject({ state: 'live', since: null, by: null })
  const shown = await rules('list')
  expect(shown.stdout).toMatch(/^witness /m)
  expect(shown.stdout).not.toMatch(/^tried /m)
})

test.for([
  {
    why: 'a rule there is not, its name nearly that of one',
    args: ['retire', 'witnes'],
    says: /witnes is no rule; near it: witness \[NOT_FOUND\]/,
  },
  {
    why: 'promoted by a name that was never staged',
    args: ['promote', 'nosuch'],
    says: /nosuch was never staged; .* FILE \[NOT_FOUND\]/,
  },
  {
    why: 'promoted by name after it was retired',
    args: ['promote', 'tried'],
    says: /tried is retired .* FILE \[BAD_RULES\]/,
  },
  {
    why: 'a correlation by name',
    args: ['retire', 'answer-denies-what-was-done'],
    says: /a correlation is changed by files and a restart/,
  },
])('refused: $why', async ({ args, says }) => {
  const { code, stdout, stderr } = await rules(...args)
  expect(stderr).toMatch(ONE_LINE)
  expect(stderr).toMatch(says)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
})

test('an event time that is none: bad usage', async () => {
  const { code, stderr } = await rules('retire', 'witness', '--at', 'noon')
  expect(stderr).toMatch(ONE_LINE)
  expect(code).toBe(2)
})

test.for([
  { why: 'no token for it', role: 'ingest', body: '{}', status: 401 },
  { why: 'no JSON', role: 'admin', body: '{', status: 400 },
  { why: 'nothing to change', role: 'admin', body: '{"state":"live","rules":[]}', status: 400 },
  {
    why: 'a time that is none',
    role: 'admin',
    body: '{"state":"live","effective_at":"noon","rules":[{"name":"witness"}]}',
    status: 400,
  },
  {
    why: 'a rule there is not',
    role: 'admin',
    body: '{"state":"live","rules":[{"name":"nosuch"}]}',
    status: 422,
  },
  {
    why: 'a rule that is live',
    role: 'admin',
    body: '{"state":"live","rules":[{"name":"witness"}]}',
    status: 200,
  },
] as const)('POST /v1/rules, $why: $status', async ({ role, body, status }) => {
  const answer = await door('POST', '/v1/rules', body, live.doors.tokens[role])
  expect(answer.status).toBe(status)
})
