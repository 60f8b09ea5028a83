import { idOf } from '#domain/ids.ts'
import type { Action } from '#domain/records/index.ts'
import { formatTime } from '#domain/time.ts'
import { isAlive, isClosed, noteDecision, type TrackedAction } from './case-state.ts'
import { emitAction, writeAction, type CaseWork } from './case-work.ts'
import { applyAction, rotationStep } from './containment.ts'
import { switchServer } from './kill-switch.ts'
import { restrictByHand } from './manual-restriction.ts'
import { decisionRefusal, type People, type Right } from './people.ts'
import { isContained } from './phase.ts'
import { beginRecovery, closeCase, currentStage } from './recovery.ts'

/** What a person can decide, and the right it takes. */
const DECISION_RIGHTS = {
  triage: 'triage',
  approve: 'approve',
  deny: 'approve',
  contain: 'contain',
  mitigate: 'contain',
  rotate: 'contain',
  release: 'recover',
  note: 'note',
  close: 'close',
  review: 'note',
  'kill-switch': 'kill-switch',
} as const satisfies Record<string, Right>
type DecisionName = keyof typeof DECISION_RIGHTS

/** Why a decision changes nothing. */
type DecisionRefusal =
  | NonNullable<ReturnType<typeof decisionRefusal>>
  | 'UNKNOWN_DECISION'
  | 'REPLAYED'
  | 'TOO_MANY_DECISIONS'
  | 'NO_SUCH_ACTION'
  | 'ALREADY_APPROVED'
  | 'TWO_PEOPLE_NEEDED'
  | 'CASE_CLOSED'
  | 'NOT_POSSIBLE_NOW'
  | 'BAD_PARAMETERS'

const NONCES_MAX_COUNT = 1_000
/** These say nothing of the case: an answer under the decision's own id could hide the real one. */
const NOT_THEIRS = new Set<DecisionRefusal>([
  'UNKNOWN_PERSON',
  'UNSIGNED',
  'BAD_SIGNATURE',
  'REPLAYED',
])

/** The decision that a record asks for; undefined where it asks for none we know. */
export function decisionName(decision: Action): DecisionName | undefined {
  const name = decision.parameters['decision'] ?? ''
  return Object.hasOwn(DECISION_RIGHTS, name) ? (name as DecisionName) : undefined
}

/** Why a decision would not count whatever the case; undefined where it may. */
export function decisionProblem(
  decision: Action,
  people: People | undefined,
): DecisionRefusal | undefined {
  const name = decisionName(decision)
  if (name === undefined) return 'UNKNOWN_DECISION'
  return decisionRefusal(decision, DECISION_RIGHTS[name], people)
}

/** Takes a person's decision, once, and answers it on `actions`. */
export function decide(work: CaseWork, decision: Action): void {
  const refusal = takeDecision(work, decision)
  const isTheirs = refusal === undefined || !NOT_THEIRS.has(refusal)
  const id = decision.action_id
  emitAction(work, {
    ...decision,
    action_id: isTheirs ? id : idOf('refused', id, refusal, String(decision.signature)),
    occurred_at: work.nowUs,
    phase: refusal === undefined ? 'applied' : 'failed',
    outcome: refusal ?? null,
    revision: decision.revision + 1,
  })
}

function takeDecision(work: CaseWork, decision: Action): DecisionRefusal | undefined {
  const { state, options } = work
  const refusal = decisionProblem(decision, options.people)
  if (refusal !== undefined) return refusal
  const name = decisionName(decision)
  const { nonce, requested_by: person } = decision
  if (name === undefined || nonce === null || person === null) return 'UNSIGNED'
  if (state.nonces.includes(nonce)) return 'REPLAYED'
  if (state.nonces.length >= NONCES_MAX_COUNT) return 'TOO_MANY_DECISIONS'
  const problem = act(work, name, decision, person)
  if (problem !== undefined) return problem
  state.nonces.push(nonce)
  state.gateChangedAtUs = Math.max(state.gateChangedAtUs, work.nowUs)
  const about = decision.parameters['target'] ?? decision.scope ?? ''
  const line = [formatTime(decision.occurred_at), person, name, about].filter((part) => part !== '')
  noteDecision(
    state,
    decision.reason === null ? line.join(' ') : `${line.join(' ')}: ${decision.reason}`,
  )
  return undefined
}

function act(
  work: CaseWork,
  name: DecisionName,
  decision: Action,
  person: string,
): DecisionRefusal | undefined {
  const { state } = work
  if (name === 'note') return undefined
  if (name === 'review') {
    state.reviewedAtUs ??= work.nowUs
    return undefined
  }
  if (name === 'kill-switch') return switchServer(work, decision, person)
  if (state.isKillSwitch) return 'NOT_POSSIBLE_NOW'
  if (isClosed(state)) return 'CASE_CLOSED'
  if (name === 'triage') return triage(work, decision)
  if (name === 'approve') return approve(work, decision, person)
  if (name === 'deny') return deny(work, decision)
  if (name === 'contain' || name === 'mitigate') return restrictByHand(work, decision, name, person)
  if (name === 'rotate') return rotated(work, decision)
  return name === 'release' ? release(work, person) : close(work, decision)
}

/** A person may lower the severity; nothing else does. */
function triage({ state }: CaseWork, decision: Action): DecisionRefusal | undefined {
  const severity = decision.parameters['severity']
  if (severity === undefined) return undefined
  if (severity !== 'moderate' && severity !== 'high' && severity !== 'critical')
    return 'BAD_PARAMETERS'
  state.severity = severity
  state.ratedDownFrom = state.facts.severity
  return undefined
}

function approve(work: CaseWork, decision: Action, person: string): DecisionRefusal | undefined {
  if (decision.parameters['target'] === 'gate') return approveGate(work, person)
  const tracked = waiting(work, decision)
  if (tracked === undefined) return 'NO_SUCH_ACTION'
  if (tracked.approvedBy.includes(person)) return 'ALREADY_APPROVED'
  if (tracked.approvalsNeeded > 1 && work.options.people === undefined) return 'TWO_PEOPLE_NEEDED'
  tracked.approvedBy.push(person)
  if (tracked.approvedBy.length < tracked.approvalsNeeded) {
    writeAction(work, tracked, 'planned')
    return undefined
  }
  writeAction(work, tracked, 'approved')
  applyAction(work, tracked)
  return undefined
}

function approveGate(work: CaseWork, person: string): DecisionRefusal | undefined {
  const { state, options } = work
  if (currentStage(work) === undefined) return 'NOT_POSSIBLE_NOW'
  if (state.gateApprovals.includes(person)) return 'ALREADY_APPROVED'
  if (state.gateApprovals.length > 0 && options.people === undefined) return 'TWO_PEOPLE_NEEDED'
  state.gateApprovals = [...state.gateApprovals, person]
  return undefined
}

function deny(work: CaseWork, decision: Action): DecisionRefusal | undefined {
  const tracked = waiting(work, decision)
  if (tracked === undefined) return 'NO_SUCH_ACTION'
  writeAction(work, tracked, 'denied', { outcome: `by ${decision.requested_by}` })
  return undefined
}

function waiting({ state }: CaseWork, decision: Action): TrackedAction | undefined {
  const tracked = state.actions[decision.parameters['target'] ?? '']
  const isWaiting = tracked?.action.phase === 'planned' && tracked.approvalsNeeded > 0
  return isWaiting ? tracked : undefined
}

function rotated(work: CaseWork, decision: Action): DecisionRefusal | undefined {
  const { credential, proof } = decision.parameters
  if (credential === undefined || proof === undefined) return 'BAD_PARAMETERS'
  const tracked = Object.values(work.state.actions).find(
    (one) => one.step === rotationStep(credential) && isAlive(one),
  )
  if (tracked === undefined) return 'NO_SUCH_ACTION'
  writeAction(work, tracked, 'proven', { detail: proof })
  return undefined
}

/** Begins recovery, or says yes to its next stage. */
function release(work: CaseWork, person: string): DecisionRefusal | undefined {
  const { state } = work
  if (state.stage !== null) return approveGate(work, person)
  const isUndecided = Object.values(state.actions).some(
    (one) => one.isStanding && one.action.phase === 'planned',
  )
  if (!isContained(work) || isUndecided) return 'NOT_POSSIBLE_NOW'
  beginRecovery(work)
  return undefined
}

function close(work: CaseWork, decision: Action): DecisionRefusal | undefined {
  const { state } = work
  if (decision.parameters['as'] === 'false_positive') {
    closeCase(work, 'false_positive')
    return undefined
  }
  const isBack = state.stage === 'normal' || state.stage === 'cooldown'
  if (!isBack && state.severity !== 'moderate') return 'NOT_POSSIBLE_NOW'
  closeCase(work, 'closed')
  return undefined
}
