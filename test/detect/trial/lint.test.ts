import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { lintPack } from '../../../services/detect/trial/lint.ts'
import { readPack } from '../../../services/detect/pack/pack.ts'
import { ruleText } from '../a-rule.ts'

const OTHER_ID = '22222222-2222-4222-8222-222222222222'
const STEP = { timeframe: '30m before', field: 'requested', question: 'What was asked for?' }
const GUIDE = [STEP, { ...STEP, field: 'origins', question: 'Where did it come from?' }]
const TOCSIN = {
  claims: ['anomaly'],
  summary: 'A call',
  why_level: 'It only supports other alerts',
  what_to_do: 'Look',
  guide: GUIDE,
}
const TESTS = [
  { why: 'one', event: { action: 'tool_call' }, fires: true },
  { why: 'two', event: { action: 'tool_call', tool_name: 'pay' }, fires: true },
  { why: 'three', event: { action: 'tool_result' }, fires: false },
  { why: 'four', event: { action: 'session_end' }, fires: false },
]

/** A rule that has all a rule of the pack must have. */
const GOOD = {
  tags: ['atlas.aml.t0053', 'owasp.mcp02'],
  falsepositives: ['A user who does this daily'],
  tocsin: TOCSIN,
  tests: TESTS,
}
const CORRELATION = {
  title: 'Often',
  name: 'often',
  id: OTHER_ID,
  description: 'Catches many. Misses few.',
  correlation: { type: 'event_count', rules: ['a-rule'], timespan: '5m', condition: { gte: 3 } },
  level: 'low',
  ...GOOD,
  tests: TESTS.map(({ why, fires }) => ({ why, fires, matches: [{ rule: 'a-rule' }] })),
}

function lintedRule(differs: Record<string, unknown>): string[] {
  return linted({ 'a-rule.yml': ruleText({ ...GOOD, ...differs }) })
}

function linted(files: Record<string, string>): string[] {
  const pack = readPack(Object.entries(files).map(([file, text]) => ({ file, text })))
  return lintPack(pack).map(({ severity, reason }) => `${severity}: ${reason}`)
}

const inTocsin = (differs: object): object => ({ tocsin: { ...TOCSIN, ...differs } })

test.for<{ why: string; differs: object; finding: string | undefined }>([
  { why: 'all that is asked', differs: {}, finding: undefined },
  {
    why: 'one firing test',
    differs: { tests: TESTS.slice(1) },
    finding: 'error: 1 firing tests: there must be at least two',
  },
  {
    why: 'one silent test',
    differs: { tests: TESTS.slice(0, 3) },
    finding: 'error: 1 silent tests: there must be at least two',
  },
  {
    why: 'two tests of one reason',
    differs: { tests: [...TESTS, TESTS[0]] },
    finding: 'error: another test has this reason',
  },
  {
    why: 'no argument for the level',
    differs: inTocsin({ why_level: undefined }),
    finding: 'error: why_level does not argue the level',
  },
  {
    why: 'an argument of two lines',
    differs: inTocsin({ why_level: 'one\ntwo' }),
    finding: 'error: why_level is not one line',
  },
  {
    why: 'nothing to do',
    differs: inTocsin({ what_to_do: undefined }),
    finding: 'error: what_to_do is missing',
  },
  {
    why: 'a summary of two lines',
    differs: inTocsin({ summary: 'one\ntwo' }),
    finding: 'error: the summary is not one line',
  },
  {
    why: 'no false positive',
    differs: { falsepositives: [] },
    finding: 'error: no false positive is named',
  },
  {
    why: 'a guide of one step',
    differs: inTocsin({ guide: [STEP] }),
    finding: 'error: the guide has 1 steps, not two to five',
  },
  {
    why: 'a guide that asks twice',
    differs: inTocsin({ guide: [STEP, STEP] }),
    finding: 'error: the guide asks this twice',
  },
  {
    why: 'a step that asks nothing',
    differs: inTocsin({ guide: [...GUIDE, { ...STEP, question: 'Look there.' }] }),
    finding: 'error: a step of the guide asks a question',
  },
  {
    why: 'a step about no field',
    differs: inTocsin({ guide: [...GUIDE, { ...STEP, field: 'nosuch', question: 'What?' }] }),
    finding: 'error: an observation has no field "nosuch"',
  },
  {
    why: 'a technique there is not',
    differs: { tags: [...GOOD.tags, 'atlas.aml.t9999'] },
    finding: 'error: atlas.aml.t9999 is no technique or risk there is',
  },
  {
    why: 'a risk there is not',
    differs: { tags: [...GOOD.tags, 'owasp.mcp11'] },
    finding: 'error: owasp.mcp11 is no technique or risk there is',
  },
  {
    why: 'no technique',
    differs: { tags: ['owasp.mcp02'] },
    finding: 'error: no ATLAS technique is named',
  },
  {
    why: 'no risk',
    differs: { tags: ['atlas.aml.t0053'] },
    finding: 'error: no OWASP risk is named',
  },
  {
    why: 'suppressed by what stays',
    differs: inTocsin({ suppress: { by: ['session_id', 'tool_name'], window: '1h' } }),
    finding: undefined,
  },
  {
    why: 'suppressed by what is always new',
    differs: inTocsin({ suppress: { by: ['session_id', 'call_id'], window: '1h' } }),
    finding: 'error: call_id is always new: to suppress by it suppresses nothing',
  },
  {
    why: 'suppressed by where one value came from',
    differs: inTocsin({ suppress: { by: ['body.origin_event_id'], window: '1h' } }),
    finding: 'error: body.origin_event_id is always new: to suppress by it suppresses nothing',
  },
  {
    why: 'silent on what it misses',
    differs: { description: 'Catches something' },
    finding: 'warning: the description does not say what the rule misses',
  },
  {
    why: 'a source that nobody delivers yet',
    differs: inTocsin({ needs: ['dns log'] }),
    finding: 'note: needs: dns log',
  },
  {
    why: 'a level there is not',
    differs: { level: 'severe' },
    finding: expect.stringMatching(/^error: level: /) as string,
  },
])('$why', ({ differs, finding }) => {
  expect(lintedRule({ ...differs })).toEqual(finding === undefined ? [] : [finding])
})

test('a finding names the line of what it is about', () => {
  const text = ruleText({ ...GOOD, tags: [...GOOD.tags, 'owasp.mcp11'] })
  const [finding] = lintPack(readPack([{ file: 'a-rule.yml', text }]))
  const line = text.split('\n').findIndex((one) => one.includes('owasp.mcp11')) + 1
  expect(finding).toMatchObject({ file: 'a-rule.yml', line, rule: 'a-rule' })
})

test.for([
  { why: 'nothing is shared', differs: { id: OTHER_ID, title: 'Another' }, count: 0 },
  { why: 'a title is shared', differs: { id: OTHER_ID }, count: 1 },
  { why: 'an id is shared', differs: { title: 'Another' }, count: 1 },
])('two rules: $why', ({ differs, count }) => {
  const other = ruleText({ ...GOOD, name: 'another', ...differs })
  const findings = linted({ 'a-rule.yml': ruleText(GOOD), 'another.yml': other })
  expect(findings).toHaveLength(count)
})

test('a file that is not named for its rule', () => {
  const findings = linted({ 'other-name.yml': ruleText(GOOD) })
  expect(findings).toEqual(['error: the file is not named for its rule, a-rule'])
})

test.for<{ why: string; differs: object; finding: string | undefined }>([
  { why: 'all that is asked', differs: {}, finding: undefined },
  { why: 'no name', differs: { name: undefined }, finding: 'error: there is no name' },
  { why: 'no id', differs: { id: undefined }, finding: 'error: the id must be a UUID' },
  { why: 'no level', differs: { level: undefined }, finding: 'error: there is no level' },
  {
    why: 'a rule there is not',
    differs: { correlation: { ...CORRELATION.correlation, rules: ['nosuch'] } },
    finding: expect.stringContaining('no rule has this id or name') as string,
  },
  {
    why: 'no tests',
    differs: { tests: TESTS.slice(0, 0) },
    finding: 'error: 0 firing tests: there must be at least two',
  },
])('a correlation with $why', ({ differs, finding }) => {
  const text = stringify({ ...CORRELATION, ...differs })
  const findings = linted({ 'a-rule.yml': ruleText(GOOD), 'often.yml': text })
  expect(findings[0]).toEqual(finding)
})
