import { Fault } from '#domain/fault.ts'
import type { Chunk, Ownership, Position, Subscription } from '#domain/log.ts'
import type { KafkaCluster } from './cluster.ts'
import { asFault, isMembershipLost } from './faults.ts'
import type { Fetcher } from './fetcher.ts'
import type { Membership } from './membership.ts'

type Partition = Omit<Position, 'offset'>

/** One service's membership in its group, and what it reads as a member. */
export class KafkaSubscription implements Subscription {
  readonly #groupId: string
  readonly #topicPrefix: string
  readonly #membership: Membership
  readonly #fetcher: Fetcher
  readonly #cluster: KafkaCluster

  constructor(parts: {
    groupId: string
    topicPrefix: string
    membership: Membership
    fetcher: Fetcher
    cluster: KafkaCluster
  }) {
    this.#groupId = parts.groupId
    this.#topicPrefix = parts.topicPrefix
    this.#membership = parts.membership
    this.#fetcher = parts.fetcher
    this.#cluster = parts.cluster
  }

  ownership(): Ownership {
    return this.#membership.ownership
  }

  async ownershipChanged(generation: number, maxWaitMs: number): Promise<void> {
    await this.#membership.changed(generation, maxWaitMs)
  }

  async read(from: readonly Position[], limitCount: number, maxWaitMs: number): Promise<Chunk[]> {
    const owned = new Set(this.ownership().lanes)
    const mine = from.filter(({ partition }) => owned.has(partition))
    return this.#fetcher.read(mine, limitCount, maxWaitMs)
  }

  async committed(partitions: readonly Partition[]): Promise<Position[]> {
    if (partitions.length === 0) return []
    const topics = this.#byTopic(partitions, ({ partition }) => ({ partition }))
    const what = `Reading the offsets of ${this.#groupId}`
    const found = await this.#cluster.attempt(what, async () => {
      const coordinator = await this.#cluster.coordinator(this.#groupId)
      const request = { groupId: this.#groupId, topics: topics as [] }
      return this.#cluster.guard(coordinator, () => coordinator.offsetFetch(request))
    })
    const offsets = new Map(
      found.responses.flatMap(({ topic, partitions: ofTopic }) =>
        ofTopic.map(({ partition, offset }) => [`${topic}/${partition}`, Number(offset)] as const),
      ),
    )
    return partitions.flatMap(({ topic, partition }) => {
      const offset = offsets.get(`${this.#topicPrefix}${topic}/${partition}`) ?? -1
      return offset < 0 ? [] : [{ topic, partition, offset }]
    })
  }

  async commit(positions: readonly Position[]): Promise<void> {
    if (positions.length === 0) return
    const { mark } = this.#membership
    const owned = new Set(this.ownership().lanes)
    if (mark === undefined || positions.some(({ partition }) => !owned.has(partition)))
      throw lost(this.#groupId)
    const topics = this.#byTopic(positions, ({ partition, offset }) => ({
      partition,
      offset: String(offset),
    }))
    await this.#cluster.attempt(`Committing for ${this.#groupId}`, async () => {
      const coordinator = await this.#cluster.coordinator(this.#groupId)
      const { memberId, generationId: groupGenerationId } = mark
      const request = { groupId: this.#groupId, memberId, groupGenerationId, topics }
      try {
        await this.#cluster.guard(coordinator, () => coordinator.offsetCommit(request))
      } catch (error) {
        throw isMembershipLost(error) ? lost(this.#groupId, error) : error
      }
    })
  }

  async close(): Promise<void> {
    await Promise.all([this.#membership.close(), this.#fetcher.close()])
    await this.#cluster.close()
  }

  #byTopic<P extends Partition, T>(
    partitions: readonly P[],
    toEntry: (partition: P) => T,
  ): { topic: string; partitions: T[] }[] {
    const topics = new Map<string, T[]>()
    for (const partition of partitions) {
      const name = this.#topicPrefix + partition.topic
      topics.set(name, [...(topics.get(name) ?? []), toEntry(partition)])
    }
    return [...topics].map(([topic, entries]) => ({ topic, partitions: entries }))
  }
}

function lost(groupId: string, cause?: unknown): Fault {
  return asFault(
    new Fault('OWNERSHIP_LOST', `Group ${groupId} gave these lanes to another member`, { cause }),
    '',
  )
}
