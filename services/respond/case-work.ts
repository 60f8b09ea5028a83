import type { KeyObject } from 'node:crypto'

import { idOf } from '#domain/ids.ts'
import { keyOf } from '#domain/lane.ts'
import type { Action, Case } from '#domain/records/index.ts'
import type { Emit } from '#domain/stage.ts'
import type { CaseState, TrackedAction } from './case-state.ts'
import type { People } from './people.ts'
import { blastRadius, type Permissions } from './permissions.ts'
import type { Playbook, Playbooks } from './playbook.ts'
import type { ToldBefore } from './told-before.ts'

const ACTIONS_MAX_COUNT = 1_000

export type RespondOptions = {
  /** False in a replay: what acts outside is planned, nobody decides, nothing is timed. */
  isLive: boolean
  horizonUs: number
  playbooks: Playbooks
  permissions: Permissions
  /** Who may decide; undefined: whoever reaches the log, one at a time. */
  people: People | undefined
  /** Signs restrictions, so that taps know whose they are. */
  signingKey: KeyObject | undefined
}

/** One case on the desk: what is known of it, what time it is, and where the outputs go. */
export type CaseWork = {
  state: CaseState
  /** Event time of what is being decided, in microseconds. */
  nowUs: number
  options: RespondOptions
  toldBefore: ToldBefore
  emit: Emit
}

/** The playbook of what the case is contained for. */
export function playbookOf({ state, options }: CaseWork): Playbook {
  return options.playbooks[state.severity]
}

/** Writes an action's next revision, and remembers it. */
export function writeAction(
  work: CaseWork,
  tracked: TrackedAction,
  phase: Action['phase'],
  differs: Partial<Pick<Action, 'outcome' | 'detail' | 'expires_at'>> = {},
): void {
  const { action } = tracked
  const written: Action = {
    ...action,
    ...differs,
    phase,
    occurred_at: work.nowUs,
    approved_by: tracked.approvedBy.length === 0 ? null : [...tracked.approvedBy],
    revision: action.revision + 1,
  }
  tracked.action = written
  if (work.state.actions[action.action_id] === undefined) makeRoom(work.state)
  work.state.actions[action.action_id] = tracked
  emitAction(work, written)
}

/** Ended notices leave a case that has very many actions, the oldest first. */
function makeRoom(state: CaseState): void {
  const entries = Object.entries(state.actions)
  if (entries.length < ACTIONS_MAX_COUNT) return
  const leaving = entries.filter(([, one]) => one.kind === 'notify' || ENDED.has(one.action.phase))
  for (const [id] of leaving.slice(0, entries.length - ACTIONS_MAX_COUNT + 1))
    delete state.actions[id]
}

/** Puts an action on the log as it is. */
export function emitAction({ emit }: Pick<CaseWork, 'emit'>, action: Action): void {
  const key = keyOf(action.tenant_id, action.incident_id)
  emit({ topic: 'actions.v1', schema: 'actions.v1', key, value: action })
}

/** Notes what a person must look at; once each. */
export function addEscalation({ state }: CaseWork, line: string): void {
  if (!state.escalations.includes(line)) state.escalations = [...state.escalations, line].sort()
}

/** Writes the case where it differs from what was told. */
export function tellCase(work: CaseWork, record: Omit<Case, 'revision'>): void {
  const { state, emit } = work
  if (state.isKillSwitch) return
  const fingerprint = idOf('case', JSON.stringify(record))
  if (state.told?.fingerprint === fingerprint) return
  const revision = (state.told?.revision ?? 0) + 1
  state.told = { revision, fingerprint }
  const key = keyOf(record.tenant_id, record.incident_id)
  emit({ topic: 'cases.v1', schema: 'cases.v1', key, value: { ...record, revision } })
}

/** The case as others read it. */
export function caseRecord(work: CaseWork): Omit<Case, 'revision'> {
  const { state, options } = work
  const { facts } = state
  const playbook = playbookOf(work)
  const actions = Object.values(state.actions)
  const startedUs = state.containedAtUs ?? facts.opened_at
  return {
    incident_id: facts.incident_id,
    tenant_id: facts.tenant_id,
    session_ids: facts.session_ids,
    status: state.status,
    stage: state.stage,
    detected_at: facts.opened_at,
    triaged_at: state.triagedAtUs,
    contained_at: state.containedAtUs,
    recovered_at: state.recoveredAtUs,
    review_due_at: state.reviewedAtUs === null ? startedUs + playbook.review.within : null,
    closed_at: state.closedAtUs,
    blast_radius: blastRadius(options.permissions, facts.agent_ids),
    decisions: state.decisions,
    playbook: playbook.name,
    playbook_version: playbook.fullVersion,
    severity: state.severity,
    preserved_at: state.preservedAtUs,
    eradicated_at: state.eradicatedAtUs,
    stage_since_at: state.stageSinceUs,
    awaiting: actions.filter(isAwaiting).map(awaitingLine).sort(),
    containment: actions.filter((one) => !ENDED.has(one.action.phase)).map(containmentLine),
    escalations: state.escalations,
  }
}

const ENDED = new Set<Action['phase']>(['undone', 'denied', 'expired'])

function isAwaiting(tracked: TrackedAction): boolean {
  return tracked.action.phase === 'planned' && tracked.approvalsNeeded > 0
}

function awaitingLine(tracked: TrackedAction): string {
  const { approvedBy, approvalsNeeded, action } = tracked
  const missing = approvalsNeeded - approvedBy.length
  return `${action.action_id} ${tracked.step} ${action.scope ?? ''} (${missing} to approve)`
}

function containmentLine({ kind, action, restriction }: TrackedAction): string {
  const what = restriction === null ? kind : `${kind} ${restriction}`
  return [what, action.scope ?? action.parameters['to'] ?? '', action.phase]
    .filter((part) => part !== '')
    .join(' ')
}
