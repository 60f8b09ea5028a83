import type { Action } from '#domain/records/index.ts'
import { START_US } from '../../support/records.ts'

/** An action that respond asks for; state only what differs. */
export const anAction = (differs: Partial<Action> = {}): Action => ({
  action_id: 'action-1',
  incident_id: 'incident-1',
  tenant_id: 'acme',
  occurred_at: START_US,
  kind: 'notify',
  phase: 'requested',
  scope: null,
  requested_by: 'respond',
  approved_by: null,
  reason: 'a test',
  parameters: {},
  outcome: null,
  expires_at: null,
  revision: 1,
  nonce: null,
  signature: null,
  detail: null,
  ...differs,
})

/** A signal nobody gives. */
export const calm = new AbortController().signal
