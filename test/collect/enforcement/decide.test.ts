import { describe, expect, test } from 'vitest'

import { decide, type Asked, type Subject } from '../../../services/collect/enforcement/decide.ts'
import { EnforcementPoint } from '../../../services/collect/enforcement/point.ts'
import {
  restrictionOf,
  RestrictionSet,
  type Restriction,
} from '../../../services/collect/enforcement/restrictions.ts'
import { aRestriction } from '../../support/mcp/a-pipeline.ts'

const NOW_US = 1_000_000

const anAsker = (differs: Partial<Subject> = {}): Subject => ({
  serverId: 'notes',
  sessionId: 's-1',
  agentId: 'desk',
  roles: ['support'],
  tokenIds: ['token-1', 'token-hash-1'],
  names: ['user-1'],
  ...differs,
})
const aCall = (differs: Partial<Asked> = {}): Asked => ({
  kind: 'request',
  method: 'tools/call',
  toolName: 'write_note',
  definitionHash: 'hash-1',
  isReading: false,
  ...differs,
})
const aRequest = (method: string, kind: Asked['kind'] = 'request'): Asked =>
  aCall({ kind, method, toolName: undefined, definitionHash: undefined })

function verdict(
  restrictions: readonly (Restriction | ReturnType<typeof aRestriction>)[],
  asked: Asked,
  subject = anAsker(),
): string {
  const set = new RestrictionSet()
  for (const [index, one] of restrictions.entries())
    set.apply({ ...one, enforcement_id: `${one.enforcement_id}-${index}` })
  return decide(set, subject, asked, NOW_US).verdict
}

describe('the scope of a restriction', () => {
  test.for([
    { scope_kind: 'session', scope_value: 's-1', other: 's-2' },
    { scope_kind: 'agent', scope_value: 'desk', other: 'desk2' },
    { scope_kind: 'role', scope_value: 'support', other: 'sales' },
    { scope_kind: 'server', scope_value: 'notes', other: 'mail' },
    { scope_kind: 'tool', scope_value: 'notes/write_note', other: 'mail/write_note' },
    { scope_kind: 'definition_hash', scope_value: 'hash-1', other: 'hash-2' },
    { scope_kind: 'token', scope_value: 'token-1', other: 'token-2' },
    { scope_kind: 'token', scope_value: 'token-hash-1', other: 'user-1' },
  ] as const)('$scope_kind $scope_value, and not $other', ({ other, ...scope }) => {
    expect(verdict([aRestriction(scope)], aCall())).toBe('refuse')
    expect(verdict([aRestriction({ ...scope, scope_value: other })], aCall())).toBe('pass')
  })

  test.for([
    { why: 'a name of the sender’s', scope_value: 'user-1', is: 'refuse' },
    { why: 'nobody here', scope_value: 'user-2', is: 'pass' },
  ])('of a kind that a later version has, on $why: $is', ({ scope_value, is }) => {
    const later = { ...aRestriction({ scope_value }), scope_kind: 'subject' }
    expect(verdict([later], aCall())).toBe(is)
  })
})

describe('what a restriction allows', () => {
  const listing = aRequest('tools/list')
  const reading = aCall({ isReading: true })
  const declared = aCall({ toolName: 'find_note' })
  const answering = aRequest('response', 'response')
  const listening = aRequest('listen', 'stream')
  test.for([
    { restriction: 'refuse', asked: aCall(), is: 'refuse' },
    { restriction: 'refuse', asked: reading, is: 'refuse' },
    { restriction: 'refuse', asked: listing, is: 'pass' },
    { restriction: 'refuse', asked: answering, is: 'refuse' },
    { restriction: 'refuse', asked: listening, is: 'refuse' },
    { restriction: 'refuse', asked: aRequest('resources/read'), is: 'refuse' },
    { restriction: 'refuse', asked: aRequest('new/method'), is: 'refuse' },
    {
      restriction: 'refuse',
      asked: aRequest('notifications/cancelled', 'notification'),
      is: 'pass',
    },
    { restriction: 'read_only', asked: aCall(), is: 'refuse' },
    { restriction: 'read_only', asked: reading, is: 'pass' },
    { restriction: 'read_only', asked: aRequest('resources/read'), is: 'pass' },
    { restriction: 'read_only', asked: answering, is: 'refuse' },
    { restriction: 'read_only', asked: listening, is: 'pass' },
    { restriction: 'read_only', asked: aRequest('new/method'), is: 'refuse' },
    { restriction: 'declared_tools', asked: declared, is: 'pass' },
    { restriction: 'declared_tools', asked: reading, is: 'refuse' },
    { restriction: 'sanitise', asked: aCall(), is: 'pass' },
    { restriction: 'none', asked: aCall(), is: 'pass' },
    { restriction: 'close', asked: listing, is: 'close' },
    { restriction: 'of a later version', asked: reading, is: 'refuse' },
  ])('$restriction: $asked.method, $asked.toolName, reads $asked.isReading: $is', (row) => {
    const tool_names = ['find_note']
    const restriction = { ...aRestriction({ tool_names }), restriction: row.restriction }
    expect(verdict([restriction], row.asked)).toBe(row.is)
  })

  test('the strictest of several holds', () => {
    const refusing = aRestriction({ scope_kind: 'agent', scope_value: 'desk' })
    const closing = aRestriction({ restriction: 'close' })
    expect(verdict([refusing, closing], aCall())).toBe('close')
    const readOnly = aRestriction({ restriction: 'read_only' })
    expect(verdict([readOnly, refusing], reading)).toBe('refuse')
  })

  test.for([
    { why: 'a moment before', expires_at: NOW_US + 1, is: 'refuse' },
    { why: 'at that moment', expires_at: NOW_US, is: 'pass' },
  ])('until it expires: $why it is $is', ({ expires_at, is }) => {
    expect(verdict([aRestriction({ expires_at })], aCall())).toBe(is)
  })
})

describe('what is known of restrictions', () => {
  test('an older revision changes nothing, a newer one lifts', () => {
    const set = new RestrictionSet()
    const steps = [
      aRestriction({ revision: 2 }),
      aRestriction({ revision: 1, restriction: 'none' }),
      aRestriction({ revision: 3, restriction: 'none' }),
      aRestriction({ revision: 2 }),
    ]
    const seen = steps.map((one) => [set.apply(one), set.size])
    expect(seen).toEqual([
      [true, 1],
      [false, 1],
      [true, 0],
      [false, 0],
    ])
  })

  test.for([
    { why: 'no object', json: 7 },
    { why: 'no scope', json: { ...aRestriction(), scope_value: undefined } },
    { why: 'a revision that is none', json: { ...aRestriction(), revision: 'x' } },
  ])('$why is no restriction', ({ json }) => expect(restrictionOf(json)).toBeUndefined())

  test('times may be those of JSON', () => {
    const json = { ...aRestriction(), expires_at: '1970-01-01T00:00:02.000000Z' }
    expect(restrictionOf(json)?.expires_at).toBe(2_000_000)
  })
})

describe('while the log of restrictions is away', () => {
  const point = (failsClosed: string[]): EnforcementPoint => {
    const policy = { tenantId: 'default', readingTools: new Set<string>() }
    const made = new EnforcementPoint({ ...policy, failsClosed: new Set(failsClosed) })
    made.isAway = true
    return made
  }
  test.for([
    { why: 'a server that fails closed refuses', closed: ['notes'], is: 'refuse' },
    { why: 'every server does', closed: ['*'], is: 'refuse' },
    { why: 'a server that fails open goes on', closed: ['mail'], is: 'pass' },
  ])('$why', ({ closed, is }) => {
    expect(point(closed).decide(anAsker(), aCall(), NOW_US).verdict).toBe(is)
    expect(point(closed).isIdle('notes')).toBe(is === 'pass')
  })

  test('what is restricted stays restricted', () => {
    const open = point([])
    open.apply(restrictionOf(aRestriction()) as Restriction)
    expect(open.decide(anAsker(), aCall(), NOW_US).verdict).toBe('refuse')
  })

  test('another tenant’s restriction is not ours', () => {
    expect(point([]).apply(aRestriction({ tenant_id: 'other' }))).toBe(false)
  })
})

test.for([
  { why: 'says it reads', annotations: { readOnlyHint: 'true' }, is: true },
  { why: 'says both', annotations: { readOnlyHint: 'true', destructiveHint: 'true' }, is: false },
  { why: 'says nothing', annotations: {}, is: false },
  { why: 'is not known', annotations: undefined, is: false },
])('a tool that $why: reads $is', ({ annotations, is }) => {
  const readingTools = new Set(['notes/find'])
  const point = new EnforcementPoint({ tenantId: 't', failsClosed: new Set(), readingTools })
  expect(point.isReading('notes', 'x', annotations)).toBe(is)
  expect(point.isReading('notes', 'find', annotations)).toBe(true)
})
