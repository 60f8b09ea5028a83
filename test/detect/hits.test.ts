import { expect, test } from 'vitest'
import type { RuleDocument } from '#domain/records/index.ts'
import type { RuleFile } from '#sigma/pack-documents.ts'
import { compileRuleSet } from '../../services/detect/pack/rule-set.ts'
import { createRuleTimeline } from '../../services/detect/pack/rule-timeline.ts'
import { AT_US, HOUR_US, aDetector, anObservation } from './a-detector.ts'
import { ruleText } from './a-rule.ts'

const ID = '11111111-1111-4111-8111-111111111111'
const MINUTE_US = 60_000_000
const RULE: RuleFile = { file: 'a-rule.yml', text: ruleText() }

const ruleFile = (differs: Record<string, unknown>): RuleFile => ({
  file: 'a-rule.yml',
  text: ruleText(differs),
})
const detectorOf = (...files: RuleFile[]) => {
  const rules = compileRuleSet(files)
  expect(rules.refused).toEqual([])
  return { ...aDetector({ timeline: createRuleTimeline(files, rules, {}) }), rules }
}
const change = (differs: Partial<RuleDocument>): RuleDocument => ({
  rule_id: ID,
  name: 'a-rule',
  rule_version: '2',
  state: 'live',
  text: ruleText(),
  pack_version: '',
  changed_at: AT_US,
  changed_by: null,
  revision: 1,
  effective_at: AT_US,
  ...differs,
})
const told = (value: RuleDocument) =>
  ({ topic: 'rules.v1', schema: 'rules.v1', key: value.rule_id, value }) as const

test('an alert carries the version of the rules that found it', () => {
  const { judge, rules } = detectorOf(RULE)
  expect(judge(anObservation()).alerts).toMatchObject([{ pack_version: rules.version }])
})

const COUNTING = (generate: boolean): RuleFile => ({
  file: 'burst.yml',
  text: `title: Many calls
name: burst
id: 22222222-2222-4222-8222-222222222222
correlation:
  type: event_count
  rules: [a-rule]
  group-by: [session_id, tool_name]
  timespan: 5m
  condition: { gte: 10 }
  generate: ${generate}
level: low
`,
})

test.for([
  { why: 'a rule that only counts writes a match', generate: false, alerts: 0 },
  { why: 'one that generates alerts too', generate: true, alerts: 1 },
])('$why, with what the correlation groups by', ({ generate, alerts }) => {
  const { judge } = detectorOf(RULE, COUNTING(generate))
  const found = judge(anObservation({ tool_name: 'find' }))
  expect(found.alerts).toHaveLength(alerts)
  expect(found.matches).toMatchObject([
    { reason: 'counted', group_by: { session_id: 'session-1', tool_name: 'find' } },
  ])
  expect(new Set(found.keys)).toEqual(new Set(['acme/session-1']))
})

const exception = (expires: string): RuleFile => ({
  file: 'nightly.yml',
  text: `title: The nightly report
id: 33333333-3333-4333-8333-333333333333
logsource: { product: tocsin, service: observation }
filter:
  rules: [a-rule]
  ours: { tool_name: report }
  condition: not ours
tocsin: { owner: data-team, reason: It runs each night, expires: '${expires}' }
`,
})
test.for([
  {
    why: 'a correlation reads a field that its rule has not',
    file: { file: 'burst.yml', text: COUNTING(true).text.replace('tool_name', 'no_such_field') },
  },
  {
    why: 'an exception is no Sigma',
    file: {
      ...exception('2030-01-01'),
      text: exception('2030-01-01').text.replace('tool_name', 'a|b'),
    },
  },
])('a pack is refused, and nothing thrown, where $why', ({ file }) => {
  const { refused, rules } = compileRuleSet([RULE, file])
  expect(refused).toHaveLength(1)
  expect(refused[0]).toMatchObject({ file: 'a-rule.yml' })
  expect(rules).toEqual([])
})

const isoOf = (us: number): string => new Date(us / 1000).toISOString()

test.for([
  { why: 'what it names', tool: 'report', expiresUs: AT_US + 1_000_000, alerts: 0 },
  { why: 'nothing else', tool: 'find', expiresUs: AT_US + 1_000_000, alerts: 1 },
  { why: 'nothing from its end on', tool: 'report', expiresUs: AT_US, alerts: 1 },
])('an exception allows $why', ({ tool, expiresUs, alerts }) => {
  const { judge } = detectorOf(RULE, exception(isoOf(expiresUs)))
  const found = judge(anObservation({ tool_name: tool }))
  expect(found.alerts).toHaveLength(alerts)
  expect(found.matches.map(({ reason, exception_id }) => [reason, exception_id])).toEqual(
    alerts === 1 ? [] : [['excepted', '33333333-3333-4333-8333-333333333333']],
  )
})

const SUPPRESSED = ruleFile({
  tocsin: {
    claims: ['anomaly'],
    summary: 'A call',
    suppress: { by: ['tool_name'], window: '10m' },
  },
})
type Differs = { atUs?: number; tool?: string; session?: string }
const WINDOW_US = Math.floor(AT_US / (10 * MINUTE_US)) * 10 * MINUTE_US

test.for([
  { why: 'the next event', differs: {}, isSame: true },
  { why: 'the last moment of the window', differs: { atUs: 10 * MINUTE_US - 1 }, isSame: true },
  { why: 'the window after', differs: { atUs: 10 * MINUTE_US }, isSame: false },
  { why: 'another tool', differs: { tool: 'other' }, isSame: false },
  { why: 'another session', differs: { session: 'session-2' }, isSame: false },
])('a suppressed rule has one alert for a window and its fields: $why', ({ differs, isSame }) => {
  const { judge } = detectorOf(SUPPRESSED)
  const seen = (eventId: string, atUs: number, tool: string, session: string): string[] => {
    const about = { event_id: eventId, tool_name: tool, session_id: session }
    const { alerts } = judge(anObservation({ ...about, occurred_at: atUs, collected_at: atUs }))
    return alerts.map((alert) => alert.alert_id)
  }
  const [first] = seen('event-1', WINDOW_US, 'find', 'session-1')
  const { atUs = 1, tool = 'find', session = 'session-1' }: Differs = differs
  const [second] = seen('event-2', WINDOW_US + atUs, tool, session)
  expect(first === second).toBe(isSame)
})

test('a staged rule records and alerts nobody, from the time it was told to', () => {
  const { judge, tell } = detectorOf()
  tell(told(change({ state: 'staged' })))
  const before = { occurred_at: AT_US - 1, collected_at: AT_US - 1 }
  expect(judge(anObservation(before))).toMatchObject({ alerts: [], matches: [] })
  expect(judge(anObservation())).toMatchObject({ alerts: [], matches: [{ reason: 'staged' }] })
})

test('a retired rule is silent from its time on; a promoted one alerts again', () => {
  const { judge, tell } = detectorOf(RULE)
  tell(told(change({ state: 'retired', effective_at: AT_US })))
  tell(told(change({ revision: 2, effective_at: AT_US + HOUR_US })))
  const at = (atUs: number) =>
    judge(anObservation({ occurred_at: atUs, collected_at: atUs })).alerts.length
  expect([at(AT_US - 1), at(AT_US), at(AT_US + HOUR_US - 1), at(AT_US + HOUR_US)]).toEqual([
    1, 0, 0, 1,
  ])
})

test.for([
  { why: 'no rule at all', text: '- a' },
  { why: 'a rule that is refused', text: ruleText({ level: 'severe' }) },
])('a change that is $why leaves the pack as it is', ({ text }) => {
  const { judge, tell, rules } = detectorOf(RULE)
  tell(told(change({ text })))
  expect(judge(anObservation()).alerts).toMatchObject([{ pack_version: rules.version }])
})

test('an older revision, or the same again, changes nothing', () => {
  const { judge, tell } = detectorOf(RULE)
  tell(told(change({ revision: 2 })), told(change({ revision: 1, state: 'retired' })))
  tell(told(change({ revision: 2, state: 'retired' })))
  expect(judge(anObservation()).alerts).toHaveLength(1)
})

test('a reload at a record equals a split replay at it', () => {
  const texts = [
    ruleText(),
    ruleText({ level: 'high', detection: { c: { effect: 'send' }, condition: 'c' } }),
  ]
  const records = Array.from({ length: 40 }, (_, index) => ({
    event_id: `event-${index}`,
    effect: index % 3 === 0 ? ('send' as const) : ('read' as const),
    occurred_at: AT_US + index * 1000,
    collected_at: AT_US + index * 1000,
  }))
  const run = (from: number, to: number, text: string) => {
    const { judge } = detectorOf({ file: 'a-rule.yml', text })
    return records.slice(from, to).flatMap((record) => judge(anObservation(record)).alerts)
  }
  for (const split of [0, 1, 17, 40]) {
    const { judge, tell } = detectorOf({ file: 'a-rule.yml', text: texts[0]! })
    const effective_at = AT_US + split * 1000
    tell(told(change({ text: texts[1]!, effective_at })))
    const reloaded = records.flatMap((record) => judge(anObservation(record)).alerts)
    const alike = (alerts: typeof reloaded) =>
      alerts.map((alert) => ({ ...alert, pack_version: null }))
    const expected = [...run(0, split, texts[0]!), ...run(split, 40, texts[1]!)]
    expect(alike(reloaded)).toEqual(alike(expected))
    expect(new Set(reloaded.map((alert) => alert.pack_version)).size).toBe(
      new Set(expected.map((alert) => alert.level)).size,
    )
  }
})
