import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { compileAlertNormalizer } from '../../../services/collect/normalize/alert.ts'
import { SCHEMAS } from '../an-event.ts'

const NOW_US = 1_800_000_000_000_000
const normalizeAlert = compileAlertNormalizer(SCHEMAS)
const aFinding = (differs: Record<string, unknown> = {}): Record<string, unknown> => ({
  tenant_id: 'acme',
  source: 'edr',
  level: 'high',
  title: 'A shell began',
  summary: 'A shell began under the agent',
  session_id: 's-1',
  occurred_at: '2026-01-05T08:00:00Z',
  ...differs,
})
const alertOf = (differs: Record<string, unknown>) => {
  const normalized = normalizeAlert(aFinding(differs), NOW_US)
  return normalized.ok ? normalized.alert : undefined
}

test.for([
  { why: 'no object', json: 'x', reason: 'NOT_AN_OBJECT', detail: '' },
  ...['tenant_id', 'source', 'level', 'title', 'summary'].map((name) => ({
    why: 'absent',
    json: aFinding({ [name]: null }),
    reason: 'MISSING_FIELD',
    detail: name,
  })),
  { why: 'empty', json: aFinding({ source: '' }), reason: 'MISSING_FIELD', detail: 'source' },
  {
    why: 'neither session nor entity',
    json: aFinding({ session_id: null }),
    reason: 'MISSING_FIELD',
    detail: 'session_id',
  },
  { why: 'no level', json: aFinding({ level: 'urgent' }), reason: 'BAD_ENUM', detail: 'level' },
  { why: 'no layer', json: aFinding({ layer: 'disk' }), reason: 'UNKNOWN_LAYER', detail: 'layer' },
  {
    why: 'no time',
    json: aFinding({ occurred_at: 'now' }),
    reason: 'BAD_TIME',
    detail: 'occurred_at',
  },
  { why: 'no type', json: aFinding({ entities: ['x'] }), reason: 'WRONG_TYPE', detail: 'entities' },
  {
    why: 'too long',
    json: aFinding({ title: 'x'.repeat(501) }),
    reason: 'OUT_OF_RANGE',
    detail: 'title',
  },
  {
    why: 'too many',
    json: aFinding({ event_ids: Array(1_001).fill('e') }),
    reason: 'OUT_OF_RANGE',
    detail: 'event_ids',
  },
])('refuses $detail: $why', ({ json, reason, detail }) => {
  expect(normalizeAlert(json, NOW_US)).toMatchObject({ ok: false, reason, detail })
})

describe('a finding', () => {
  test('claims an anomaly and nothing more, whatever it says', () => {
    expect(
      alertOf({ kind: 'rule', claims: ['data_left'], facts: 7, evidence: ['x'], late: 'x' }),
    ).toMatchObject({
      kind: 'external',
      source: 'edr',
      claims: ['anomaly'],
      evidence: null,
      late: false,
      rule_id: 'external:edr',
      facts: { rows: 0, objects: [] },
    })
  })

  test.for([
    { why: 'its own', differs: {}, session: 's-1' },
    {
      why: 'an entity’s',
      differs: { session_id: null, entities: ['ip:x', 'session:s-2'] },
      session: 's-2',
    },
    {
      why: 'its server',
      differs: { session_id: null, server_id: 'db', entities: ['ip:x'] },
      session: 'server:db',
    },
    {
      why: 'an entity’s server',
      differs: { session_id: null, entities: ['server:db'] },
      session: 'server:db',
    },
    {
      why: 'its source',
      differs: { session_id: '', entities: ['ip:10.0.0.1'] },
      session: 'server:edr',
    },
  ])('belongs to $why: $session', ({ differs, session }) => {
    expect(alertOf(differs)?.session_id).toBe(session)
  })

  test('is the same alert when posted again, and another when anything it says differs', () => {
    const once = alertOf({})?.alert_id
    expect(alertOf({})?.alert_id).toBe(once)
    expect(alertOf({ entities: ['a:1', 'b:2'] })?.alert_id).toBe(
      alertOf({ entities: ['b:2', 'a:1'] })?.alert_id,
    )
    const others = [{ title: 'x' }, { summary: 'x' }, { tenant_id: 'x' }, { event_ids: ['e'] }]
    const ids = others.map((differs) => alertOf(differs)?.alert_id)
    expect(new Set([once, ...ids]).size).toBe(others.length + 1)
  })

  test('cannot take the id of an alert of ours', () => {
    const ours = '0123456789abcdef0123456789abcdef'
    expect(alertOf({ alert_id: ours })?.alert_id).not.toBe(ours)
    expect(alertOf({ alert_id: ours, title: 'x' })?.alert_id).toBe(
      alertOf({ alert_id: ours })?.alert_id,
    )
  })

  test.for([{ tenant_id: 'other' }, { source: 'other' }])(
    'of %o cannot take the place of one with the same name',
    (differs) => {
      const named = { alert_id: 'finding-1' }
      const own = alertOf(named)?.alert_id
      expect(alertOf({ ...named, ...differs })?.alert_id).not.toBe(own)
    },
  )

  test('without a time happens now', () => {
    expect(alertOf({ occurred_at: null })?.occurred_at).toBe(NOW_US)
  })
})

test('never throws', () => {
  const names = Object.keys(aFinding({ entities: 1, measures: 1, facts: 1, alert_id: 1 }))
  const bent = fc.dictionary(fc.constantFrom(...names), fc.jsonValue()).map(aFinding)
  fc.assert(
    fc.property(fc.oneof(bent, fc.jsonValue()), (json) => {
      expect(normalizeAlert(json, NOW_US).ok).toBeTypeOf('boolean')
    }),
  )
})
