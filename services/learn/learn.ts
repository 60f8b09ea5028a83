import {
  COMPLETE_MEASURE,
  peersId,
  RESERVED_ID_PREFIX,
  SAMPLES_MIN_COUNT,
} from '#domain/baseline-form.ts'
import { keyOf } from '#domain/lane.ts'
import type { Baseline, FinishedSession } from '#domain/records/index.ts'
import type { Core, Emit, StageInput, StateChange } from '#domain/stage.ts'
import { awaitEpoch, closeEpoch, isForgotten, newAgent, type Agent } from './agent.ts'
import { peerSamples } from './peers.ts'
import { compareSamples, SAMPLE_AGE_MAX_US, sampleKey, sampleOf, type Sample } from './samples.ts'
import { markerOf, sealBaselines, type EpochSeal } from './seal.ts'
import { Taint } from './taint.ts'

const EPOCH_KEY = '~epoch'
const INCIDENTS_KEY = '~incidents'

export type LearnOptions = { epochUs: number; horizonUs: number }

/** An agent's state beside its samples, which are kept by epoch. */
type AgentHead = Pick<Agent, 'tenant_id' | 'agent_id' | 'droppedCount'> & {
  pending: Sample[]
  suspended: Sample[]
}
type AgentSamples = Pick<Agent, 'tenant_id' | 'agent_id' | 'samples'>
/** The agents of one tenant whose samples name one server. */
type Group = { tenantId: string; serverId: string; agentKeys: Set<string> }

/**
 * Learns each agent's normal, epoch by epoch (time.md, Sessions and baselines), and beside it that
 * of the peers which work through one server. Closes an epoch once the watermark is past its end
 * by the horizon; leaves out and takes out every session whose incident had opened by then, and
 * brings it back once the case is closed as a false positive.
 */
export function createLearnCore(options: LearnOptions): Core {
  return new LearnCore(options)
}

class LearnCore implements Core {
  readonly #options: LearnOptions
  readonly #agents = new Map<string, Agent>()
  readonly #groups = new Map<string, Group>()
  readonly #taint = new Taint()
  readonly #changedAgents = new Set<string>()
  /** Of each agent the epochs whose samples have changed. */
  readonly #changedEpochs = new Map<string, Set<number>>()
  #haveIncidentsChanged = false
  #hasEpochChanged = false
  #closedEpoch: number | undefined

  constructor(options: LearnOptions) {
    this.#options = options
  }

  onRecord(input: StageInput): 'taken' {
    if (input.schema === 'sessions.v1') this.#onSession(input.value)
    if (input.schema === 'incidents.v1' && this.#taint.open(input.value))
      this.#haveIncidentsChanged = true
    if (input.schema === 'cases.v1' && this.#taint.judge(input.value))
      this.#haveIncidentsChanged = true
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
    const changes = [...this.#changedAgents].sort().map((key): StateChange => {
      const agent = this.#agents.get(key)
      return { key, body: agent === undefined ? undefined : headOf(agent) }
    })
    for (const [key, epochs] of this.#changedEpochs)
      for (const epoch of epochs) changes.push(this.#sampleChange(key, epoch))
    if (this.#haveIncidentsChanged) changes.push({ key: INCIDENTS_KEY, body: this.#taint.pack() })
    if (this.#hasEpochChanged) changes.push({ key: EPOCH_KEY, body: { closed: this.#closedEpoch } })
    this.#changedAgents.clear()
    this.#changedEpochs.clear()
    this.#haveIncidentsChanged = false
    this.#hasEpochChanged = false
    return changes
  }

  restore(key: string, body: unknown): void {
    if (key === EPOCH_KEY) this.#closedEpoch = (body as { closed: number }).closed
    else if (key === INCIDENTS_KEY) this.#taint.restore(body as ReturnType<Taint['pack']>)
    else this.#restoreAgent(body as AgentHead | AgentSamples)
  }

  #restoreAgent(body: AgentHead | AgentSamples): void {
    const agent = this.#agentOf(body.tenant_id, body.agent_id)
    if ('samples' in body) {
      agent.samples = [...agent.samples, ...body.samples].sort(compareSamples)
      this.#noteServers(agent, body.samples)
      return
    }
    agent.droppedCount = body.droppedCount
    agent.pending = new Map(body.pending.map((sample) => [sampleKey(sample), sample]))
    agent.suspended = new Map(body.suspended.map((sample) => [sampleKey(sample), sample]))
  }

  #onSession(session: FinishedSession): void {
    const { tenant_id, agent_id } = session
    if (agent_id.startsWith(RESERVED_ID_PREFIX)) return
    const agent = this.#agentOf(tenant_id, agent_id)
    if (!awaitEpoch(agent, sampleOf(session))) return
    this.#changedAgents.add(keyOf(tenant_id, agent_id))
  }

  #agentOf(tenantId: string, agentId: string): Agent {
    const key = keyOf(tenantId, agentId)
    const agent = this.#agents.get(key) ?? newAgent(tenantId, agentId)
    this.#agents.set(key, agent)
    return agent
  }

  /** The first marker covers everything before the first watermark and the first session. */
  #beginBefore(watermarkUs: number, emit: Emit): void {
    const { epochUs } = this.#options
    let earliestUs = watermarkUs
    for (const agent of this.#agents.values())
      for (const sample of agent.pending.values())
        earliestUs = Math.min(earliestUs, sample.ended_at)
    if (earliestUs === Infinity) return
    const epoch = Math.floor(earliestUs / epochUs) - 1
    this.#setClosed(epoch)
    emit(baselineOutput(markerOf(COMPLETE_MEASURE, this.#sealOf(epoch))))
  }

  #close(epoch: number, emit: Emit): void {
    const seal = this.#sealOf(epoch)
    const limitUs = seal.sealedAtUs + this.#options.horizonUs
    const changedGroups = new Map<string, Sample[]>()
    for (const [key, agent] of [...this.#agents].sort(byKey)) {
      const isTainted = (sessionId: string): boolean =>
        this.#taint.isTainted(agent.tenant_id, sessionId, limitUs)
      const { changed, isChanged, isHeadChanged } = closeEpoch(agent, seal.sealedAtUs, isTainted)
      if (isHeadChanged) this.#changedAgents.add(key)
      if (isForgotten(agent, seal.sealedAtUs)) {
        this.#noteChanged(key, agent.samples)
        this.#agents.delete(key)
      }
      if (!isChanged) continue
      this.#noteChanged(key, changed)
      for (const group of this.#noteServers(agent, changed))
        changedGroups.set(group, [...(changedGroups.get(group) ?? []), ...changed])
      for (const baseline of sealBaselines(agent, agent.samples, seal, changed))
        emit(baselineOutput(baseline))
    }
    for (const [key, changed] of [...changedGroups].sort(byKey))
      this.#sealGroup(key, seal, changed, emit)
    this.#taint.forgetBefore(seal.sealedAtUs - 2 * SAMPLE_AGE_MAX_US)
    this.#setClosed(epoch)
    emit(baselineOutput(markerOf(COMPLETE_MEASURE, seal)))
  }

  #sealGroup(key: string, seal: EpochSeal, changed: readonly Sample[], emit: Emit): void {
    const group = this.#groups.get(key)
    if (group === undefined) return
    const agents = [...group.agentKeys].flatMap((agentKey) => this.#agents.get(agentKey) ?? [])
    const samples = peerSamples(agents, group.serverId, seal.sealedAtUs)
    if (samples.length === 0) this.#groups.delete(key)
    const owner = { tenant_id: group.tenantId, agent_id: peersId(group.serverId) }
    const all = new Set([...changed, ...agents.flatMap((agent) => agent.samples)])
    if (all.size < SAMPLES_MIN_COUNT) return // nobody was ever judged by so few
    for (const baseline of sealBaselines(owner, samples, seal, [...all]))
      emit(baselineOutput(baseline))
  }

  /** Notes which servers these samples of an agent name; returns their groups. */
  #noteServers({ tenant_id, agent_id }: Agent, samples: readonly Sample[]): Set<string> {
    const named = new Set<string>()
    for (const serverId of new Set(samples.flatMap(({ server_ids }) => server_ids))) {
      const key = keyOf(tenant_id, serverId)
      const unknown: Group = { tenantId: tenant_id, serverId, agentKeys: new Set() }
      const group = this.#groups.get(key) ?? unknown
      group.agentKeys.add(keyOf(tenant_id, agent_id))
      this.#groups.set(key, group)
      named.add(key)
    }
    return named
  }

  #noteChanged(agentKey: string, samples: readonly Sample[]): void {
    this.#changedAgents.add(agentKey)
    const epochs = this.#changedEpochs.get(agentKey) ?? new Set<number>()
    for (const { ended_at } of samples) epochs.add(Math.floor(ended_at / this.#options.epochUs))
    this.#changedEpochs.set(agentKey, epochs)
  }

  #sampleChange(agentKey: string, epoch: number): StateChange {
    const { epochUs } = this.#options
    const { tenant_id = '', agent_id = '', samples = [] } = this.#agents.get(agentKey) ?? {}
    const own = samples.filter(({ ended_at }) => Math.floor(ended_at / epochUs) === epoch)
    const body: AgentSamples = { tenant_id, agent_id, samples: own }
    return { key: `${agentKey}/${epoch}`, body: own.length === 0 ? undefined : body }
  }

  #lastPendingEpoch(): number {
    let last = this.#closedEpoch ?? -Infinity
    for (const agent of this.#agents.values())
      for (const sample of agent.pending.values())
        last = Math.max(last, Math.floor(sample.ended_at / this.#options.epochUs))
    return last
  }

  #setClosed(epoch: number): void {
    this.#closedEpoch = epoch
    this.#hasEpochChanged = true
  }

  #sealOf(epoch: number): EpochSeal {
    return { epoch, sealedAtUs: (epoch + 1) * this.#options.epochUs }
  }
}

function headOf({ tenant_id, agent_id, droppedCount, pending, suspended }: Agent): AgentHead {
  const waiting = { pending: [...pending.values()], suspended: [...suspended.values()] }
  return { tenant_id, agent_id, droppedCount, ...waiting }
}

function byKey([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1
}

function baselineOutput(value: Baseline): Parameters<Emit>[0] {
  const key = keyOf(value.tenant_id, value.agent_id, value.measure, String(value.epoch))
  return { topic: 'baselines.v1', schema: 'baselines.v1', key, value }
}
