import type { ActionKind } from '../playbook.ts'
import type { TrackedAction } from '../case-state.ts'
import { writeAction, type CaseWork } from '../case-work.ts'
import type { ActionShape, Proof } from './action-shape.ts'
import { enforcementAction } from './enforcement.ts'

/** How an action of ours ends. */
type Ending = { phase: 'undone' | 'expired'; outcome: string }

/**
 * What respond does itself, in the same step in which it decides: nobody waits for it, and a crash
 * repeats both or neither.
 */
export type OwnAction = ActionShape<TrackedAction, CaseWork, void, Proof | undefined, Ending>

/** The legal hold: on record at once; the keeper fills it. */
const preserveAction: OwnAction = {
  plan: ({ parameters }) => `hold the evidence of ${parameters['session_ids'] ?? '[]'}`,
  apply: (tracked, work) => {
    work.state.preservedAtUs ??= work.nowUs
    applied(tracked, work)
  },
  prove: () => undefined,
  undo: ended,
}

/** Every further alert reaches the queue at once: the case is what does it. */
const watchAction: OwnAction = {
  plan: ({ scope }) => `tell every further alert of ${scope ?? 'it'} at once`,
  apply: applied,
  prove: () => undefined,
  undo: ended,
}

const OWN_ACTIONS: Partial<Record<ActionKind, OwnAction>> = {
  preserve: preserveAction,
  watch: watchAction,
  enforcement: enforcementAction,
}

/** How this kind of action is done here; undefined where the executor does it. */
export function ownAction(kind: string): OwnAction | undefined {
  return Object.hasOwn(OWN_ACTIONS, kind) ? OWN_ACTIONS[kind as ActionKind] : undefined
}

function applied(tracked: TrackedAction, work: CaseWork): void {
  const { ttlUs } = tracked
  tracked.appliedAtUs = work.nowUs
  const expiresAtUs = ttlUs === null ? null : work.nowUs + ttlUs
  writeAction(work, tracked, 'applied', { expires_at: expiresAtUs })
}

function ended(tracked: TrackedAction, work: CaseWork, ending?: Ending): void {
  writeAction(work, tracked, ending?.phase ?? 'undone', { outcome: ending?.outcome ?? null })
}
