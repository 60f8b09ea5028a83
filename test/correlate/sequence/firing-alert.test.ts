import { expect, test } from 'vitest'
import { createSequenceEngine } from '../../../services/correlate/sequence/engine.ts'
import { firingAlertFields } from '../../../services/correlate/sequence/firing-alert.ts'
import { firesOnTest } from '../../../services/correlate/sequence/sequence-tests.ts'
import { aMatch, at, correlationsOf, SECOND_US } from './a-correlation.ts'

const PACK = 'pack-1'

const CHAIN = correlationsOf(`title: Many refusals
name: many
correlation:
  type: event_count
  rules: [refused]
  timespan: 10s
  group-by: user_id
  condition: { gte: 2 }
tests:
  - why: two of one user
    matches: [{ rule: refused, user_id: u }, { rule: refused, after: 9s, user_id: u }]
    fires: true
  - why: too far apart
    matches: [{ rule: refused, user_id: u }, { rule: refused, after: 10s, user_id: u }]
    fires: false
  - { why: wrong on purpose, matches: [{ rule: refused, user_id: u }], fires: true }
---
title: Many refusals, then let in
name: then-in
level: high
tags: [atlas.aml.t0012, owasp.mcp07]
correlation: { type: temporal_ordered, rules: [many, let_in], timespan: 10s, group-by: session_id }
tocsin: { claims: [unrequested], summary: It tried until it was let in }`)

const by = (user_id: string) => ({ user_id, layer: 'data' }) as const

test('a chain fires once for its top, with the events below, and becomes an alert', () => {
  const engine = createSequenceEngine(CHAIN, { horizonUs: SECOND_US })
  const firings = [
    aMatch('let_in', 3, by('u-1')),
    aMatch('refused', 1, by('u-1')),
    aMatch('refused', 1.5, by('u-2')),
    aMatch('refused', 2, by('u-1')),
  ].flatMap((match) => engine.onMatch(match))
  expect(firings).toHaveLength(1)
  const [firing] = firings
  const top = CHAIN.find(({ correlation }) => correlation.id === 'then-in')
  if (firing === undefined || top === undefined) throw new Error('a firing of the top')
  const alert = firingAlertFields(top.correlation, firing, PACK)
  expect(alert).toMatchObject({
    tenant_id: 'acme',
    rule_id: 'then-in',
    rule_name: 'then-in',
    pack_version: PACK,
    kind: 'sequence',
    layer: 'data',
    level: 'high',
    occurred_at: at(3),
    session_id: 's-1',
    user_id: 'u-1',
    event_ids: ['refused-2', 'let_in-3'],
    summary: 'It tried until it was let in',
    claims: ['unrequested'],
    entities: ['session_id:s-1'],
    atlas: ['AML.T0012'],
    owasp: ['MCP07'],
    measures: [{ name: 'temporal_ordered', observed: 2, expected: 2, score: null }],
  })
  const settled = firingAlertFields(
    top.correlation,
    {
      ...firing,
      eventIds: ['other'],
      lastUs: at(4),
    },
    PACK,
  )
  const short = firingAlertFields(top.correlation, { ...firing, droppedCount: 7 }, PACK)
  expect(short.measures).toContainEqual(
    expect.objectContaining({ name: 'matches_dropped', observed: 7 }),
  )
  expect(settled.alert_id).toBe(alert.alert_id)
  const other = firingAlertFields(top.correlation, { ...firing, firingId: 'other' }, PACK)
  expect(other.alert_id).not.toBe(alert.alert_id)
})

test('a correlation runs its own tests, and names those that do not hold', () => {
  const many = CHAIN.find(({ correlation }) => correlation.id === 'many')?.correlation
  const failed = many?.tests.filter(
    (one) => firesOnTest(CHAIN, many, one, () => undefined) !== one.fires,
  )
  expect(failed?.map(({ why }) => why)).toEqual(['wrong on purpose'])
})
