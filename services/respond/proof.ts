import { SECOND_US } from '#domain/time.ts'
import type { Activity, Enforcement } from '#domain/records/index.ts'
import { isAlive, type TrackedAction } from './case-state.ts'
import { addEscalation, writeAction, type CaseWork } from './case-work.ts'
import { newAction, applyAction, runStep } from './containment.ts'
import { ownAction } from './actions/own-actions.ts'
import type { Proof } from './actions/action-shape.ts'
import { isCounted, isOfScope, leftOutCount, wayAroundUs } from './actions/way-around.ts'
import { heldBy } from './restriction.ts'

/** Calls on their way when the tap took the restriction up. */
const IN_FLIGHT_MAX_US = SECOND_US
const PERMITTED_MAX_COUNT = 256
const NO_ANSWER: Proof = { phase: 'unproven', detail: 'no answer within its time' }

/**
 * What was seen of a scope while it is restricted: acknowledged, or permitted after all. Returns
 * whether anything was new.
 */
export function takeActivity(work: CaseWork, activity: Activity): boolean {
  let isNews = false
  for (const tracked of Object.values(work.state.actions)) {
    if (tracked.kind !== 'enforcement' || !isAlive(tracked)) continue
    const held = heldBy(work.state, tracked)
    if (held === undefined || tracked.appliedAtUs === null) continue
    const before = knownOf(tracked, activity)
    if (activity.enforcement_ids.includes(held.enforcement_id)) {
      const heardAtUs = Math.max(activity.last_at, tracked.appliedAtUs)
      tracked.acknowledgedAtUs ??= heardAtUs
      if (isOfCarrier(work, held, activity)) tracked.carrierAtUs ??= heardAtUs
    }
    if (!isCounted(held)) watchCalls(work, tracked, held, activity)
    else if (isOfScope(held, activity, work.options.permissions))
      watchPermitted(work, tracked, activity)
    const after = knownOf(tracked, activity)
    isNews ||= after.some((value, index) => value !== before[index])
  }
  return isNews
}

/** What a record of activity may change of an action. */
function knownOf(tracked: TrackedAction, activity: Activity): unknown[] {
  const { action, acknowledgedAtUs, carrierAtUs, aroundAtUs, unseenCount, permitted } = tracked
  const count = permitted[permittedKey(activity)]
  return [action.revision, acknowledgedAtUs, carrierAtUs, aroundAtUs, unseenCount, count]
}

/** An action that must be proven by now: it is, or it is unproven, which escalates. */
export function judgeProof(work: CaseWork, tracked: TrackedAction): void {
  const { phase } = tracked.action
  const proof = ownAction(tracked.kind)?.prove(tracked, work) ?? NO_ANSWER
  if (phase !== 'applied' && phase !== 'requested' && phase !== 'unproven') return
  if (proof.phase === 'proven') return writeAction(work, tracked, 'proven', proof)
  if (phase === 'unproven') return
  writeAction(work, tracked, 'unproven', proof)
  escalate(work, tracked, 'unproven')
}

/** When an action must be proven; undefined where nothing is waited for. */
export function proofDueUs(tracked: TrackedAction): number | undefined {
  const { appliedAtUs, carrierAtUs, proveWithinUs, action, unseenCount } = tracked
  if (appliedAtUs === null || proveWithinUs === null) return undefined
  const isOpen = action.phase === 'applied' || action.phase === 'requested'
  const isLateProof = action.phase === 'unproven' && carrierAtUs !== null && unseenCount === 0
  return isOpen || isLateProof ? (carrierAtUs ?? appliedAtUs) + proveWithinUs : undefined
}

/** Tells the commander, and takes the next stronger step where the playbook has one. */
export function escalate(
  work: CaseWork,
  tracked: TrackedAction,
  word: 'unproven' | 'ineffective' | 'failed',
): void {
  addEscalation(work, `${word}: ${tracked.step} ${tracked.action.scope ?? ''}`.trim())
  if (word === 'ineffective' && !tracked.isReplaced)
    for (const step of tracked.onIneffective)
      tracked.isReplaced = runStep(work, step) || tracked.isReplaced
  // A notice that does not arrive is not told by another notice.
  if (tracked.kind === 'notify') return
  const notice = newAction(
    work,
    {
      step: `escalate-${word}-${tracked.step}`,
      do: 'notify',
      to: 'commander',
      template: 'commander',
      approvals: 0,
      undo: false,
      why: `${tracked.step} is ${word}`,
    },
    tracked.scope,
  )
  if (work.state.actions[notice.action.action_id] === undefined) applyAction(work, notice)
}

/**
 * Whether the tap that tells this carries what a restriction is about: it tells of the scope
 * itself, or of a server of the incident or of its agents. Where no such server is known any may;
 * a tool is restricted by the tap of its server alone.
 */
function isOfCarrier({ state, options }: CaseWork, held: Enforcement, activity: Activity): boolean {
  const { permissions } = options
  const { server_ids: serverIds, agent_ids: agentIds } = state.facts
  const declared = agentIds.flatMap((id) => permissions.agents[id]?.servers ?? [])
  const servers = new Set([...serverIds, ...declared])
  const isOfTool = held.scope_kind === 'tool'
  return (
    servers.size === 0 ||
    isOfTool ||
    servers.has(activity.server_id) ||
    isOfScope(held, activity, permissions)
  )
}

/** A permitted call, or a text, that the restriction forbids is a way around. */
function watchCalls(
  work: CaseWork,
  tracked: TrackedAction,
  held: Enforcement,
  activity: Activity,
): void {
  const { permissions } = work.options
  const aroundUs = wayAroundUs(held, activity, permissions)
  if (aroundUs !== undefined) tracked.aroundAtUs = Math.max(tracked.aroundAtUs ?? 0, aroundUs)
  const { acknowledgedAtUs, aroundAtUs } = tracked
  if (acknowledgedAtUs === null) return
  const sinceUs = acknowledgedAtUs + IN_FLIGHT_MAX_US
  if (activity.last_at > sinceUs) tracked.unseenCount += leftOutCount(held, activity, permissions)
  if (aroundAtUs === null || aroundAtUs <= sinceUs) return
  if (tracked.action.phase === 'ineffective') return
  writeAction(work, tracked, 'ineffective', {
    detail: 'something it forbids was permitted after it was acknowledged',
  })
  escalate(work, tracked, 'ineffective')
}

/**
 * A permitted call, flow or query of the scope after the tap acknowledged, in-flight ones aside,
 * is a way around.
 */
function watchPermitted(work: CaseWork, tracked: TrackedAction, activity: Activity): void {
  const { acknowledgedAtUs, permitted } = tracked
  const key = permittedKey(activity)
  const count = permittedCount(activity)
  const isSettled =
    acknowledgedAtUs !== null && activity.last_at > acknowledgedAtUs + IN_FLIGHT_MAX_US
  const known = permitted[key]
  if (!isSettled) {
    if (known !== undefined || Object.keys(permitted).length < PERMITTED_MAX_COUNT)
      permitted[key] = Math.max(known ?? 0, count)
    return
  }
  const isAllNew = activity.first_at > acknowledgedAtUs + IN_FLIGHT_MAX_US
  const before = known ?? (isAllNew ? 0 : count)
  permitted[key] = Math.max(before, count)
  if (count <= before || tracked.action.phase === 'ineffective') return
  writeAction(work, tracked, 'ineffective', {
    detail: `${count - before} permitted on the ${activity.layer} layer after it was acknowledged`,
  })
  escalate(work, tracked, 'ineffective')
}

function permittedKey({ session_id, server_id, layer }: Activity): string {
  return `${session_id} ${server_id} ${layer}`
}

function permittedCount(activity: Activity): number {
  const { permitted_count, query_count, flow_count, refused_count, layer } = activity
  if (layer === 'network') return Math.max(0, flow_count - refused_count)
  return layer === 'data' ? query_count : permitted_count
}
