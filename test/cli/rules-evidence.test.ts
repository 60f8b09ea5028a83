import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { ruleText } from '../detect/a-rule.ts'
import { ONE_LINE, prepareTocsin, tocsin, type CommandResult } from '../support/cli.ts'
import { aDirectory, SCENARIO_FILE, SCENARIO_INVENTORY } from '../support/replays.ts'

/** The instruction comes in with this event; the message goes out with that. */
const ORDER_READ = 'tap-00238'
const SENT = 'tap-00295'
const DAY = ['--from', '2026-03-02', '--to', '2026-03-03']
const ESCAPE = '\u001b]0;'

const directory = aDirectory()
const place = ['--data-dir', join(directory, 'kept')]

type Row = {
  rule: string
  day: string
  count: number
  same?: number
  new?: number
  gone?: number
  examples: string[]
}
type Told = {
  service: string
  fired: { rule: string; selections: { selection: string; fields: { field: string }[] }[] }[]
  near: { rule: string; selection: string; wanted: boolean; items: string[] }[]
}

beforeAll(async () => {
  const environment = { TOCSIN_INVENTORY: SCENARIO_INVENTORY }
  await prepareTocsin(['replay', SCENARIO_FILE, ...place], { environment })
})
afterAll(() => rmSync(directory, { recursive: true }))

function folderOf(name: string, files: Record<string, string>): string {
  const folder = join(directory, name)
  mkdirSync(folder, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  return folder
}

const explained = (...args: string[]): Promise<CommandResult> =>
  tocsin(['rules', 'explain', ...args])

function rowsOf<T>({ stdout }: CommandResult): T[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

test('explain: what fires on an event and its observation, and by what', async () => {
  const result = await explained(SENT, '--json', ...place)
  const [event, observation] = rowsOf<Told>(result)
  expect(event?.service).toBe('event')
  const sent = observation?.fired.find(({ rule }) => rule === 'instructed-send')
  const fields = sent?.selections.flatMap((selection) => selection.fields)
  expect(fields).toContainEqual({ field: 'instructed' })
  expect(result).toMatchObject({ code: 0, stderr: '' })
})

test('explain: a statistic is judged with the baselines of the evidence', async () => {
  const [, observation] = rowsOf<Told>(await explained(SENT, '--json', ...place))
  const novel = observation?.fired.find(({ rule }) => rule === 'novel-tool')
  const fields = novel?.selections.flatMap((selection) => selection.fields)
  expect(fields).toContainEqual({ field: 'tool_name.novelty_days' })
})

test('explain: what nearly fires, and what it lacks as its rule says it', async () => {
  const near = {
    detection: { a: { action: 'tool_call' }, b: { effect: 'grant' }, condition: 'a and b' },
  }
  const folder = folderOf('near', { 'a-rule.yml': ruleText(near) })
  const args = [SENT, '--rules', folder, ...place]
  const [, observation] = rowsOf<Told>(await explained(...args, '--json'))
  expect(observation?.near).toMatchObject([
    { rule: 'a-rule', selection: 'b', wanted: true, items: ['effect: grant'] },
  ])
  const { stdout } = await explained(...args)
  expect(stdout).toContain('a-rule (medium): b lacks effect: grant\n')
})

test('explain: values only where they are asked for', async () => {
  const values = [SENT, ...place]
  expect((await explained(...values)).stdout).not.toContain('"send"')
  expect((await explained(...values, '--values')).stdout).toContain('effect = "send"')
})

test('explain: an event out of a file, its escapes made harmless', async () => {
  const [line = ''] = readFileSync(SCENARIO_FILE, 'utf8').split('\n')
  const event = { ...(JSON.parse(line) as object), user_id: `${ESCAPE}a` }
  const escape = { detection: { a: { 'user_id|endswith': 'a' }, condition: 'a' } }
  const logsource = { product: 'tocsin', service: 'event' }
  const folder = folderOf('escape', { 'a-rule.yml': ruleText({ ...escape, logsource }) })
  const input = JSON.stringify(event, undefined, 2)
  const args = ['rules', 'explain', '-', '--values', '--rules', folder]
  const { code, stdout } = await tocsin(args, { input })
  expect(stdout).toContain('1 of 1 rules fire')
  expect(stdout).toContain('rules on observations need the session')
  expect(stdout).not.toContain('\u001b]')
  expect(code).toBe(0)
})

test('backtest: hits a rule and day, with examples', async () => {
  const args = ['rules', 'backtest', ...DAY, ...place, '--json']
  const result = await tocsin(args)
  const rows = rowsOf<Row>(result)
  const row = rows.find(({ rule }) => rule === 'injection-seen')
  expect(row).toMatchObject({ day: '2026-03-02', count: 1, examples: [ORDER_READ] })
  expect(result.stderr).toContain('correlations are not run')
  expect(result.code).toBe(0)
  const one = await tocsin([...args, '--rule', 'injection-seen', '--examples', '0'])
  expect(rowsOf<Row>(one)).toEqual([{ ...row, examples: [] }])
})

test('backtest: every alert of the replay is among the hits', async () => {
  const found = await tocsin(['rules', 'backtest', ...DAY, ...place, '--json', '--examples', '999'])
  const hits = new Map(rowsOf<Row>(found).map(({ rule, examples }) => [rule, examples]))
  const read = ['topics', 'read', 'alerts.v1', '--limit', '1000', ...place]
  const alerts = rowsOf<{ value: { kind: string; rule_name: string; event_ids: string[] } }>(
    await tocsin(read),
  ).filter(({ value }) => value.kind === 'rule' || value.kind === 'statistic')
  expect(alerts.length).toBeGreaterThan(0)
  const missed = alerts.filter(
    ({ value }) => !value.event_ids.every((id) => hits.get(value.rule_name)?.includes(id)),
  )
  expect(missed.map(({ value }) => value.rule_name)).toEqual([])
})

test('backtest: only what lies between the times', async () => {
  const args = ['rules', 'backtest', ...place, '--json', '--rule', 'injection-seen']
  const span = (from: string, to: string): Promise<CommandResult> =>
    tocsin([...args, '--from', `2026-03-02T${from}Z`, '--to', `2026-03-02T${to}Z`])
  const [event] = readFileSync(SCENARIO_FILE, 'utf8')
    .split('\n')
    .filter((line) => line.includes(`"${ORDER_READ}"`))
  const { occurred_at } = JSON.parse(event ?? '{}') as { occurred_at: string }
  const time = /T(.*?)Z?$/.exec(occurred_at)?.[1] ?? ''
  expect(rowsOf<Row>(await span(time, '23:59:59'))).toHaveLength(1)
  expect(rowsOf<Row>(await span('00:00:00', time))).toHaveLength(0)
})

test('backtest --rules: what is new, gone and the same against the rules that run', async () => {
  const narrow = { detection: { a: { tool_name: 'nosuch' }, condition: 'a' } }
  const live = folderOf('live', {
    'a-rule.yml': ruleText(),
    'b-rule.yml': ruleText({ name: 'b-rule', id: idOf(2) }),
  })
  const tried = folderOf('tried', {
    'a-rule.yml': ruleText(),
    'b-rule.yml': ruleText({ name: 'b-rule', id: idOf(2), ...narrow }),
    'c-rule.yml': ruleText({ name: 'c-rule', id: idOf(3) }),
  })
  const environment = { TOCSIN_RULES_DIR: live }
  const args = ['rules', 'backtest', ...DAY, ...place, '--rules', tried, '--json']
  const rows = rowsOf<Row>(await tocsin(args, { environment }))
  const [a, b, c] = rows
  const calls = a?.count ?? 0
  expect(calls).toBeGreaterThan(0)
  expect(a).toMatchObject({ rule: 'a-rule', same: calls, new: 0, gone: 0 })
  expect(b).toMatchObject({ rule: 'b-rule', count: 0, same: 0, new: 0, gone: calls })
  expect(c).toMatchObject({ rule: 'c-rule', count: calls, same: 0, new: calls, gone: 0 })
})

const idOf = (number: number): string => `22222222-2222-4222-8222-00000000000${number}`

test.for([
  { why: 'an event there is not', args: ['explain', 'nosuch'] },
  { why: 'a rule there is not', args: ['backtest', ...DAY, '--rule', 'nosuch'] },
])('$why: one line and exit 1', async ({ args }) => {
  const { code, stdout, stderr } = await tocsin(['rules', ...args, ...place])
  expect(stderr).toMatch(ONE_LINE)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
})
