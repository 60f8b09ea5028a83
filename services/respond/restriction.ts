import assert from 'node:assert/strict'

import { signedEnforcement } from '#domain/enforcement-text.ts'
import { idOf } from '#domain/ids.ts'
import { keyOf } from '#domain/lane.ts'
import type { Enforcement } from '#domain/records/index.ts'
import type { CaseState, Scope, TrackedAction } from './case-state.ts'
import { writeAction, type CaseWork } from './case-work.ts'

/** The words of restriction, the weakest first. */
const STRICTNESS = ['none', 'sanitise', 'declared_tools', 'read_only', 'refuse', 'close']
const STANDING = 'standing'
export const RECOVERY_PREFIX = 'recovery-'
export const WRITER = 'respond'

/** The id of an incident's restriction of a scope; of a standing one where no incident is named. */
export function enforcementId(tenantId: string, incidentId: string | null, scope: Scope): string {
  return idOf('enforcement', tenantId, incidentId ?? STANDING, scope.kind, scope.value)
}

/** Whether an action belongs to a stage of recovery. */
export function isOfRecovery(tracked: TrackedAction): boolean {
  return tracked.step.startsWith(RECOVERY_PREFIX)
}

/**
 * Whether containment holds a scope at least this strictly already. What recovery holds does not
 * count: it is about to end.
 */
export function isRestricted(
  state: CaseState,
  scope: Scope,
  restriction: Enforcement['restriction'],
): boolean {
  const { tenant_id, incident_id } = state.facts
  const held = state.enforcements[enforcementId(tenant_id, incident_id, scope)]
  if (held === undefined || strictness(held.restriction) < strictness(restriction)) return false
  const holder = state.actions[held.action_id ?? '']
  return holder === undefined || !isOfRecovery(holder)
}

/**
 * Publishes an action's restriction. Whatever the incident had on this scope before gives way: its
 * action counts as undone. Evidence must be preserved by then.
 */
export function restrict(work: CaseWork, tracked: TrackedAction): void {
  const { state, nowUs, toldBefore } = work
  const { scope, restriction, ttlUs } = tracked
  assert(state.preservedAtUs !== null, 'a restriction must wait for the evidence to be held')
  assert(scope !== null && restriction !== null, 'a restriction is of something')
  const { tenant_id, incident_id } = state.facts
  const holder = tracked.isStanding ? null : incident_id
  const id = enforcementId(tenant_id, holder, scope)
  const held = state.enforcements[id]
  const expiresAtUs = ttlUs === null ? null : Math.max(nowUs, state.facts.updated_at) + ttlUs
  publish(work, {
    enforcement_id: id,
    tenant_id,
    scope_kind: scope.kind,
    scope_value: scope.value,
    restriction,
    incident_id: holder,
    since: nowUs,
    expires_at: expiresAtUs,
    reason: `incident ${incident_id}: ${tracked.step}`,
    revision: (held?.revision ?? toldBefore.revisionOf(id)) + 1,
    written_by: WRITER,
    action_id: tracked.action.action_id,
    tool_names: tracked.toolNames,
    shingles: tracked.shingles,
    signature: null,
  })
  tracked.appliedAtUs = nowUs
  tracked.acknowledgedAtUs = null
  tracked.carrierAtUs = null
  tracked.aroundAtUs = null
  tracked.unseenCount = 0
  tracked.permitted = {}
  writeAction(work, tracked, 'applied', { expires_at: expiresAtUs })
  const former = held?.action_id == null ? undefined : state.actions[held.action_id]
  if (held?.restriction !== 'none' && former !== undefined && former !== tracked)
    writeAction(work, former, 'undone', { outcome: `replaced by ${tracked.step}` })
}

/** Lifts the restriction of an action, which ends with this phase. Nothing where it has none. */
export function lift(
  work: CaseWork,
  tracked: TrackedAction,
  phase: 'undone' | 'expired',
  outcome: string,
): void {
  const held = heldBy(work.state, tracked)
  if (held !== undefined) {
    publish(work, { ...held, restriction: 'none', revision: held.revision + 1, since: work.nowUs })
  }
  writeAction(work, tracked, phase, { outcome })
}

/** Moves the end of a restriction: every further alert of the incident renews it. */
export function renew(work: CaseWork, tracked: TrackedAction): void {
  const held = heldBy(work.state, tracked)
  const { ttlUs } = tracked
  if (held?.expires_at == null || ttlUs === null) return
  const expiresAtUs = Math.max(work.nowUs, work.state.facts.updated_at) + ttlUs
  if (expiresAtUs <= held.expires_at) return
  publish(work, { ...held, expires_at: expiresAtUs, revision: held.revision + 1 })
  tracked.action = { ...tracked.action, expires_at: expiresAtUs }
}

/** The restriction that an action put there and that still is its own. */
export function heldBy(state: CaseState, tracked: TrackedAction): Enforcement | undefined {
  return Object.values(state.enforcements).find(
    (one) => one.action_id === tracked.action.action_id && one.restriction !== 'none',
  )
}

/** Writes a restriction, signed where there is a key, and remembers it. */
export function publish(work: CaseWork, enforcement: Enforcement): void {
  const { state, options, toldBefore, emit } = work
  const unsigned = { ...enforcement, signature: null }
  const { signingKey } = options
  const value = signingKey === undefined ? unsigned : signedEnforcement(unsigned, signingKey)
  state.enforcements[value.enforcement_id] = value
  toldBefore.delete(value.enforcement_id)
  const { tenant_id, scope_kind, scope_value, incident_id } = value
  const key = keyOf(tenant_id, scope_kind, scope_value, incident_id ?? STANDING)
  emit({ topic: 'enforcement.v1', schema: 'enforcement.v1', key, value })
}

function strictness(restriction: Enforcement['restriction']): number {
  return STRICTNESS.indexOf(restriction)
}
