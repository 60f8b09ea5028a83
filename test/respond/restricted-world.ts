import type { Action, Activity } from '#domain/records/index.ts'
import { SECOND_US } from '#domain/time.ts'
import { enforcementId } from '../../services/respond/restriction.ts'
import { readPermissions } from '../../services/respond/permissions.ts'
import { START_US } from '../support/records.ts'
import {
  activityInput,
  actionInput,
  aSignedDecision,
  incidentInput,
  PEOPLE,
} from './response-inputs.ts'
import { ResponseWorld, someOptions } from './response-world.ts'

type Call = Activity['permitted'][number]

/** So many seconds after the start. */
export const at = (seconds: number): number => START_US + seconds * SECOND_US
export const aCall = (differs: Partial<Call> = {}): Call => ({
  tool_name: 'send_mail',
  tool_definition_hash: 'd-1',
  token_id: 't-1',
  changes: true,
  last_at: at(10),
  ...differs,
})
export const late = { watermarkUs: at(60) }

/** A session of somebody else, on the server that the incident is about. */
export const elsewhere = (differs: Partial<Activity> = {}) =>
  activityInput({
    session_id: 's-9',
    agent_id: 'other',
    server_id: 'mail',
    first_at: at(9),
    last_at: at(10),
    permitted_count: 0,
    ...differs,
  })
/** The same of the incident's own session. */
export const own = (differs: Partial<Activity> = {}) =>
  elsewhere({ session_id: 's-1', agent_id: 'assistant', ...differs })

export type Asked = { scope: string; restriction: string; tools?: string[] }

/** A world in which a person restricted a scope by hand. */
export function restricted(
  { scope, restriction, tools }: Asked,
  permissionsText = 'agents: { assistant: { role: clerk } }',
  server_ids = ['mail'],
): {
  world: ResponseWorld
  id: string
  phase: () => Action | undefined
} {
  const permissions = readPermissions(permissionsText)
  const world = new ResponseWorld(someOptions({ people: PEOPLE, permissions }))
  const [kind = '', ...rest] = scope.split(':')
  const value = rest.join(':')
  const parameters: Record<string, string> = {
    decision: 'contain',
    scope_kind: kind,
    scope_value: value,
    restriction,
    ...(tools === undefined ? {} : { tool_names: JSON.stringify(tools) }),
  }
  const incident = incidentInput({ severity: 'moderate', server_ids })
  world.feed(incident, actionInput(aSignedDecision(parameters)))
  const id = enforcementId('acme', 'incident-1', { kind: kind as 'tool', value })
  const phase = (): Action | undefined =>
    [...world.actions().values()].find((one) => one.kind === 'enforcement')
  return { world, id, phase }
}

/** The agent of the incident may only read. */
export const readOnly: Asked = { scope: 'agent:assistant', restriction: 'read_only' }
