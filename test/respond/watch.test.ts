import { expect, test } from 'vitest'

import { keyOf } from '#domain/lane.ts'
import type { Enforcement } from '#domain/records/index.ts'
import { factsOf, newCase, type CaseState } from '../../services/respond/case-state.ts'
import { readPermissions } from '../../services/respond/permissions.ts'
import { createRespondCore } from '../../services/respond/respond.ts'
import { Watch } from '../../services/respond/watch.ts'
import { aRestriction } from '../support/mcp/a-pipeline.ts'
import { anActivity, anIncident } from '../support/records.ts'
import { activityInput, incidentInput } from './response-inputs.ts'
import { someOptions } from './response-world.ts'
import { aCall, at } from './restricted-world.ts'

const CASE = keyOf('acme', 'incident-1')
const PERMISSIONS = readPermissions('agents: { assistant: { role: clerk } }')

function holding(...held: Partial<Enforcement>[]): CaseState {
  const state = newCase(factsOf(anIncident()))
  for (const [index, differs] of held.entries()) {
    const one = aRestriction({ enforcement_id: `e-${index}`, restriction: 'refuse', ...differs })
    state.enforcements[one.enforcement_id] = one
  }
  return state
}

const nobody = {
  session_id: 's-9',
  agent_id: 'other',
  server_id: 'files',
  enforcement_ids: [],
  permitted: [],
  permitted_dropped: 0,
  content_hashes: [],
  roles: [],
}

test.for([
  { kind: 'session', value: 's-1', seen: { session_id: 's-1' } },
  { kind: 'agent', value: 'assistant', seen: { agent_id: 'assistant' } },
  { kind: 'server', value: 'mail', seen: { server_id: 'mail' } },
  { kind: 'role', value: 'clerk', seen: { agent_id: 'assistant' } },
  { kind: 'role', value: 'clerk', seen: { roles: ['clerk'] } },
  {
    kind: 'tool',
    value: 'mail/send_mail',
    seen: { server_id: 'mail', permitted: [aCall({ tool_name: 'send_mail' })] },
  },
  { kind: 'tool', value: 'mail/send_mail', seen: { permitted_dropped: 1 } },
  { kind: 'definition_hash', value: 'd-1', seen: { permitted: [aCall()] } },
  { kind: 'token', value: 't-1', seen: { permitted: [aCall()] } },
  { kind: 'token', value: 't-1', seen: { permitted_dropped: 1 } },
  { kind: 'content_hash', value: 'AB12', seen: { content_hashes: ['ab12'] } },
  { kind: 'content_hash', value: 'ab12', seen: { enforcement_ids: ['e-0'] } },
] as const)('a case that restricts $kind $value is concerned by $seen', ({ kind, value, seen }) => {
  const watch = new Watch()
  const concerned = (differs: object): string[] =>
    watch.concerned(anActivity({ ...nobody, ...differs }), PERMISSIONS)
  watch.note(CASE, holding({ scope_kind: kind, scope_value: value }))
  expect(concerned(seen)).toEqual([CASE])
  expect(concerned({})).toEqual([])
  expect(concerned({ ...seen, tenant_id: 'globex' })).toEqual([])
  watch.note(CASE, holding({ scope_kind: kind, scope_value: value, restriction: 'none' }))
  expect(concerned(seen)).toEqual([])
})

test('cases that share a place leave it one by one', () => {
  const watch = new Watch()
  const other = keyOf('acme', 'incident-2')
  const held = holding({ scope_kind: 'server', scope_value: 'mail' })
  const concerned = () => watch.concerned(anActivity({ ...nobody, server_id: 'mail' }), PERMISSIONS)
  watch.note(other, held)
  watch.note(CASE, held)
  expect(concerned()).toEqual([CASE, other])
  watch.note(CASE, undefined)
  expect(concerned()).toEqual([other])
})

test('activity that says nothing new of a restriction leaves its case unwritten', () => {
  const core = createRespondCore(someOptions())
  const ids: string[] = []
  core.onRecord(incidentInput({ severity: 'high' }), ({ schema, value }) => {
    if (schema === 'enforcement.v1') ids.push(value.enforcement_id)
  })
  const seen = activityInput({ enforcement_ids: ids, first_at: at(9), last_at: at(10) })
  const keysAfter = (): string[] => {
    core.onRecord(seen, () => undefined)
    return core.takeChanges().map(({ key }) => key)
  }
  expect(ids).not.toEqual([])
  core.takeChanges()
  expect(keysAfter()).toContain(`c/${CASE}`)
  expect(keysAfter()).toEqual([])
})
