import type { Kafka } from 'kafkajs'

import { Fault } from '#domain/fault.ts'
import type { Chunk, GroupSpec, Log, Position, Sender, Subscription } from '#domain/log.ts'
import { partitionCountOf, TOPICS, topicSpec, type TopicName } from '#domain/topics.ts'
import { KafkaCluster, openClient } from './cluster.ts'
import { asFault } from './faults.ts'
import { fetchRequest } from './fetch-request.ts'
import { Fetcher } from './fetcher.ts'
import { Membership } from './membership.ts'
import { KafkaSender } from './sender.ts'
import { withDefaults, type FullSettings, type KafkaSettings } from './settings.ts'
import { KafkaSubscription } from './subscription.ts'
import { followTopic, readPartition } from './tail.ts'
import { createMissingTopics } from './topics.ts'

const CHUNK_MAX_COUNT = 5_000
const FIRST_CONNECT_MAX_MS = 8_000

/**
 * The log on a Kafka cluster. Connects once at the start, so that wrong settings show at once.
 *
 * @throws Fault LOG_UNAVAILABLE, BAD_SETTINGS.
 */
export async function openKafkaLog(settings: KafkaSettings): Promise<Log> {
  const full = withDefaults(settings)
  const client = openClient(full)
  const probe = new KafkaCluster(client, full)
  try {
    await probe.connect([], FIRST_CONNECT_MAX_MS)
  } catch (cause) {
    const { code } = asFault(cause, 'Connecting')
    const brokers = full.brokers.join(', ')
    throw new Fault(code, `Kafka cannot be reached or used at ${brokers}`, { cause })
  } finally {
    await probe.close()
  }
  return new KafkaLog(client, full)
}

class KafkaLog implements Log {
  readonly kind = 'kafka'
  readonly laneCount: number
  readonly #client: Kafka
  readonly #settings: FullSettings
  readonly #toClose = new Set<{ close(): Promise<void> }>()
  #reading: Promise<KafkaCluster> | undefined

  constructor(client: Kafka, settings: FullSettings) {
    this.#client = client
    this.#settings = settings
    this.laneCount = settings.laneCount
  }

  async createTopics(): Promise<TopicName[]> {
    const admin = this.#client.admin()
    try {
      await admin.connect()
      const created = await createMissingTopics(admin, this.#settings)
      if (created.length > 0) await this.#waitFor(created)
      return created
    } catch (error) {
      throw asFault(error, 'Creating topics')
    } finally {
      await admin.disconnect()
    }
  }

  async openSender(): Promise<Sender> {
    const cluster = await this.#connect(TOPICS.map((spec) => spec.name))
    return this.#keep(new KafkaSender(cluster, this.#settings))
  }

  async subscribe(spec: GroupSpec): Promise<Subscription> {
    const { topicPrefix, laneCount, groupPrefix } = this.#settings
    const [membershipCluster, cluster] = await Promise.all([
      this.#connect(spec.topics),
      this.#connect(spec.topics),
    ])
    const fetcher = this.#fetcher(cluster)
    const shape = { topics: spec.topics, topicPrefix, laneCount, mode: spec.mode }
    const groupId = groupPrefix + spec.group
    const membership = new Membership(membershipCluster, groupId, shape, this.#settings, () => {
      const owned = new Set(membership.ownership.lanes)
      fetcher.retain((_topic, partition) => owned.has(partition))
    })
    return this.#keep(new KafkaSubscription({ groupId, topicPrefix, membership, fetcher, cluster }))
  }

  async endOffsets(topic: TopicName): Promise<number[]> {
    const cluster = await this.#openReading()
    return cluster.attempt(`Reading the ends of ${topic}`, () =>
      cluster.ends(this.#settings.topicPrefix + topic),
    )
  }

  async *readToEnd(from: Position, chunkMaxCount = CHUNK_MAX_COUNT): AsyncIterable<Chunk> {
    const cluster = await this.#openReading()
    yield* readPartition(cluster, this.#settings.topicPrefix, from, chunkMaxCount)
  }

  async follow(topic: TopicName, onChunk: (chunk: Chunk) => void): Promise<() => Promise<void>> {
    const { topicPrefix } = this.#settings
    const cluster = await this.#connect([topic])
    const fetcher = this.#fetcher(cluster)
    const stop = await followTopic({ cluster, fetcher, topicPrefix }, topic, onChunk)
    const handle = this.#keep({ close: stop })
    return async () => {
      await handle.close()
    }
  }

  async close(): Promise<void> {
    const reading = await this.#reading?.catch(() => undefined)
    await Promise.all([...this.#toClose].map((part) => part.close()))
    await reading?.close()
  }

  /** Connections for reading outside groups, shared; a subscription has its own. */
  #openReading(): Promise<KafkaCluster> {
    this.#reading ??= this.#connect(TOPICS.map((spec) => spec.name)).catch((error: unknown) => {
      this.#reading = undefined
      throw error
    })
    return this.#reading
  }

  /** New topics take a moment until brokers know them and their leaders. */
  async #waitFor(topics: readonly TopicName[]): Promise<void> {
    const { unavailableAfterMs } = this.#settings
    await (await this.#connect(topics, unavailableAfterMs)).close()
  }

  async #connect(topics: readonly TopicName[], newTopicsMaxMs?: number): Promise<KafkaCluster> {
    const cluster = new KafkaCluster(this.#client, this.#settings)
    const names = topics.map((topic) => this.#settings.topicPrefix + topic)
    try {
      await cluster.connect(names, this.#settings.unavailableAfterMs, newTopicsMaxMs)
      for (const topic of topics) this.#checkPartitions(cluster, topic)
      return cluster
    } catch (error) {
      await cluster.close()
      throw error
    }
  }

  #checkPartitions(cluster: KafkaCluster, topic: TopicName): void {
    const found = cluster.partitionCount(this.#settings.topicPrefix + topic)
    const expected = partitionCountOf(topicSpec(topic), this.laneCount)
    if (found !== expected)
      throw new Fault(
        'BAD_SETTINGS',
        `${topic} has ${found} partitions: set TOCSIN_PARTITIONS to what it was created with`,
      )
  }

  #fetcher(cluster: KafkaCluster): Fetcher {
    return new Fetcher(
      {
        leaderOf: (topic, partition) => cluster.leaderOf(topic, partition),
        fetch: (nodeId, targets, waitMs, maxBytes) =>
          cluster.request(nodeId, fetchRequest(targets, waitMs, maxBytes)),
        refresh: () => cluster.refresh(),
      },
      this.#settings,
    )
  }

  /** Closes a part with the log where its user has not done so before; never twice. */
  #keep<T extends { close(): Promise<void> }>(part: T): T {
    const close = part.close.bind(part)
    let closing: Promise<void> | undefined
    part.close = () => {
      this.#toClose.delete(part)
      closing ??= close()
      return closing
    }
    this.#toClose.add(part)
    return part
  }
}
