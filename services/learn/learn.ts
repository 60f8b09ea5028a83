import { keyOf } from '#domain/lane.ts'
import type { Baseline, FinishedSession, Incident } from '#domain/records/index.ts'
import type { Core, Emit, StageInput, StateChange } from '#domain/stage.ts'
import {
  addSamples,
  compareSamples,
  SAMPLE_AGE_MAX_US,
  sampleOf,
  takeOut,
  type AgentSamples,
  type Sample,
} from './samples.ts'
import { sealBaselines } from './seal.ts'

const COMPLETE_MEASURE = '~complete'
const EPOCH_KEY = '~epoch'
const INCIDENTS_KEY = '~incidents'

export type LearnOptions = { epochUs: number; horizonUs: number }

type AgentState = AgentSamples & { pending: Sample[] }
/** When each session's earliest incident opened, by tenant and session. */
type OpenedIncidents = Map<string, number>

/**
 * Learns each agent's normal, epoch by epoch (time.md, Sessions and baselines). Closes an epoch
 * once the watermark is past its end by the horizon; leaves out and takes out every session whose
 * incident had opened by then.
 */
export function createLearnCore(options: LearnOptions): Core {
  return new LearnCore(options)
}

class LearnCore implements Core {
  readonly #options: LearnOptions
  readonly #agents = new Map<string, AgentState>()
  readonly #opened: OpenedIncidents = new Map()
  readonly #changedAgents = new Set<string>()
  #haveIncidentsChanged = false
  #hasEpochChanged = false
  #closedEpoch: number | undefined

  constructor(options: LearnOptions) {
    this.#options = options
  }

  onRecord(input: StageInput): 'taken' {
    if (input.schema === 'sessions.v1') this.#onSession(input.value)
    if (input.schema === 'incidents.v1') this.#onIncident(input.value)
    return 'taken'
  }

  onWatermark(watermarkUs: number, emit: Emit): void {
    const { epochUs, horizonUs } = this.#options
    const lastEpoch =
      watermarkUs === Infinity
        ? this.#lastPendingEpoch()
        : Math.floor((watermarkUs - horizonUs) / epochUs) - 1
    if (this.#closedEpoch === undefined) this.#beginBefore(watermarkUs, emit)
    while (this.#closedEpoch !== undefined && this.#closedEpoch < lastEpoch)
      this.#close(this.#closedEpoch + 1, emit)
  }

  takeChanges(): StateChange[] {
    const changes: StateChange[] = [...this.#changedAgents].sort().map((key) => ({
      key,
      body: this.#agents.get(key),
    }))
    if (this.#haveIncidentsChanged) changes.push({ key: INCIDENTS_KEY, body: [...this.#opened] })
    if (this.#hasEpochChanged) changes.push({ key: EPOCH_KEY, body: { closed: this.#closedEpoch } })
    this.#changedAgents.clear()
    this.#haveIncidentsChanged = false
    this.#hasEpochChanged = false
    return changes
  }

  restore(key: string, body: unknown): void {
    if (key === EPOCH_KEY) this.#closedEpoch = (body as { closed: number }).closed
    else if (key === INCIDENTS_KEY)
      for (const [session, openedUs] of body as [string, number][])
        this.#opened.set(session, openedUs)
    else this.#agents.set(key, body as AgentState)
  }

  #onSession(session: FinishedSession): void {
    const key = keyOf(session.tenant_id, session.agent_id)
    const { tenant_id, agent_id } = session
    const unknown: AgentState = { tenant_id, agent_id, samples: [], droppedCount: 0, pending: [] }
    const agent = this.#agents.get(key) ?? unknown
    const sample = sampleOf(session)
    if (agent.pending.some((other) => compareSamples(other, sample) === 0)) return
    agent.pending.push(sample)
    this.#agents.set(key, agent)
    this.#changedAgents.add(key)
  }

  #onIncident(incident: Incident): void {
    for (const sessionId of incident.session_ids) {
      const key = keyOf(incident.tenant_id, sessionId)
      const knownUs = this.#opened.get(key)
      if (knownUs !== undefined && knownUs <= incident.opened_at) continue
      this.#opened.set(key, incident.opened_at)
      this.#haveIncidentsChanged = true
    }
  }

  /** The first marker covers everything before the first watermark and the first session. */
  #beginBefore(watermarkUs: number, emit: Emit): void {
    const { epochUs } = this.#options
    let earliestUs = watermarkUs
    for (const agent of this.#agents.values())
      for (const sample of agent.pending) earliestUs = Math.min(earliestUs, sample.ended_at)
    if (earliestUs === Infinity) return
    this.#setClosed(Math.floor(earliestUs / epochUs) - 1)
    emit(marker(this.#closedEpoch ?? 0, epochUs))
  }

  #close(epoch: number, emit: Emit): void {
    const { epochUs, horizonUs } = this.#options
    const endUs = (epoch + 1) * epochUs
    const limitUs = endUs + horizonUs
    for (const key of [...this.#agents.keys()].sort()) {
      const agent = this.#agents.get(key)
      if (agent === undefined) continue
      if (!this.#fold(agent, endUs, limitUs)) continue
      this.#changedAgents.add(key)
      for (const baseline of sealBaselines(agent, { epoch, sealedAtUs: endUs }))
        emit(baselineOutput(baseline))
    }
    this.#forgetIncidents(endUs)
    this.#setClosed(epoch)
    emit(marker(epoch, epochUs))
  }

  /** Moves the epoch's sessions into the samples; returns whether the samples have changed. */
  #fold(agent: AgentState, endUs: number, limitUs: number): boolean {
    const isTainted = (sessionId: string): boolean => {
      const openedUs = this.#opened.get(keyOf(agent.tenant_id, sessionId))
      return openedUs !== undefined && openedUs <= limitUs
    }
    const due = agent.pending.filter((sample) => sample.ended_at < endUs)
    agent.pending = agent.pending.filter((sample) => sample.ended_at >= endUs)
    const clean = due.filter((sample) => !isTainted(sample.session_id)).sort(compareSamples)
    const removedCount = takeOut(agent, isTainted)
    addSamples(agent, clean, endUs)
    if (due.length > 0 && clean.length === 0) return removedCount > 0
    return clean.length > 0 || removedCount > 0
  }

  #forgetIncidents(endUs: number): void {
    for (const [key, openedUs] of this.#opened)
      if (openedUs < endUs - 2 * SAMPLE_AGE_MAX_US) this.#opened.delete(key)
  }

  #lastPendingEpoch(): number {
    let last = this.#closedEpoch ?? -Infinity
    for (const agent of this.#agents.values())
      for (const sample of agent.pending)
        last = Math.max(last, Math.floor(sample.ended_at / this.#options.epochUs))
    return last
  }

  #setClosed(epoch: number): void {
    this.#closedEpoch = epoch
    this.#hasEpochChanged = true
  }
}

function baselineOutput(value: Baseline): Parameters<Emit>[0] {
  const key = keyOf(value.tenant_id, value.agent_id, value.measure, String(value.epoch))
  return { topic: 'baselines.v1', schema: 'baselines.v1', key, value }
}

/** Says that every baseline up to and with this epoch has been written. */
function marker(epoch: number, epochUs: number): Parameters<Emit>[0] {
  return baselineOutput({
    tenant_id: '-',
    agent_id: '~',
    measure: COMPLETE_MEASURE,
    epoch,
    kind: 'marker',
    sealed_at: (epoch + 1) * epochUs,
    samples_count: 0,
    mean: null,
    median: null,
    mad: null,
    quantiles: [],
    last_seen: {},
    revision: 1,
  })
}
