import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'
import { stringify } from 'yaml'

import { ruleText } from '../detect/a-rule.ts'
import { ONE_LINE, tocsin } from '../support/cli.ts'
import { aDirectory } from '../support/replays.ts'

const directory = aDirectory()
afterAll(() => rmSync(directory, { recursive: true }))

const TESTS = [
  { why: 'a call', event: { action: 'tool_call' }, fires: true },
  { why: 'no call', event: { action: 'tool_result' }, fires: false },
]

function folderOf(name: string, files: Record<string, string>): string {
  const folder = join(directory, name)
  mkdirSync(folder)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  return folder
}

test.for([
  { command: '', names: ['match', 'check', 'test', 'explain', 'backtest', 'import'] },
  {
    command: 'match',
    names: ['--pipeline', '--logsource', '--placeholders', '--out', '--strict', 'null'],
  },
  { command: 'check', names: ['--no-notes', '--json'] },
  { command: 'test', names: ['--coverage', '--json'] },
  { command: 'explain', names: ['--rules', '--near', '--values', '--json', '--data-dir'] },
  { command: 'backtest', names: ['--from', '--to', '--rule', '--rules', '--examples', '--json'] },
  { command: 'import', names: ['--pipeline', '--list', '--json'] },
])('`rules $command --help` names what there is', async ({ command, names }) => {
  const words = command === '' ? [] : [command]
  const { code, stdout, stderr } = await tocsin(['rules', ...words, '--help'])
  for (const name of names) expect(stdout).toContain(name)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('the bundled pack: no error, no failing test', async () => {
  const checked = await tocsin(['rules', 'check', '--no-notes'])
  expect(checked.stdout).toMatch(/^\d+ rules, \d+ correlations: 0 errors, 0 warnings, \d+ notes\n$/)
  expect(checked).toMatchObject({ code: 0, stderr: '' })
  const tested = await tocsin(['rules', 'test'])
  expect(tested.stdout).toMatch(/^\d+ tests, 0 failed\n$/)
  expect(tested).toMatchObject({ code: 0, stderr: '' })
})

test('check: an error names file, line and reason, as text and as JSON, and exits 1', async () => {
  const folder = folderOf('lacking', { 'a-rule.yml': ruleText({ falsepositives: [] }) })
  const file = join(folder, 'a-rule.yml')
  const text = await tocsin(['rules', 'check', folder])
  expect(text.stdout).toMatch(/a-rule\.yml:\d+: error: no false positive is named\n/)
  expect(text.stderr).toMatch(ONE_LINE)
  expect(text.code).toBe(1)
  const json = await tocsin(['rules', 'check', folder, '--json'])
  const findings = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
  const reason = 'no false positive is named'
  expect(findings).toContainEqual(
    expect.objectContaining({ severity: 'error', file, rule: 'a-rule', reason }),
  )
  expect(json.code).toBe(1)
})

test('`rules test`: a failing test is named, and exits 1', async () => {
  const failing = [...TESTS, { why: 'wrong', event: { action: 'tool_call' }, fires: false }]
  const folder = folderOf('failing', { 'a-rule.yml': ruleText({ tests: failing }) })
  const { code, stdout, stderr } = await tocsin(['rules', 'test', folder])
  expect(stdout).toBe('failed: a-rule: wrong\n3 tests, 1 failed\n')
  expect(stderr).toMatch(ONE_LINE)
  expect(code).toBe(1)
})

test('`rules test`: correlations count, and one without its rule is refused', async () => {
  const often = {
    title: 'Often',
    name: 'often',
    correlation: { type: 'event_count', rules: ['a-rule'], timespan: '5m', condition: { gte: 2 } },
    tests: [
      { why: 'twice', matches: [{ rule: 'a-rule' }, { rule: 'a-rule', after: '5s' }], fires: true },
      { why: 'once', matches: [{ rule: 'a-rule' }], fires: true },
    ],
  }
  const files = { 'a-rule.yml': ruleText({ tests: TESTS }), 'often.yml': stringify(often) }
  const counted = await tocsin(['rules', 'test', folderOf('counted', files)])
  expect(counted.stdout).toBe('failed: often: once\n4 tests, 1 failed\n')
  const lone = folderOf('lone', { 'often.yml': stringify(often) })
  const { code, stdout, stderr } = await tocsin(['rules', 'test', lone])
  expect(stdout).toContain('often: once (what it refers to is refused)\n')
  expect(stderr).toMatch(/often\.yml:\d+: .*no rule has this id or name/)
  expect(code).toBe(1)
})

test('`rules test --coverage`: the alternative that no test makes hold, by line', async () => {
  const detection = {
    call: [{ action: 'tool_call' }, { action: 'prompt_get' }],
    condition: 'call',
  }
  const text = ruleText({ detection, tests: TESTS })
  const folder = folderOf('covered', { 'a-rule.yml': text })
  const line = text.split('\n').findIndex((one) => one.includes('prompt_get')) + 1
  const { code, stdout } = await tocsin(['rules', 'test', folder, '--coverage'])
  const reason = 'no test makes the selection "call", alternative 2 of 2, hold'
  expect(stdout).toContain(`a-rule.yml:${line}: ${reason}\n`)
  expect(stdout).toContain('1 of 2 alternatives of selections hold in a test\n')
  expect(code).toBe(0)
})

test('import: what loads, what does not and why, and what is used', async () => {
  const refusedRule = ruleText({ detection: { a: { 'b|nosuch': 1 }, condition: 'a' } })
  const words = { 'tool_name|contains|all': ['a', 'b'] }
  const folder = folderOf('imported', {
    'bad.yml': refusedRule,
    'worse.yml': refusedRule.replaceAll('nosuch', 'neither'),
    'good.yml': ruleText({ detection: { words, condition: 'words' } }),
  })
  const { code, stdout } = await tocsin(['rules', 'import', folder, '--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    filesCount: 3,
    rulesCount: 1,
    refused: [{ file: join(folder, 'bad.yml') }, { file: join(folder, 'worse.yml') }],
    reasons: [{ count: 2 }],
    logsources: [{ name: 'product=tocsin,service=observation', count: 1 }],
  })
  expect(JSON.parse(stdout)).toMatchObject({
    modifiers: expect.arrayContaining([{ name: 'all', count: 1 }]) as unknown,
  })
  expect(code).toBe(0)
  const listed = await tocsin(['rules', 'import', folder, '--list'])
  expect(listed.stdout).toMatch(/^3 files: 1 rules, 0 correlations, 0 filters load; 2 refused/)
  expect(listed.stdout).toMatch(/\/bad\.yml:\d+: \S/)
})

test.for([
  { why: 'no such folder', args: ['check', '/no/such'], code: 1 },
  { why: 'a folder without rules', args: ['test', join(directory, 'empty')], code: 1 },
  { why: 'no such tree', args: ['import', '/no/such'], code: 1 },
  { why: 'a tree that is no archive', args: ['import', join(directory, 'cut.tar.gz')], code: 1 },
  { why: 'an unknown command', args: ['nosuch'], code: 2 },
  { why: 'an unknown option', args: ['check', '--nope'], code: 2 },
  { why: 'no times', args: ['backtest'], code: 2 },
  { why: 'a time that is none', args: ['backtest', '--from', 'x', '--to', '2026-01-02'], code: 2 },
  { why: 'times reversed', args: ['backtest', '--from=2026-01-02', '--to=2026-01-02'], code: 2 },
  { why: 'too long a time', args: ['backtest', '--from=2024-01-01', '--to=2026-01-01'], code: 2 },
  { why: 'no evidence', args: ['explain', 'an-event', '--data-dir', directory], code: 1 },
  { why: 'a file that is no event', args: ['explain', '-'], code: 1 },
  { why: 'a count that is none', args: ['explain', '-', '--near', 'x'], code: 2 },
])('$why: one line and exit $code', async ({ args, code }) => {
  mkdirSync(join(directory, 'empty'), { recursive: true })
  writeFileSync(join(directory, 'cut.tar.gz'), Buffer.of(0x1f, 0x8b, 8, 0, 0))
  const result = await tocsin(['rules', ...args])
  expect(result.stderr).toMatch(ONE_LINE)
  expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' })
})
