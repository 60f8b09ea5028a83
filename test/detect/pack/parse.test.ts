import { expect, test } from 'vitest'
import { parseRule } from '../../../services/detect/pack/parse.ts'
import { aRule, ruleText } from '../a-rule.ts'

test('reads a whole rule', () => {
  const rule = aRule({
    logsource: { product: 'tocsin', service: 'event', category: 'model' },
    detection: { answer: { output_text: 'x' }, condition: 'answer' },
    tags: ['atlas.aml.t0051.001', 'owasp.mcp06', 'owasp.asi01', 'attack.t1000'],
    tests: [{ why: 'it must', event: { output_text: 'x' }, fires: true }],
  })
  expect(rule).toMatchObject({
    name: 'a-rule',
    service: 'event',
    layers: ['model'],
    atlas: ['AML.T0051.001'],
    owasp: ['ASI01', 'MCP06'],
    claims: ['anomaly'],
    tests: [{ fires: true }],
  })
})

test('a rule without a category reads every layer', () => {
  expect(aRule().layers).toEqual(['application', 'data', 'network', 'model'])
})

test('the version is a hash of the text, or what the rule says', () => {
  const hashed = aRule().version
  expect(hashed).toMatch(/^[0-9a-f]{12}$/)
  expect(aRule().version).toBe(hashed)
  expect(aRule({ title: 'Another' }).version).not.toBe(hashed)
  const tocsin = { claims: ['anomaly'], summary: 'A call', version: '7' }
  expect(aRule({ tocsin }).version).toBe('7')
})

const observation = (fields: Record<string, unknown>): Record<string, unknown> => ({
  detection: { call: fields, condition: 'call' },
})
const event = (fields: Record<string, unknown>, category?: string): Record<string, unknown> => ({
  logsource: {
    product: 'tocsin',
    service: 'event',
    ...(category === undefined ? {} : { category }),
  },
  ...observation(fields),
})

test.for([
  { why: 'a fact', differs: observation({ tool_calls: 5 }) },
  { why: 'an origin', differs: observation({ 'recipient.origin': 'user' }) },
  {
    why: 'the origin of a nested argument',
    differs: observation({ 'to[0].address.origin': 'user' }),
  },
  { why: 'any origin', differs: observation({ 'any.origin': 'user' }) },
  { why: 'a statistic of a count', differs: observation({ 'tool_calls.robust_z|gt': 3 }) },
  { why: 'a statistic of a feature', differs: observation({ 'text.entropy.percentile|gt': 99 }) },
  { why: 'the novelty of a name', differs: observation({ 'tool_name.novelty_days|gt': 3 }) },
  { why: 'a feature', differs: observation({ 'text.entropy|gt': 3 }) },
  { why: 'a feature without a dot', differs: observation({ 'features.delegated': 1 }) },
  { why: 'a path into a list', differs: observation({ 'objects_read.object': 'x' }) },
  { why: 'a field of every layer', differs: event({ action: 'x' }) },
  { why: 'a field of one layer', differs: event({ dns_query: 'x' }) },
  { why: 'a field nobody here knows', differs: event({ 'extra.color': 'x' }) },
])('can read $why', ({ differs }) => {
  expect(() => aRule(differs)).not.toThrow()
})

test.for([
  { why: 'no YAML', text: 'title: [', says: 'not YAML', line: 1 },
  { why: 'a key twice', text: 'title: a\ntitle: b\n', says: 'duplicated mapping key', line: 2 },
  { why: 'no rule', text: '- a\n- b\n', says: 'no rule', line: 1 },
  {
    why: 'a rule without end',
    text: `title: ${'a'.repeat(70_000)}`,
    says: 'too long',
    line: undefined,
  },
  { why: 'an alias without anchor', text: 'title: *nobody', says: 'alias', line: 1 },
])('refuses $why', ({ text, says, line }) => {
  const parsed = parseRule('bad.yml', text)
  expect(parsed).toMatchObject({ ok: false, refused: { file: 'bad.yml', line } })
  expect(parsed.ok ? '' : parsed.refused.reason).toContain(says)
})

const logsource = (differs: object): Record<string, unknown> => ({
  logsource: { product: 'tocsin', ...differs },
})

test.for([
  { why: 'a correlation', differs: { correlation: {} }, says: 'correlation document' },
  { why: 'a filter', differs: { filter: {} }, says: 'filter document' },
  { why: 'no stream', differs: logsource({}), says: 'exactly one stream' },
  { why: 'both streams', differs: logsource({ service: 'both' }), says: 'exactly one stream' },
  {
    why: 'an unknown layer',
    differs: logsource({ service: 'event', category: 'x' }),
    says: 'category',
  },
  {
    why: "another product's rule",
    differs: { logsource: { product: 'windows' } },
    says: 'product',
  },
  { why: 'a bad id', differs: { id: '5' }, says: 'id' },
  { why: 'a bad name', differs: { name: 'A Rule' }, says: 'hyphens' },
  { why: 'an unknown level', differs: { level: 'severe' }, says: 'level' },
  { why: 'a bad tag', differs: { tags: ['Atlas'] }, says: 'namespace' },
  {
    why: 'an unknown claim',
    differs: { tocsin: { claims: ['doom'], summary: 'x' } },
    says: 'tocsin.claims',
  },
  { why: 'no condition', differs: { detection: { call: { action: 'x' } } }, says: 'no condition' },
  { why: 'no selection', differs: { detection: { condition: 'x' } }, says: 'no selection' },
  {
    why: 'a time frame',
    differs: { detection: { timeframe: '5m', condition: 'x' } },
    says: 'timeframe',
  },
  { why: 'keywords', differs: { detection: { call: ['a'], condition: 'call' } }, says: 'keywords' },
  { why: 'an empty selection', differs: observation({}), says: 'empty' },
  { why: 'a misspelt fact', differs: observation({ efect: 'pay' }), says: 'no field "efect"' },
  {
    why: 'a statistic of text',
    differs: observation({ 'effect.robust_z|gt': 3 }),
    says: 'no robust_z',
  },
  {
    why: 'novelty of a count',
    differs: observation({ 'rows.novelty_days|gt': 3 }),
    says: 'no novelty',
  },
  {
    why: 'a statistic on events',
    differs: event({ 'tool_calls.robust_z|gt': 3 }),
    says: 'no event',
  },
  {
    why: "another layer's field",
    differs: event({ dns_query: 'x' }, 'model'),
    says: 'no event of model',
  },
  { why: 'a name that is none', differs: observation({ 'a b': 1 }), says: 'no field name' },
  {
    why: 'a summary with content',
    differs: { tocsin: { claims: ['anomaly'], summary: 'to {destination_host}' } },
    says: 'a summary cannot hold',
  },
])('refuses $why', ({ differs, says }) => {
  const parsed = parseRule('bad.yml', ruleText(differs))
  expect(parsed.ok).toBe(false)
  expect(parsed.ok ? '' : parsed.refused.reason).toContain(says)
})

test('names the line of what is wrong', () => {
  const text = ruleText(observation({ action: 'x', 'effect|sounds_like': 'y' }))
  const line = text.split('\n').findIndex((one) => one.includes('sounds_like')) + 1
  expect(parseRule('bad.yml', text)).toEqual({
    ok: false,
    refused: {
      file: 'bad.yml',
      line,
      reason: 'detection.call.effect|sounds_like: there is no modifier "sounds_like"',
    },
  })
})
