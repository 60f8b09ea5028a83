import { setTimeout as wait } from 'node:timers/promises'

import { Kafka, type Broker, type Cluster } from 'kafkajs'

import { asFault } from './faults.ts'
import { logCreatorFor } from './logger.ts'
import { mendClient } from './client-mends.ts'
import type { FullSettings } from './settings.ts'

const CONNECTION_TIMEOUT_MS = 3_000
const RETRY = { initialRetryTime: 100, multiplier: 2, maxRetryTime: 500, retries: 2 }
const METADATA_MAX_AGE_MS = 60_000
const ATTEMPT_DELAY_MAX_MS = 1_000
const CLOSE_MAX_MS = 2_000
/** The broker asks for one, also where there are no transactions. */
const TRANSACTION_TIMEOUT_MS = 60_000
/** So long may it take until every broker knows a topic that was just created. */
const TOPIC_SPREAD_MAX_MS = 2_000

/** One request of the Kafka protocol: its number and version, its body, how to read the answer. */
export type WireRequest<T> = {
  apiKey: number
  apiVersion: number
  apiName: string
  body: Buffer
  decode: (payload: Buffer) => T
  timeoutMs?: number
}

/** What kafkajs's broker can do beyond its published type. */
export type GroupBroker = Broker & {
  connectionPool: { send(request: object): Promise<unknown> }
  initProducerId(request: {
    transactionTimeout: number
  }): Promise<{ producerId: string; producerEpoch: number }>
  joinGroup(request: object): Promise<JoinedGroup>
  syncGroup(request: object): Promise<{ memberAssignment: Buffer }>
  heartbeat(request: object): Promise<unknown>
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>
}

export type ProducerId = { producerId: number; producerEpoch: number }

type JoinedGroup = {
  generationId: number
  leaderId: string
  memberId: string
  members: { memberId: string; memberMetadata: Buffer }[]
}

/** The kafkajs client behind everything else in this folder. */
export function openClient(settings: FullSettings): Kafka {
  mendClient()
  return new Kafka({
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    ssl: settings.tls,
    ...(settings.sasl === undefined ? {} : { sasl: settings.sasl }),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: settings.requestTimeoutMs,
    retry: RETRY,
    logCreator: logCreatorFor(settings.logger),
  })
}

/**
 * Connections of one user of the log, with the topics' leaders. kafkajs keeps connections, TLS,
 * SASL and metadata; it hands its cluster to partition assigners, which is how we come by it.
 */
export class KafkaCluster {
  readonly #cluster: Cluster
  readonly #unavailableAfterMs: number
  readonly #coordinators = new Map<string, GroupBroker>()
  /** As of the last metadata: kafkajs looks through all of it for each partition. */
  readonly #leaders = new Map<string, string | undefined>()
  #isClosed = false

  constructor(client: Kafka, settings: FullSettings) {
    this.#cluster = clusterOf(client)
    this.#unavailableAfterMs = settings.unavailableAfterMs
  }

  /** @throws Fault LOG_UNAVAILABLE, TOPIC_MISSING, BAD_SETTINGS. */
  async connect(
    topics: readonly string[],
    maxMs = this.#unavailableAfterMs,
    newTopicsMaxMs = TOPIC_SPREAD_MAX_MS,
  ): Promise<void> {
    const connectToAll = async (): Promise<void> => {
      await this.#cluster.connect()
      await this.#cluster.addMultipleTargetTopics([...topics])
      this.#leaders.clear()
    }
    await this.attempt('Connecting', connectToAll, maxMs, newTopicsMaxMs)
  }

  /** Number of partitions of a topic named in `connect`. */
  partitionCount(topic: string): number {
    return this.#cluster.findTopicPartitionMetadata(topic).length
  }

  /** The node that leads a partition; undefined where none is known. */
  leaderOf(topic: string, partition: number): string | undefined {
    const id = `${topic}/${partition}`
    if (this.#leaders.has(id)) return this.#leaders.get(id)
    const [leader] = Object.keys(this.#cluster.findLeaderForPartitions(topic, [partition]))
    this.#leaders.set(id, leader)
    return leader
  }

  /** A name for a row of records, by which the broker knows repeats. */
  async newProducer(): Promise<ProducerId> {
    const [nodeId = '0'] = this.#cluster.getNodeIds()
    const broker = (await this.#cluster.findBroker({ nodeId: String(nodeId) })) as GroupBroker
    const { producerId, producerEpoch } = await this.guard(broker, () =>
      broker.initProducerId({ transactionTimeout: TRANSACTION_TIMEOUT_MS }),
    )
    return { producerId: Number(producerId), producerEpoch }
  }

  /** The node that keeps a group's offsets and members; asked for again after any failure. */
  async coordinator(groupId: string): Promise<GroupBroker> {
    const known = this.#coordinators.get(groupId)
    if (known !== undefined) return known
    const found = (await this.#cluster.findGroupCoordinator({ groupId })) as GroupBroker
    this.#coordinators.set(groupId, found)
    return found
  }

  /** First and end offsets of a partition. */
  async range(topic: string, partition: number): Promise<{ first: number; end: number }> {
    const ask = (fromBeginning: boolean): Promise<number> =>
      this.#cluster
        .fetchTopicsOffset([{ topic, partitions: [{ partition }], fromBeginning }])
        .then(([found]) => Number(found?.partitions[0]?.offset ?? 0))
    const [first, end] = await Promise.all([ask(true), ask(false)])
    return { first, end }
  }

  /** End offsets of a topic's partitions, by partition. */
  async ends(topic: string): Promise<number[]> {
    const count = this.partitionCount(topic)
    const partitions = Array.from({ length: count }, (_, partition) => ({ partition }))
    const [found] = await this.#cluster.fetchTopicsOffset([
      { topic, partitions, fromBeginning: false },
    ])
    const ends: number[] = Array.from({ length: count }, () => 0)
    for (const { partition, offset } of found?.partitions ?? []) ends[partition] = Number(offset)
    return ends
  }

  async refresh(): Promise<void> {
    await this.#cluster.refreshMetadata()
    this.#leaders.clear()
  }

  /** Refreshes the metadata if it can; whoever needs it will find out. */
  async tryRefresh(): Promise<void> {
    try {
      await this.refresh()
    } catch {
      // The caller is about to try again anyway, and reports what that says.
    }
  }

  /** Sends one request to a node. A connection that does not answer in time is given up. */
  async request<T>(nodeId: string, request: WireRequest<T>): Promise<T> {
    const broker = (await this.#cluster.findBroker({ nodeId })) as GroupBroker
    return this.guard(broker, () => sendTo(broker, request))
  }

  /** Runs a request; where its connection died or went silent the next one gets a new one. */
  async guard<T>(broker: Broker, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      this.#coordinators.clear()
      const { name } = error as { name?: string }
      if (name === 'KafkaJSConnectionClosedError' || name === 'KafkaJSRequestTimeoutError')
        await withinMs(CLOSE_MAX_MS, broker.disconnect())
      throw error
    }
  }

  /**
   * Repeats work that fails for a passing reason, with fresh metadata, for at most `maxMs`.
   *
   * @throws Fault LOG_UNAVAILABLE, TOPIC_MISSING, BAD_SETTINGS, OWNERSHIP_LOST.
   */
  async attempt<T>(
    what: string,
    work: () => Promise<T>,
    maxMs = this.#unavailableAfterMs,
    newTopicsMaxMs = TOPIC_SPREAD_MAX_MS,
  ): Promise<T> {
    const deadlineMs = Date.now() + maxMs
    for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, ATTEMPT_DELAY_MAX_MS)) {
      try {
        return await work()
      } catch (error) {
        const fault = asFault(error, what)
        const leftMs = deadlineMs - Date.now() - delayMs
        const isNewTopic = fault.code === 'TOPIC_MISSING' && maxMs - leftMs < newTopicsMaxMs
        const isPassing = fault.code === 'LOG_UNAVAILABLE' || isNewTopic
        if (!isPassing || leftMs < 0 || this.#isClosed) throw fault
        await wait(delayMs)
        await this.tryRefresh()
      }
    }
  }

  /** Gives up all connections; takes a bounded time even where the broker is silent. */
  async close(): Promise<void> {
    this.#isClosed = true
    await withinMs(CLOSE_MAX_MS, this.#cluster.disconnect())
  }
}

/** Waits for work, but no longer than `maxMs`, whatever becomes of it. */
export async function withinMs(maxMs: number, work: Promise<unknown>): Promise<void> {
  const abort = new AbortController()
  const timer = wait(maxMs, undefined, { signal: abort.signal }).catch(() => undefined)
  await Promise.race([work.catch(() => undefined), timer])
  abort.abort()
}

function clusterOf(client: Kafka): Cluster {
  let found: Cluster | undefined
  client.consumer({
    groupId: 'unused',
    allowAutoTopicCreation: false,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster
        return {
          name: 'unused',
          version: 0,
          assign: () => Promise.resolve([]),
          protocol: () => ({ name: 'unused', metadata: Buffer.alloc(0) }),
        }
      },
    ],
  })
  if (found === undefined) throw new Error('kafkajs did not hand over its cluster')
  return found
}

async function sendTo<T>(broker: GroupBroker, request: WireRequest<T>): Promise<T> {
  const { apiKey, apiVersion, apiName, body, decode, timeoutMs } = request
  const answer = await broker.connectionPool.send({
    request: { apiKey, apiVersion, apiName, encode: () => ({ buf: body, buffer: body }) },
    response: {
      decode: (payload: Buffer) => ({ payload, clientSideThrottleTime: 0 }),
      parse: ({ payload }: { payload: Buffer }) => decode(payload),
    },
    logResponseError: false,
    ...(timeoutMs === undefined ? {} : { requestTimeout: timeoutMs }),
  })
  return answer as T
}
