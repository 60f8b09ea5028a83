import { idOf } from '#domain/ids.ts'
import { ownAction } from './actions/own-actions.ts'
import { isAlive, type CaseState, type Scope, type TrackedAction } from './case-state.ts'
import { addEscalation, playbookOf, writeAction, type CaseWork } from './case-work.ts'
import { noticeParameters } from './notice-facts.ts'
import { credentialsOf } from './permissions.ts'
import { orderOf, stepsFor, type Step } from './playbook.ts'
import { isRestricted, renew } from './restriction.ts'

const SCOPES_MAX_COUNT = 16
const SERVER_PREFIX = 'server:'
const SEVERITY_ORDER = ['moderate', 'high', 'critical']

/**
 * Does what the playbook of the case's severity asks for and is not done yet: evidence first, then
 * restrictions, revocations, notices. Repeating it does nothing.
 */
export function contain(work: CaseWork): void {
  const { state } = work
  if (isRaised(state)) state.severity = state.facts.severity
  for (const step of stepsFor(playbookOf(work), state.facts)) runStep(work, step)
}

/** Whether the finding is graver than what was contained, and than what a person rated down. */
export function isRaised({ facts, severity, ratedDownFrom }: CaseState): boolean {
  const rank = (word: string | null): number => SEVERITY_ORDER.indexOf(word ?? '')
  return rank(facts.severity) > Math.max(rank(severity), rank(ratedDownFrom))
}

/** Runs one step for each scope it is about. True where it did, or planned, something new. */
export function runStep(work: CaseWork, step: Omit<Step, 'on_ineffective'>): boolean {
  if (step.do === 'rotation') return listRotations(work, step)
  let isNew = false
  for (const scope of scopesOf(work, step)) {
    const tracked = planAction(work, step, scope)
    if (tracked === undefined) continue
    isNew = true
    if (tracked.approvalsNeeded > 0) writeAction(work, tracked, 'planned')
    else applyAction(work, tracked)
  }
  return isNew
}

/** Applies what Tocsin can do itself; asks the executor for the rest. */
export function applyAction(work: CaseWork, tracked: TrackedAction): void {
  const { nowUs, options } = work
  const own = ownAction(tracked.kind)
  if (own !== undefined) return own.apply(tracked, work)
  if (!options.isLive) return writeAction(work, tracked, 'planned', { outcome: 'replay' })
  tracked.appliedAtUs = nowUs
  writeAction(work, tracked, 'requested')
}

/** The checklist: one planned action a credential, proven by whoever rotated it. */
function listRotations(work: CaseWork, step: Omit<Step, 'on_ineffective'>): boolean {
  const { state, options } = work
  const missing = credentialsOf(options.permissions, state.facts.agent_ids).filter(
    (credential) =>
      !Object.values(state.actions).some((one) => one.step === rotationStep(credential)),
  )
  for (const credential of missing) {
    const tracked = newAction(work, { ...step, step: rotationStep(credential) }, null)
    tracked.action.parameters['credential'] = credential
    writeAction(work, tracked, 'planned')
  }
  return missing.length > 0
}

/** Every further alert of the incident renews its restrictions. */
export function renewRestrictions(work: CaseWork): void {
  for (const tracked of Object.values(work.state.actions))
    if (tracked.kind === 'enforcement' && isAlive(tracked) && !tracked.isStanding)
      renew(work, tracked)
}

/** The name of the action that rotates a credential. */
export function rotationStep(credential: string): string {
  return `rotate-${credential}`
}

/** An action not written yet. */
export function newAction(
  work: CaseWork,
  step: Omit<Step, 'on_ineffective'> & Partial<Pick<Step, 'on_ineffective'>>,
  scope: Scope | null,
  differs: Partial<TrackedAction> = {},
): TrackedAction {
  const { facts, round } = work.state
  const scopeText = scope === null ? null : `${scope.kind}:${scope.value}`
  const parts = [facts.tenant_id, facts.incident_id, step.step, step.do, scopeText ?? '']
  const isNotice = step.do === 'notify'
  return {
    action: {
      action_id: idOf('action', ...parts, String(round)),
      incident_id: facts.incident_id,
      tenant_id: facts.tenant_id,
      occurred_at: work.nowUs,
      kind: step.do,
      phase: 'planned',
      scope: scopeText,
      requested_by: 'respond',
      approved_by: null,
      reason: step.why,
      parameters: {
        step: step.step,
        ...(step.target === undefined ? {} : { target: step.target }),
        ...(step.restriction === undefined ? {} : { restriction: step.restriction }),
        ...(isNotice ? noticeParameters(work, step) : {}),
        ...(step.do === 'preserve' ? holdParameters(work.state) : {}),
      },
      outcome: null,
      expires_at: null,
      revision: 0,
      nonce: null,
      signature: null,
      detail: null,
    },
    step: step.step,
    kind: step.do,
    scope,
    restriction: step.restriction ?? null,
    toolNames: [],
    shingles: [],
    ttlUs: step.ttl ?? null,
    proveWithinUs: step.prove_within ?? null,
    approvalsNeeded: step.approvals,
    approvedBy: [],
    onIneffective: step.on_ineffective ?? [],
    isStanding: false,
    isReplaced: false,
    isUndoable: step.undo,
    appliedAtUs: null,
    acknowledgedAtUs: null,
    carrierAtUs: null,
    aroundAtUs: null,
    unseenCount: 0,
    permitted: {},
    ...differs,
  }
}

/** The step's action on a scope; undefined where it is there, or something at least as strict. */
function planAction(
  work: CaseWork,
  step: Omit<Step, 'on_ineffective'>,
  scope: Scope | null,
): TrackedAction | undefined {
  const { state } = work
  const tracked = newAction(work, step, scope)
  if (state.actions[tracked.action.action_id] !== undefined) return undefined
  const isLasting = ['preserve', 'restrict'].includes(orderOf(step))
  const like = Object.values(state.actions).some(
    (other) => isAlive(other) && isSame(other, tracked),
  )
  if (isLasting && like) return undefined
  const { restriction } = tracked
  const isHeld = scope !== null && restriction !== null && isRestricted(state, scope, restriction)
  return isHeld ? undefined : tracked
}

function isSame(one: TrackedAction, other: TrackedAction): boolean {
  return one.step === other.step && one.action.scope === other.action.scope
}

/** A session known by its server alone is restricted where it can be: at the server. */
function scopesOf(work: CaseWork, step: Pick<Step, 'scope' | 'step'>): (Scope | null)[] {
  const { facts } = work.state
  const { agents } = work.options.permissions
  if (step.scope === undefined) return [null]
  const { scope } = step
  const found: Scope[] = {
    session: () => facts.session_ids.map(sessionScope),
    agent: () => facts.agent_ids.map((value): Scope => ({ kind: 'agent', value })),
    // Where no credential is known there is none to refuse.
    token: () => facts.token_ids.map((value): Scope => ({ kind: 'token', value })),
    server: () => facts.server_ids.map((value): Scope => ({ kind: 'server', value })),
    role: () =>
      facts.agent_ids.flatMap((agentId): Scope[] => {
        const role = agents[agentId]?.role
        return role === undefined ? [] : [{ kind: 'role', value: role }]
      }),
  }[scope]()
  if (found.length === 0 && scope !== 'token')
    addEscalation(work, `${step.step}: no ${scope} is known`)
  if (found.length > SCOPES_MAX_COUNT)
    addEscalation(work, `${step.step}: only ${SCOPES_MAX_COUNT} of ${found.length} ${scope}s`)
  return found.slice(0, SCOPES_MAX_COUNT)
}

function sessionScope(sessionId: string): Scope {
  if (!sessionId.startsWith(SERVER_PREFIX)) return { kind: 'session', value: sessionId }
  return { kind: 'server', value: sessionId.slice(SERVER_PREFIX.length) }
}

/** What the legal hold is about; the executor adds the offsets. */
function holdParameters({ facts }: CaseState): Record<string, string> {
  return {
    session_ids: JSON.stringify(facts.session_ids),
    server_ids: JSON.stringify(facts.server_ids),
    since_us: String(facts.opened_at),
  }
}
