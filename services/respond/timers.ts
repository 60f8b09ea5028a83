import { isAlive, isClosed, type CaseState, type TrackedAction } from './case-state.ts'
import { addEscalation, playbookOf, type CaseWork } from './case-work.ts'
import { applyAction, newAction } from './containment.ts'
import { judgeProof, proofDueUs } from './proof.ts'
import { isGateReady, passGate, quietUntilUs } from './recovery.ts'
import { ownAction } from './actions/own-actions.ts'
import { heldBy } from './restriction.ts'

/** One case fires no more timers than this in one go; each changes what comes next. */
const FIRINGS_MAX_COUNT = 10_000

type Timer = { dueUs: number; fire: (work: CaseWork) => void }

/**
 * Fires what is due by `untilUs`, in event-time order, as of its own time: proofs, ends of
 * restrictions, gates of recovery, the review's alarm.
 */
export function runTimers(work: CaseWork, untilUs: number, settle: () => void): void {
  for (let count = 0; count < FIRINGS_MAX_COUNT; count += 1) {
    const next = nextTimer(work)
    if (next === undefined || next.dueUs > untilUs) return
    work.nowUs = Math.max(next.dueUs, work.state.facts.opened_at)
    next.fire(work)
    settle()
  }
}

/** When the case's next timer is due; Infinity where none runs. */
export function nextDueUs(work: CaseWork): number {
  return nextTimer(work)?.dueUs ?? Infinity
}

function nextTimer(work: CaseWork): Timer | undefined {
  const timers = [...actionTimers(work), ...gateTimer(work), ...reviewTimer(work)]
  return timers.reduce<Timer | undefined>(
    (first, timer) => (first === undefined || timer.dueUs < first.dueUs ? timer : first),
    undefined,
  )
}

function actionTimers({ state }: CaseWork): Timer[] {
  return Object.values(state.actions).flatMap((tracked) => {
    if (!isAlive(tracked)) return []
    const proofUs = proofDueUs(tracked)
    const endUs = endOf(state, tracked)
    return [
      ...(proofUs === undefined
        ? []
        : [{ dueUs: proofUs, fire: (work: CaseWork) => judgeProof(work, tracked) }]),
      ...(endUs === undefined
        ? []
        : [{ dueUs: endUs, fire: (work: CaseWork) => expire(work, tracked) }]),
    ]
  })
}

function endOf(state: CaseState, tracked: TrackedAction): number | undefined {
  if (tracked.kind === 'enforcement') return heldBy(state, tracked)?.expires_at ?? undefined
  return ownAction(tracked.kind) && (tracked.action.expires_at ?? undefined)
}

function expire(work: CaseWork, tracked: TrackedAction): void {
  const own = ownAction(tracked.kind)
  own?.undo(tracked, work, { phase: 'expired', outcome: 'its time was over' })
  const isNews = tracked.kind === 'enforcement' && !isClosed(work.state)
  if (isNews) addEscalation(work, `expired: ${tracked.step} ${tracked.action.scope ?? ''}`)
}

function gateTimer(work: CaseWork): Timer[] {
  const dueUs = quietUntilUs(work)
  if (dueUs === undefined || isClosed(work.state) || !isGateReady(work)) return []
  return [{ dueUs: Math.max(dueUs, work.state.gateChangedAtUs), fire: passGate }]
}

function reviewTimer(work: CaseWork): Timer[] {
  const { state } = work
  if (state.isKillSwitch || state.reviewedAtUs !== null || state.isReviewOverdueTold) return []
  if (state.status === 'false_positive') return []
  const { within, alarm_before: beforeUs } = playbookOf(work).review
  const dueUs = (state.containedAtUs ?? state.facts.opened_at) + within
  return state.isReviewAlarmGiven
    ? [{ dueUs, fire: tellOverdue }]
    : [{ dueUs: dueUs - beforeUs, fire: alarmReview }]
}

function alarmReview(work: CaseWork): void {
  work.state.isReviewAlarmGiven = true
  addEscalation(work, 'the review is due')
  tellCommander(work, 'review-alarm', 'The time for the review is running out')
}

function tellOverdue(work: CaseWork): void {
  work.state.isReviewOverdueTold = true
  addEscalation(work, 'the review is overdue')
  tellCommander(work, 'review-overdue', 'The time for the review is over, and there is none')
}

function tellCommander(work: CaseWork, step: string, why: string): void {
  const { state } = work
  const notice = newAction(
    work,
    {
      step,
      do: 'notify',
      to: 'commander',
      template: 'engineering',
      approvals: 0,
      undo: false,
      why,
    },
    null,
  )
  if (state.actions[notice.action.action_id] === undefined) applyAction(work, notice)
}
