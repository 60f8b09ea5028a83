import { ownAction } from './actions/own-actions.ts'
import {
  isAlive,
  isClosed,
  noteDecision,
  restrictionsInForce,
  type Scope,
  type TrackedAction,
} from './case-state.ts'
import { playbookOf, writeAction, type CaseWork } from './case-work.ts'
import { applyAction, contain, newAction } from './containment.ts'
import { isContained, settleStatus } from './phase.ts'
import { declaredTools } from './permissions.ts'
import type { CHECKS, Playbook } from './playbook.ts'
import { isOfRecovery, lift, RECOVERY_PREFIX } from './restriction.ts'

const DAY_US = 86_400_000_000
/** A recovery stage's restriction ends by itself where nobody ever decides. */
const STAGE_TTL_US = 30 * DAY_US
const PROVE_WITHIN_US = 30_000_000

type Stage = Playbook['recovery']['stages'][number]

/** The stage the case is in; undefined outside recovery. */
export function currentStage(work: CaseWork): Stage | undefined {
  const { stage } = work.state
  return playbookOf(work).recovery.stages.find((one) => one.stage === stage)
}

/** Begins recovery where the playbook lets it begin by itself. */
export function beginIfAutomatic(work: CaseWork): void {
  const { state, options } = work
  if (!options.isLive || state.isKillSwitch || isClosed(state) || state.stage !== null) return
  // What a person restricted by hand, a person gives back.
  if (restrictionsInForce(state).length > 0) return
  if (playbookOf(work).recovery.begins === 'automatic' && isContained(work)) beginRecovery(work)
}

/** Into the first stage. */
export function beginRecovery(work: CaseWork): void {
  const { state, nowUs } = work
  state.eradicatedAtUs ??= nowUs
  const [first] = playbookOf(work).recovery.stages
  if (first !== undefined) enterStage(work, first)
}

/** When the quiet time of the stage has passed; undefined outside recovery. */
export function quietUntilUs(work: CaseWork): number | undefined {
  const { stageSinceUs, facts } = work.state
  const stage = currentStage(work)
  if (stage === undefined || stageSinceUs === null) return undefined
  return Math.max(stageSinceUs, facts.updated_at) + stage.quiet
}

/** Whether everything but the quiet time is there for the next stage. */
export function isGateReady(work: CaseWork): boolean {
  const stage = currentStage(work)
  if (stage === undefined) return false
  const { stages, closes } = playbookOf(work).recovery
  const isLast = stages.at(-1) === stage
  const approvals = isLast && closes === 'approval' ? Math.max(1, stage.approvals) : stage.approvals
  return (
    work.state.gateApprovals.length >= approvals &&
    stage.checks.every((check) => passes(work, check))
  )
}

/** Opens the gate of the stage: the next stage, or the end. */
export function passGate(work: CaseWork): void {
  const { stages } = playbookOf(work).recovery
  const index = stages.findIndex((one) => one.stage === work.state.stage)
  const next = stages[index + 1]
  if (next === undefined) closeCase(work, 'closed')
  else enterStage(work, next)
}

/** Something related has happened: whatever was given back is taken away again. */
export function fallBack(work: CaseWork, isRaised: boolean): void {
  const { state } = work
  const from = state.stage ?? state.status
  state.stage = null
  state.stageSinceUs = null
  state.gateApprovals = []
  state.status = 'triaged'
  state.eradicatedAtUs = null
  state.recoveredAtUs = null
  state.round += 1
  if (isRaised) state.clockRound = state.round
  const why = isRaised ? 'a graver severity' : 'something related'
  noteDecision(state, `respond: ${why} during ${from}: back to containment`)
  contain(work)
  for (const tracked of Object.values(state.actions))
    if (isAlive(tracked) && isOfRecovery(tracked))
      lift(work, tracked, 'undone', 'fell back to containment')
  settleStatus(work)
}

/** Ends the case: every restriction of it is lifted first. Standing mitigations stay. */
export function closeCase(work: CaseWork, status: 'closed' | 'false_positive'): void {
  const { state, nowUs } = work
  for (const tracked of Object.values(state.actions)) endAction(work, tracked)
  if (restrictionsInForce(state).length > 0) throw new TypeError('a restriction outlived its case')
  state.status = status
  state.stage = null
  state.stageSinceUs = null
  state.closedAtUs = Math.max(nowUs, state.facts.updated_at)
  if (status === 'closed') state.recoveredAtUs ??= nowUs
}

function endAction(work: CaseWork, tracked: TrackedAction): void {
  if (!isAlive(tracked) || tracked.isStanding) return
  const { kind, action } = tracked
  // The evidence is held for as long as the hold says, whatever becomes of the case.
  if (kind === 'preserve') return
  const own = ownAction(kind)
  if (own !== undefined) return own.undo(tracked, work, { phase: 'undone', outcome: 'case closed' })
  if (action.phase === 'planned')
    return writeAction(work, tracked, 'expired', { outcome: 'case closed' })
  if (tracked.isUndoable && tracked.appliedAtUs !== null) requestUndo(work, tracked)
}

/** What acts outside is asked to take it back, as an action of its own. */
function requestUndo(work: CaseWork, tracked: TrackedAction): void {
  const { step, kind, action } = tracked
  const undoing = newAction(
    work,
    {
      step: `undo-${step}`,
      do: kind,
      approvals: 0,
      undo: false,
      why: `Undoes ${step}`,
      target: action.parameters['target'],
    },
    tracked.scope,
  )
  undoing.action.parameters['undoes'] = action.action_id
  applyAction(work, undoing)
  writeAction(work, tracked, 'undone', { outcome: `asked for by ${undoing.action.action_id}` })
}

/** The stage's restriction first, then everything of containment is lifted. */
function enterStage(work: CaseWork, stage: Stage): void {
  const { state, nowUs } = work
  state.stage = stage.stage
  state.stageSinceUs = nowUs
  state.gateApprovals = []
  state.status = 'recovering'
  const kept = new Set<string>()
  for (const scope of stage.restriction === undefined ? [] : stageScopes(work)) {
    const tracked = stageAction(work, stage, scope)
    kept.add(tracked.action.action_id)
    if (state.actions[tracked.action.action_id] === undefined) applyAction(work, tracked)
  }
  for (const tracked of Object.values(state.actions)) {
    if (tracked.kind !== 'enforcement' || tracked.isStanding || !isAlive(tracked)) continue
    if (!kept.has(tracked.action.action_id)) lift(work, tracked, 'undone', `stage ${stage.stage}`)
  }
  if (stage.restriction === undefined) state.recoveredAtUs ??= nowUs
}

function stageAction(work: CaseWork, stage: Stage, scope: Scope): TrackedAction {
  const { facts } = work.state
  const toolNames =
    stage.restriction === 'declared_tools'
      ? declaredTools(work.options.permissions, facts.agent_ids)
      : []
  return newAction(
    work,
    {
      step: `${RECOVERY_PREFIX}${stage.stage}`,
      do: 'enforcement',
      approvals: 0,
      undo: false,
      why: `Recovery, stage ${stage.stage}`,
      restriction: stage.restriction,
      ttl: STAGE_TTL_US,
      prove_within: PROVE_WITHIN_US,
    },
    scope,
    { toolNames },
  )
}

/** An agent comes back in stages; where none is known, its sessions do. */
function stageScopes({ state }: CaseWork): Scope[] {
  const { agent_ids, session_ids } = state.facts
  if (agent_ids.length > 0) return agent_ids.map((value): Scope => ({ kind: 'agent', value }))
  return session_ids
    .filter((value) => !value.startsWith('server:'))
    .map((value): Scope => ({ kind: 'session', value }))
}

function passes({ state }: CaseWork, check: (typeof CHECKS)[number]): boolean {
  const actions = Object.values(state.actions)
  if (check === 'actions_effective')
    return !actions.some((one) => one.action.phase === 'ineffective' && !one.isReplaced)
  if (check === 'mitigations_decided')
    return !actions.some((one) => one.isStanding && one.action.phase === 'planned')
  return actions
    .filter((one) => one.step.startsWith('rotate-'))
    .every((one) => one.action.phase === 'proven')
}
