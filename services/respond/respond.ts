import { keyOf } from '#domain/lane.ts'
import type { Action, Activity, Case, Enforcement, Incident } from '#domain/records/index.ts'
import type { Core, Emit, StageInput, StateChange } from '#domain/stage.ts'
import { factsOf, isClosed, newCase, type CaseState } from './case-state.ts'
import { caseRecord, tellCase, type CaseWork, type RespondOptions } from './case-work.ts'
import { contain, isRaised, renewRestrictions } from './containment.ts'
import { decide } from './decision.ts'
import { denyTokens } from './deny-tokens.ts'
import { killSwitchFacts, killSwitchId } from './kill-switch.ts'
import { settleStatus } from './phase.ts'
import { escalate, takeActivity } from './proof.ts'
import { beginIfAutomatic, fallBack } from './recovery.ts'
import { publish, WRITER } from './restriction.ts'
import { nextDueUs, runTimers } from './timers.ts'
import { ToldBefore } from './told-before.ts'
import { Watch } from './watch.ts'

const CASE_KEY_PREFIX = 'c/'
const CLOCK_KEY = 'clock'
/** A closed case is kept for what still comes: late alerts, ends of standing restrictions. */
const CLOSED_AGE_MAX_US = 14 * 86_400_000_000
const OUTCOMES = new Set<Action['phase']>([
  'applied',
  'proven',
  'unproven',
  'ineffective',
  'failed',
])

/**
 * Runs the playbook of each incident's severity (response.md). What an incident asks for happens
 * at once; what a time asks for happens as of that time, when the watermark has passed it.
 */
export function createRespondCore(options: RespondOptions): Core {
  return new RespondCore(options)
}

class RespondCore implements Core {
  readonly #options: RespondOptions
  readonly #cases = new Map<string, CaseState>()
  readonly #dueUs = new Map<string, number>()
  readonly #watch = new Watch()
  readonly #toldBefore = new ToldBefore()
  readonly #changed = new Set<string>()
  #watermarkUs = -Infinity
  #latestEventUs = -Infinity
  #isClockChanged = false

  constructor(options: RespondOptions) {
    this.#options = options
  }

  onRecord(input: StageInput, emit: Emit): 'taken' {
    if (input.schema === 'incidents.v1') this.#onIncident(input.value, emit)
    if (input.schema === 'actions.v1') this.#onAction(input.value, emit)
    if (input.schema === 'activity.v1') this.#onActivity(input.value, emit)
    if (input.schema === 'cases.v1') this.#onOwnCase(input.value, emit)
    if (input.schema === 'enforcement.v1') this.#onOwnEnforcement(input.value, emit)
    return 'taken'
  }

  onWatermark(watermarkUs: number, emit: Emit): void {
    this.#watermarkUs = watermarkUs
    if (!this.#options.isLive) return
    const untilUs = this.#timersUntilUs()
    const due = [...this.#dueUs].filter(([, dueUs]) => dueUs <= untilUs)
    for (const [key, dueUs] of due.sort(byKey)) {
      const state = this.#cases.get(key)
      if (state === undefined) continue
      this.#finish(key, this.#workOn(state, dueUs, emit))
      this.#forgetClosed(key, state, untilUs)
    }
  }

  takeChanges(): StateChange[] {
    const ofCases = [...this.#changed].sort().map((key) => ({
      key: CASE_KEY_PREFIX + key,
      body: this.#cases.get(key),
    }))
    this.#changed.clear()
    const changes = [...ofCases, ...this.#toldBefore.takeChanges()]
    if (!this.#isClockChanged) return changes
    this.#isClockChanged = false
    return [...changes, { key: CLOCK_KEY, body: this.#latestEventUs }]
  }

  restore(key: string, body: unknown): void {
    if (key === CLOCK_KEY) this.#latestEventUs = body as number
    else if (this.#toldBefore.owns(key)) this.#toldBefore.restore(key, body as number)
    else {
      const caseKey = key.slice(CASE_KEY_PREFIX.length)
      const state = body as CaseState
      this.#cases.set(caseKey, state)
      this.#watch.note(caseKey, state)
      this.#dueUs.set(caseKey, nextDueUs(this.#workOn(state, 0, () => undefined)))
    }
  }

  #onIncident(incident: Incident, emit: Emit): void {
    this.#seeTime(incident.updated_at)
    const key = keyOf(incident.tenant_id, incident.incident_id)
    const known = this.#cases.get(key)
    if (known !== undefined && known.facts.revision >= incident.revision) return
    const state = known ?? this.#newCase(key, incident)
    this.#cases.set(key, state)
    const work = this.#workOn(state, incident.updated_at, emit)
    const isLater = known !== undefined && incident.updated_at > known.facts.updated_at
    state.facts = factsOf(incident)
    if (!isClosed(state)) {
      const isRelated = isLater && incident.updated_at > (state.stageSinceUs ?? 0)
      if (state.stage !== null && (isRelated || isRaised(state))) fallBack(work, isRaised(state))
      contain(work)
      if (isLater && this.#options.isLive) renewRestrictions(work)
    }
    this.#finish(key, work)
  }

  #newCase(key: string, incident: Incident): CaseState {
    const revision = this.#toldBefore.revisionOf(key)
    this.#toldBefore.delete(key)
    const told = revision === 0 ? null : { revision, fingerprint: '' }
    return { ...newCase(factsOf(incident)), told }
  }

  #onActivity(activity: Activity, emit: Emit): void {
    this.#seeTime(activity.last_at)
    if (!this.#options.isLive) return
    for (const key of this.#watch.concerned(activity, this.#options.permissions)) {
      const state = this.#cases.get(key)
      if (state === undefined) continue
      const work = this.#workOn(state, activity.last_at, emit)
      if (takeActivity(work, activity)) this.#finish(key, work)
    }
  }

  /** A person's decision, or what the executor says of an action; our own words say nothing new. */
  #onAction(action: Action, emit: Emit): void {
    if (!this.#options.isLive) return
    const isDecision = action.kind === 'decision' && action.phase === 'requested'
    const key = keyOf(action.tenant_id, action.incident_id)
    const state = this.#cases.get(key) ?? (isDecision ? this.#killSwitchOf(action) : undefined)
    if (state === undefined) return
    const tracked = state.actions[action.action_id]
    if (!isDecision && (tracked === undefined || action.revision <= tracked.action.revision)) return
    this.#cases.set(key, state)
    const work = this.#workOn(state, action.occurred_at, emit)
    if (isDecision) decide(work, action)
    else if (tracked !== undefined) {
      tracked.action = action
      state.gateChangedAtUs = Math.max(state.gateChangedAtUs, work.nowUs)
      const { phase } = action
      if (phase === 'failed' || phase === 'unproven' || phase === 'ineffective')
        escalate(work, tracked, phase)
      if (OUTCOMES.has(action.phase)) {
        tracked.appliedAtUs ??= work.nowUs
        denyTokens(work, tracked)
      }
    }
    this.#finish(key, work)
  }

  #killSwitchOf(decision: Action): CaseState | undefined {
    const { tenant_id, occurred_at, parameters, incident_id } = decision
    const { server } = parameters
    if (server === undefined || incident_id !== killSwitchId(tenant_id, server)) return undefined
    return newCase(killSwitchFacts(tenant_id, server, occurred_at), true)
  }

  /** What a predecessor told after its last checkpoint: ours must be newer to be heard. */
  #onOwnCase(told: Case, emit: Emit): void {
    const key = keyOf(told.tenant_id, told.incident_id)
    const state = this.#cases.get(key)
    if (state === undefined) return this.#toldBefore.note(key, told.revision)
    if (told.revision <= (state.told?.revision ?? 0)) return
    state.told = { revision: told.revision, fingerprint: '' }
    this.#finish(key, this.#workOn(state, told.detected_at, emit))
  }

  #onOwnEnforcement(told: Enforcement, emit: Emit): void {
    if (!this.#options.isLive) return
    const { tenant_id, incident_id, enforcement_id } = told
    const keys = incident_id === null ? [...this.#cases.keys()] : [keyOf(tenant_id, incident_id)]
    let isKnown = false
    for (const key of keys) {
      const state = this.#cases.get(key)
      const ours = state?.enforcements[enforcement_id]
      if (state === undefined || ours === undefined) continue
      isKnown = true
      if (told.revision <= ours.revision) continue
      const work = this.#workOn(state, ours.since, emit)
      publish(work, { ...ours, revision: told.revision + 1 })
      this.#finish(key, work)
    }
    if (!isKnown && told.written_by === WRITER) {
      this.#toldBefore.note(enforcement_id, told.revision)
    }
  }

  #workOn(state: CaseState, timeUs: number, emit: Emit): CaseWork {
    const { isLive } = this.#options
    const isTimed = isLive && Number.isFinite(this.#watermarkUs)
    const nowUs = isTimed ? Math.max(timeUs, this.#watermarkUs) : timeUs
    return { state, nowUs, options: this.#options, toldBefore: this.#toldBefore, emit }
  }

  #settle(work: CaseWork): void {
    settleStatus(work)
    beginIfAutomatic(work)
  }

  /** The end of the input is no time: timers go as far as the last event and the horizon. */
  #timersUntilUs(): number {
    if (this.#watermarkUs !== Infinity) return this.#watermarkUs
    return this.#latestEventUs + this.#options.horizonUs
  }

  /** What a late record makes due is done with it: nothing depends on when the next one comes. */
  #finish(key: string, work: CaseWork): void {
    this.#settle(work)
    if (this.#options.isLive) {
      runTimers(work, this.#timersUntilUs(), () => this.#settle(work))
      this.#settle(work)
    }
    tellCase(work, this.#recordOf(work))
    this.#changed.add(key)
    this.#watch.note(key, work.state)
    this.#dueUs.set(key, nextDueUs(work))
  }

  /**
   * In a replay the case is what the incident alone comes to, whatever provisional forms of it were
   * seen on the way: the same input gives the same case.
   */
  #recordOf(work: CaseWork): Omit<Case, 'revision'> {
    if (this.#options.isLive) return caseRecord(work)
    const { facts } = work.state
    const fresh = { ...work, state: newCase(facts), nowUs: facts.opened_at, emit: () => undefined }
    contain(fresh)
    settleStatus(fresh)
    return caseRecord(fresh)
  }

  #seeTime(timeUs: number): void {
    if (timeUs <= this.#latestEventUs) return
    this.#latestEventUs = timeUs
    this.#isClockChanged = true
  }

  #forgetClosed(key: string, state: CaseState, untilUs: number): void {
    if (state.closedAtUs === null || untilUs < state.closedAtUs + CLOSED_AGE_MAX_US) return
    if ((this.#dueUs.get(key) ?? Infinity) !== Infinity) return
    this.#cases.delete(key)
    this.#watch.note(key, undefined)
    this.#dueUs.delete(key)
    this.#changed.add(key)
  }
}

function byKey([one]: [string, number], [other]: [string, number]): number {
  return one < other ? -1 : 1
}
