import { formatTime } from '#domain/time.ts'
import type { TrackedAction } from '../case-state.ts'
import type { CaseWork } from '../case-work.ts'
import { lift, restrict } from '../restriction.ts'
import type { ActionShape, Proof } from './action-shape.ts'

/**
 * Restricts a scope: publishes it for the taps, which obey it. It is proven by what telemetry says
 * and by nothing else: a tap that carries the scope acknowledged it, and nothing that it forbids
 * was seen since.
 */
export const enforcementAction: ActionShape<
  TrackedAction,
  CaseWork,
  void,
  Proof | undefined,
  { phase: 'undone' | 'expired'; outcome: string }
> = {
  plan: ({ scope, parameters, expires_at: endsUs }) => {
    const until = endsUs === null ? '' : ` until ${formatTime(endsUs).slice(0, 19)}`
    return `${parameters['restriction'] ?? 'restrict'} ${scope ?? ''}${until}`
  },
  apply: (tracked, work) => restrict(work, tracked),
  prove: ({ acknowledgedAtUs, carrierAtUs, unseenCount }) => {
    if (acknowledgedAtUs === null)
      return { phase: 'unproven', detail: 'no acknowledgement within its time' }
    if (carrierAtUs === null)
      return { phase: 'unproven', detail: 'acknowledged by taps alone that do not carry it' }
    if (unseenCount > 0)
      return { phase: 'unproven', detail: 'more kinds of calls than activity tells of' }
    return { phase: 'proven', detail: 'acknowledged, nothing permitted since' }
  },
  undo: (tracked, work, ending = { phase: 'undone', outcome: 'taken back' }) =>
    lift(work, tracked, ending.phase, ending.outcome),
}
