import { describe, expect, test } from 'vitest'
import { parseCorrelation } from '#sigma/correlation.ts'
import type { Correlation } from '#sigma/correlation.ts'
import { readDocuments, refusedBy } from '#sigma/documents.ts'
import { timespanUs } from '#sigma/timespan.ts'

function read(text: string): Correlation {
  const [document] = readDocuments('a.yml', text).documents
  if (document === undefined) throw new Error('the test holds no document')
  return parseCorrelation(document)
}

/** Why a text is refused, with the line. */
function refusal(text: string): string {
  const [document] = readDocuments('a.yml', text).documents
  if (document === undefined) return 'no document'
  try {
    parseCorrelation(document)
    return 'taken'
  } catch (error) {
    const { line, reason } = refusedBy(document, error)
    return `${line}: ${reason}`
  }
}

const withBlock = (block: string): string => `title: t\ncorrelation: { ${block} }`
const withCondition = (type: string, condition: string): string =>
  `title: t
correlation:
  type: ${type}
  rules: [a, b, c]
  timespan: 5m
  condition: ${condition}`

test('a document of any Sigma tree, without our block', () => {
  const correlation = read(`title: Many refused logons
id: 4d9a2b9e-7f3e-4c55-8f5e-2c0a3b1d7e66
status: test
references: [https://example.org]
author: someone
date: 2026-01-05
tags: [attack.t1110, atlas.aml.t0051.001, owasp.mcp06]
correlation:
  type: event_count
  rules: refused_logon
  group-by: host
  timespan: 90m
  condition: { gt: 100, lte: 200 }
falsepositives: A scanner
level: high`)
  expect(correlation).toMatchObject({
    id: '4d9a2b9e-7f3e-4c55-8f5e-2c0a3b1d7e66',
    name: undefined,
    level: 'high',
    type: 'event_count',
    rules: ['refused_logon'],
    groupBy: ['host'],
    timespanUs: 5_400_000_000,
    condition: { kind: 'number', bounds: { gt: 100, lte: 200 }, fields: [] },
    generate: false,
    tocsin: undefined,
    falsepositives: ['A scanner'],
    atlas: ['AML.T0051.001'],
    owasp: ['MCP06'],
  })
})

test('our block, and tests of a correlation', () => {
  const correlation = read(`title: t
name: read-then-sent
correlation:
  type: temporal_ordered
  rules: [read, sent]
  group-by: [session_id]
  timespan: 30m
  generate: true
tocsin: { claims: [data_left], summary: Private data was read and then sent out }
tests:
  - why: in order
    matches: [{ rule: read, n: 7 }, { rule: sent, after: 30s }]
    fires: true`)
  expect(correlation).toMatchObject({
    id: 'read-then-sent',
    generate: true,
    condition: { kind: 'number', bounds: { gte: 2 } },
    tocsin: { claims: ['data_left'], guide: [], needs: [] },
    tests: [
      {
        fires: true,
        matches: [
          { rule: 'read', afterUs: 0, fields: { n: '7' } },
          { rule: 'sent', afterUs: 30_000_000, fields: {} },
        ],
      },
    ],
  })
})

test('generate may stand beside the block, as in the specification', () => {
  const block = 'correlation: { type: temporal, rules: [a, b], timespan: 1m }'
  expect(read(`title: t\n${block}`).generate).toBe(false)
  expect(read(`title: t\ngenerate: true\n${block}`).generate).toBe(true)
})

test('without id and name it is known by what it says', () => {
  const one = read(withBlock('type: temporal, rules: [a, b], timespan: 1m'))
  const other = read(withBlock('type: temporal, rules: [a, b], timespan: 2m'))
  expect(one.id).toMatch(/^[0-9a-f]{32}$/)
  expect(one.id).not.toBe(other.id)
  expect(one.version).not.toBe(other.version)
})

test.for([
  { text: '1s', seconds: 1 },
  { text: '90m', seconds: 5_400 },
  { text: '2h', seconds: 7_200 },
  { text: '1d', seconds: 86_400 },
  { text: '1w', seconds: 604_800 },
  { text: '1M', seconds: 2_629_746 },
  { text: '1y', seconds: 31_556_952 },
  { text: '0s', seconds: 0 },
  { text: '5', seconds: undefined },
  { text: 'm', seconds: undefined },
  { text: '1.5h', seconds: undefined },
  { text: '-1s', seconds: undefined },
  { text: '1S', seconds: undefined },
])('the time span $text is $seconds s', ({ text, seconds }) => {
  expect(timespanUs(text)).toBe(seconds === undefined ? undefined : seconds * 1_000_000)
})

describe('conditions over rules', () => {
  test.for([
    { condition: 'a AND b AND c', terms: ['a b c'] },
    { condition: 'a and (b or c)', terms: ['a b', 'a c'] },
    { condition: 'a and (b or c) and not c', terms: ['a b -c'] },
    { condition: 'a and not (b or c)', terms: ['a -b -c'] },
    { condition: 'a and not (b and c)', terms: ['a -b', 'a -c'] },
    { condition: 'not (not a or not b) and c', terms: ['a b c'] },
  ])('$condition', ({ condition, terms }) => {
    const read_ = read(withCondition('temporal', condition)).condition
    if (read_.kind !== 'rules') throw new Error('a condition over rules')
    const said = read_.terms.map(({ seen, unseen }) =>
      [...seen, ...unseen.map((name) => `-${name}`)].join(' '),
    )
    expect(said).toEqual(terms)
  })

  test('its rules may stand in the condition alone', () => {
    const block = 'type: temporal, timespan: 1m, condition: a and (b or not c)'
    expect(read(withBlock(block)).rules).toEqual(['a', 'b', 'c'])
  })
})

describe('refused, with the line', () => {
  test.for([
    [
      'type: event_count, rules: [a], condition: { gte: 1 }',
      /^2: correlation\.timespan: a time span is/,
    ],
    ['type: event_count, rules: [a], timespan: 0s, condition: { gte: 1 }', /longer than nothing/],
    ['type: event_count, rules: [a], timespan: 11y, condition: { gte: 1 }', /at most ten years/],
    ['type: event_count, rules: [a], timespan: 1m', /there is no condition/],
    ['type: event_count, timespan: 1m, condition: { gte: 1 }', /refers to no rule/],
    ['type: event_rate, rules: [a], timespan: 1m', /correlation\.type: a correlation is one of/],
    ['type: temporal, rules: [a, a], timespan: 1m', /stands there twice/],
    ['type: temporal, rules: [], timespan: 1m', /correlation\.rules/],
    ['type: temporal, rules: [a], timespan: 1m, within: 2', /correlation/],
    ['type: temporal, rules: [a], timespan: 1m, aliases: { x: a }', /correlation\.aliases/],
  ] as const)('%s', ([block, reason]) => {
    expect(refusal(withBlock(block))).toMatch(reason)
  })

  test.for([
    ['event_count', '{}', /^6: .*compares with nothing/],
    ['event_count', '{ ne: 3 }', /^6: .*made of gt, gte/],
    ['event_count', '{ gte: many }', /finite number/],
    ['event_count', '{ gte: 1.5 }', /whole number/],
    ['event_count', '{ gte: 100001 }', /up to 100000/],
    ['event_count', '{ lt: 1 }', /no count from 1/],
    ['event_count', '{ eq: 0 }', /no count from 1/],
    ['event_count', '{ gt: 3, lte: 3 }', /no count from 1/],
    ['event_count', '{ gte: 2, field: n }', /reads no field/],
    ['event_count', 'a and b', /its condition is a map/],
    ['value_count', '{ gte: 2 }', /value_count needs a field/],
    ['value_sum', '{ gt: 2, field: [n, m] }', /reads one field/],
    ['value_sum', '{ gt: 2, lt: 2, field: n }', /no number fits/],
    ['value_sum', '{ gt: 2, field: n, percentile: 5 }', /has no percentile/],
    ['value_percentile', '{ gt: 2, field: n, percentile: 101 }', /percentile/],
    ['temporal', '{ gte: 4 }', /no count from 1 to 3/],
    ['temporal', 'a and b', /leaves out the rule "c"/],
    ['temporal', 'a and b and d', /no selection is named "d"/],
    ['temporal', 'a and not a and (b or c)', /never hold/],
    ['temporal', 'a or b or not c', /where nothing was seen/],
    ['temporal', '[a, b]', /made of|map|expected/i],
  ] as const)('%s: %s', ([type, condition, reason]) => {
    expect(refusal(withCondition(type, condition))).toMatch(reason)
  })
})
