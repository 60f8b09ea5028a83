import { isAlive, isClosed, type CaseState, type TrackedAction } from './case-state.ts'
import { type CaseWork } from './case-work.ts'

/**
 * Sets the case's status and clocks from what its actions have come to. Contained is a case whose
 * evidence is held and whose every restriction is in force and not known to be ineffective.
 */
export function settleStatus(work: CaseWork): void {
  const { state } = work
  if (isClosed(state) || state.isKillSwitch) return
  if (state.triagedAtUs === null) state.triagedAtUs = work.nowUs
  if (state.stage !== null) {
    state.status = 'recovering'
    return
  }
  if (!isContained(work)) {
    state.status = 'triaged'
    return
  }
  state.status = isEradicated(state) ? 'eradicated' : 'contained'
  if (state.status === 'eradicated') state.eradicatedAtUs ??= work.nowUs
  if (state.round === state.clockRound) state.containedAtUs = containedAtUs(work)
}

/** Whether the evidence is held and nothing that should restrict does not. */
export function isContained({ state }: CaseWork): boolean {
  if (state.preservedAtUs === null) return false
  const restricting = Object.values(state.actions).filter(isRestricting)
  return restricting.every((tracked) => {
    const { phase } = tracked.action
    if (phase === 'undone' || phase === 'denied') return true
    if (phase === 'ineffective' || phase === 'expired') return tracked.isReplaced
    return phase === 'applied' || phase === 'proven' || phase === 'unproven'
  })
}

/** The latest of the acknowledgements; of what is not acknowledged, when it was ordered. */
function containedAtUs({ state }: CaseWork): number {
  const times = Object.values(state.actions)
    .filter((tracked) => isRestricting(tracked) && isAlive(tracked))
    .map((tracked) => tracked.acknowledgedAtUs ?? tracked.appliedAtUs ?? 0)
  return Math.max(state.preservedAtUs ?? 0, ...times)
}

/** A mitigation is in force and none waits for a person. */
function isEradicated(state: CaseState): boolean {
  const mitigations = Object.values(state.actions).filter((one) => one.isStanding && isAlive(one))
  return mitigations.length > 0 && mitigations.every((one) => one.action.phase !== 'planned')
}

function isRestricting(tracked: TrackedAction): boolean {
  return tracked.kind === 'enforcement' && !tracked.isStanding
}
