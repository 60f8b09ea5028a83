import { generateKeyPairSync, type KeyObject } from 'node:crypto'

import { idOf } from '#domain/ids.ts'
import type { Action, Activity, Incident } from '#domain/records/index.ts'
import type { StageInput } from '#domain/stage.ts'
import { killSwitchId } from '../../services/respond/kill-switch.ts'
import { readPeople, signDecision, type People } from '../../services/respond/people.ts'
import { anActivity, anIncident, START_US } from '../support/records.ts'

/** An incident of one session of one agent on one server. */
export const incidentInput = (differs: Partial<Incident> = {}): StageInput => ({
  topic: 'incidents.v1',
  schema: 'incidents.v1',
  key: '',
  value: anIncident({
    severity: 'high',
    agent_ids: ['assistant'],
    server_ids: ['mail'],
    alert_ids: ['alert-1'],
    layers: ['application'],
    ...differs,
  }),
})

export const activityInput = (differs: Partial<Activity> = {}): StageInput => ({
  topic: 'activity.v1',
  schema: 'activity.v1',
  key: '',
  value: anActivity(differs),
})

export const actionInput = (value: Action): StageInput => ({
  topic: 'actions.v1',
  schema: 'actions.v1',
  key: '',
  value,
})

/** Two people with keys of their own. */
const ada = generateKeyPairSync('ed25519')
const ben = generateKeyPairSync('ed25519')
export const KEYS: Record<string, KeyObject> = { ada: ada.privateKey, ben: ben.privateKey }

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

export const PEOPLE: People = readPeople(
  JSON.stringify({
    people: {
      ada: { public_key: pem(ada.publicKey) },
      ben: { public_key: pem(ben.publicKey) },
    },
  }),
)

/** A decision that is not signed. */
export function aDecision(
  parameters: Record<string, string>,
  differs: Partial<Action> = {},
): Action {
  const nonce = differs.nonce ?? `nonce-${JSON.stringify(parameters)}-${differs.requested_by}`
  const server = parameters['server']
  return {
    action_id: idOf('decision', nonce),
    incident_id: server === undefined ? 'incident-1' : killSwitchId('acme', server),
    tenant_id: 'acme',
    occurred_at: START_US,
    kind: 'decision',
    phase: 'requested',
    scope: null,
    requested_by: 'ada',
    approved_by: null,
    reason: null,
    parameters,
    outcome: null,
    expires_at: null,
    revision: 1,
    nonce,
    signature: null,
    detail: null,
    ...differs,
  }
}

/** A decision signed by whoever it says decided. */
export function aSignedDecision(
  parameters: Record<string, string>,
  differs: Partial<Action> = {},
): Action {
  const decision = aDecision(parameters, differs)
  const key = KEYS[decision.requested_by ?? '']
  if (key === undefined) throw new TypeError('this person has no key')
  return signDecision(decision, key)
}
