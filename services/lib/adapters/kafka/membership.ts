import type { Ownership } from '#domain/log.ts'
import { decodeAssignment, encodeAssignments, encodeMember, LANE_PROTOCOL } from './assignment.ts'
import type { GroupShape } from './assignment.ts'
import { withinMs, type GroupBroker, type KafkaCluster } from './cluster.ts'
import { asFault, isMembershipLost, isRebalancing } from './faults.ts'
import type { FullSettings } from './settings.ts'
import { Signal } from './signal.ts'

const HEARTBEAT_MS = 500
const REBALANCE_TIMEOUT_MS = 15_000
const RETRY_DELAY_MS = 200
const CLOSE_MAX_MS = 2_000
const NO_GENERATION = -1

/** How the broker knows this member: what a commit must name. */
export type MemberMark = { memberId: string; generationId: number }

/**
 * Stays in a consumer group: joins, divides lanes when it leads, sends heartbeats, joins again when
 * the group changes. It works beside everything else, so that slow work loses no lanes.
 */
export class Membership {
  readonly #cluster: KafkaCluster
  readonly #groupId: string
  readonly #shape: GroupShape
  readonly #settings: FullSettings
  readonly #onOwnership: () => void
  readonly #changed = new Signal()
  readonly #closing = new Signal()
  #ownership: Ownership = { generation: 0, lanes: [] }
  #memberId = ''
  #generationId = NO_GENERATION
  #lastAnswerMs = 0
  #isClosed = false
  readonly #running: Promise<void>

  constructor(
    cluster: KafkaCluster,
    groupId: string,
    shape: GroupShape,
    settings: FullSettings,
    onOwnership: () => void,
  ) {
    this.#cluster = cluster
    this.#groupId = groupId
    this.#shape = shape
    this.#settings = settings
    this.#onOwnership = onOwnership
    this.#running = this.#run()
  }

  get ownership(): Ownership {
    return this.#ownership
  }

  /** Undefined while this process is no member. */
  get mark(): MemberMark | undefined {
    if (this.#memberId === '' || this.#ownership.lanes.length === 0) return undefined
    return { memberId: this.#memberId, generationId: this.#generationId }
  }

  /** Resolves when the ownership is no longer of `generation`, or after `maxWaitMs`. */
  async changed(generation: number, maxWaitMs: number): Promise<void> {
    if (this.#ownership.generation === generation) await this.#changed.wait(maxWaitMs)
  }

  /** Leaves the group, so that others get the lanes at once. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#closing.notify()
    const leave = async (): Promise<void> => {
      if (this.#memberId === '') return
      const coordinator = await this.#cluster.coordinator(this.#groupId)
      await coordinator.leaveGroup({ groupId: this.#groupId, memberId: this.#memberId })
    }
    await withinMs(CLOSE_MAX_MS, leave())
    this.#own({ generation: this.#ownership.generation, lanes: [] })
    await this.#cluster.close()
    await withinMs(CLOSE_MAX_MS, this.#running)
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const coordinator = await this.#cluster.coordinator(this.#groupId)
        await this.#cluster.guard(coordinator, () => this.#join(coordinator))
        await this.#stay()
      } catch (error) {
        await this.#afterFailure(error)
      }
    }
  }

  async #join(coordinator: GroupBroker): Promise<void> {
    const groupId = this.#groupId
    const { generation, lanes } = this.#ownership
    const metadata = encodeMember(this.#shape, { generation, lanes: [...lanes] })
    const joined = await coordinator.joinGroup({
      groupId,
      memberId: this.#memberId,
      sessionTimeout: this.#settings.sessionTimeoutMs,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      groupProtocols: [{ name: LANE_PROTOCOL, metadata }],
    })
    const { generationId, memberId, leaderId, members } = joined
    this.#memberId = memberId
    const groupAssignment =
      memberId === leaderId ? encodeAssignments(members, this.#shape, Date.now()) : []
    const synced = await coordinator.syncGroup({ groupId, generationId, memberId, groupAssignment })
    this.#generationId = generationId
    this.#lastAnswerMs = performance.now()
    this.#own(decodeAssignment(synced.memberAssignment))
  }

  /** Sends heartbeats until one fails for good, or the lanes had to be given up meanwhile. */
  async #stay(): Promise<void> {
    while (!this.#isClosed && this.#generationId !== NO_GENERATION) {
      await this.#closing.wait(HEARTBEAT_MS)
      if (this.#isClosed) return
      try {
        const coordinator = await this.#cluster.coordinator(this.#groupId)
        await this.#cluster.guard(coordinator, () =>
          coordinator.heartbeat({
            groupId: this.#groupId,
            memberId: this.#memberId,
            groupGenerationId: this.#generationId,
          }),
        )
        this.#lastAnswerMs = performance.now()
      } catch (error) {
        if (isMembershipLost(error)) throw error
        await this.#afterFailure(error)
      }
    }
  }

  async #afterFailure(error: unknown): Promise<void> {
    if (this.#isClosed || isRebalancing(error)) return
    const silentMs = performance.now() - this.#lastAnswerMs
    const isLost = isMembershipLost(error)
    if (isLost || silentMs > this.#settings.sessionTimeoutMs) this.#disown()
    if (isLost) {
      this.#memberId = ''
      return
    }
    const fault = asFault(error, `Joining group ${this.#groupId}`)
    const level = fault.code === 'LOG_UNAVAILABLE' ? 'debug' : 'warn'
    this.#settings.logger[level]({ code: fault.code }, fault.message)
    await this.#closing.wait(RETRY_DELAY_MS)
    await this.#cluster.tryRefresh()
  }

  /**
   * Nobody vouches for the lanes any more: another member may have them. Though the broker may yet
   * know this member when it is back, only a new round says which lanes are whose.
   */
  #disown(): void {
    this.#generationId = NO_GENERATION
    const { generation, lanes } = this.#ownership
    if (lanes.length > 0) this.#own({ generation: generation + 1, lanes: [] })
  }

  #own(ownership: Ownership): void {
    this.#ownership = ownership
    this.#onOwnership()
    this.#changed.notify()
  }
}
