import { describe, expect, test } from 'vitest'
import { resolveCorrelations } from '#sigma/correlation-resolve.ts'
import type { ResolvedCorrelations } from '#sigma/correlation-resolve.ts'
import { parseCorrelation } from '#sigma/correlation.ts'
import { readDocuments } from '#sigma/documents.ts'

const BASE = [
  { id: 'id-of-read', name: 'read' },
  { id: 'id-of-sent', name: 'sent' },
  { id: 'id-of-twin', name: 'twin' },
  { id: 'id-of-other-twin', name: 'twin' },
]

/** Correlations by name; each block is grouped by session unless it says otherwise. */
function resolved(blocks: Readonly<Record<string, string>>): ResolvedCorrelations {
  const text = Object.entries(blocks)
    .map(([name, block]) => `title: t\nname: ${name}\ncorrelation:\n  { timespan: 1m, ${block} }`)
    .join('\n---\n')
  const documents = readDocuments('a.yml', text).documents.map(parseCorrelation)
  return resolveCorrelations(documents, BASE)
}

const COUNT = 'type: event_count, condition: { gte: 2 }'

test('lower ones come first, and what matches must carry goes down the chain', () => {
  const { ordered, refused, feeds, silentRuleIds } = resolved({
    top: 'type: temporal_ordered, rules: [many, id-of-sent], group-by: [host, user_id]',
    many: `${COUNT}, rules: [read], group-by: who, aliases: { who: { read: user_id } }`,
  })
  expect(refused).toEqual([])
  expect(
    ordered.map(({ correlation, carries, alerts }) => [correlation.id, carries, alerts]),
  ).toEqual([
    ['many', ['host', 'user_id'], false],
    ['top', [], true],
  ])
  expect(ordered[0]?.inputs).toEqual([
    {
      kind: 'rule',
      id: 'id-of-read',
      groupFields: ['user_id'],
      valueFields: [],
      carryFields: ['host', 'user_id'],
    },
  ])
  expect([...feeds]).toEqual([
    ['id-of-sent', ['host', 'user_id']],
    ['id-of-read', ['host', 'user_id']],
  ])
  expect([...silentRuleIds].sort()).toEqual(['id-of-read', 'id-of-sent'])
})

test('the condition reads fields too, through aliases', () => {
  const { feeds } = resolved({
    one: `type: value_count, rules: [read, sent], group-by: server_id,
      condition: { gte: 2, field: who }, aliases: { who: { sent: from } }`,
  })
  expect([...feeds]).toEqual([
    ['id-of-read', ['server_id', 'who']],
    ['id-of-sent', ['from', 'server_id']],
  ])
})

test('who says generate stays loud, whatever others say', () => {
  const { silentRuleIds, ordered } = resolved({
    many: `${COUNT}, rules: [read]`,
    loud: 'type: temporal, rules: [many, read], generate: true',
    quiet: 'type: temporal, rules: [read, sent]',
  })
  expect([...silentRuleIds]).toEqual(['id-of-sent'])
  expect(ordered.map(({ correlation, alerts }) => [correlation.id, alerts])).toContainEqual([
    'many',
    true,
  ])
})

describe('refused, and what rests on it; the others stand', () => {
  test.for([
    {
      why: 'unknown',
      blocks: { one: `${COUNT}, rules: [nobody]` },
      is: ['4: correlation.rules.0: no rule has'],
    },
    {
      why: 'ambiguous',
      blocks: { one: `${COUNT}, rules: [twin]` },
      is: ['4: correlation.rules.0: more than one'],
    },
    {
      why: 'the same by id and name',
      blocks: { one: `${COUNT}, rules: [read, id-of-read]` },
      is: ['4: correlation.rules: a rule stands'],
    },
    {
      why: 'itself',
      blocks: { one: `${COUNT}, rules: [one]` },
      is: ['4: correlation.rules.0: it comes back'],
    },
    {
      why: 'a cycle',
      blocks: { one: `${COUNT}, rules: [two]`, two: `${COUNT}, rules: [one]` },
      is: [
        '9: correlation.rules.0: it comes back',
        '4: correlation.rules.0: it is a correlation that is refused',
      ],
    },
    {
      why: 'an alias of a rule it does not look at',
      blocks: { one: `${COUNT}, rules: [read], aliases: { who: { sent: user_id } }` },
      is: ['4: correlation.aliases.who.sent: the correlation does not look'],
    },
    {
      why: 'an alias of an unknown rule',
      blocks: { one: `${COUNT}, rules: [read], aliases: { who: { nobody: user_id } }` },
      is: ['4: correlation.aliases.who.nobody: no rule has'],
    },
    {
      why: 'two of one name',
      blocks: { read: `${COUNT}, rules: [sent]`, one: `${COUNT}, rules: [read]` },
      is: ['9: correlation.rules.0: more than one'],
    },
  ])('$why', ({ blocks, is }) => {
    const { refused, ordered } = resolved({ ...blocks, good: `${COUNT}, rules: [sent]` })
    const said = refused.map(({ line, reason }) => `${line}: ${reason}`)
    expect(said).toEqual(is.map((start) => expect.stringContaining(start)))
    expect(ordered.map(({ correlation }) => correlation.id)).toContain('good')
  })
})
