import { setTimeout as wait } from 'node:timers/promises'

import { Fault } from '#domain/fault.ts'
import type { Chunk, Position } from '#domain/log.ts'
import type { TopicName } from '#domain/topics.ts'
import type { KafkaCluster } from './cluster.ts'
import type { Fetcher } from './fetcher.ts'
import { fetchRequest } from './fetch-request.ts'
import { ERROR } from './faults.ts'
import { Slot } from './slot.ts'

const FETCH_MAX_BYTES = 8 * 1024 * 1024
const FETCH_WAIT_MS = 20
const FOLLOW_WAIT_MS = 1_000
const FOLLOW_MAX_COUNT = 5_000
const FOLLOW_RETRY_MS = 500

/** Reads one partition from a position up to its end as it was at the call. */
export async function* readPartition(
  cluster: KafkaCluster,
  topicPrefix: string,
  from: Position,
  chunkMaxCount: number,
): AsyncGenerator<Chunk> {
  const topic = topicPrefix + from.topic
  const what = `Reading ${from.topic}/${from.partition}`
  const range = await cluster.attempt(what, () => cluster.range(topic, from.partition))
  const slot = new Slot(from.topic, from.partition, Math.max(from.offset, range.first))
  while (slot.headOffset < range.end) {
    const chunk = slot.take(chunkMaxCount)
    if (chunk === undefined) {
      await cluster.attempt(what, () => fetchInto(cluster, topic, slot))
      continue
    }
    yield cutAt(chunk, range.end)
  }
}

/** Hands every chunk of a whole topic to `onChunk`, now and from now on. */
export async function followTopic(
  parts: { cluster: KafkaCluster; fetcher: Fetcher; topicPrefix: string },
  topic: TopicName,
  onChunk: (chunk: Chunk) => void,
): Promise<() => Promise<void>> {
  const { cluster, fetcher, topicPrefix } = parts
  const what = `Following ${topic}`
  const ranges = await rangesOf(cluster, topicPrefix + topic, what)
  const positions = ranges.map(({ first }, partition): Position => {
    return { topic, partition, offset: first }
  })
  const stopping = new AbortController()
  const readOnce = async (): Promise<void> => {
    for (const chunk of await fetcher.read(positions, FOLLOW_MAX_COUNT, FOLLOW_WAIT_MS)) {
      if (stopping.signal.aborted) return
      onChunk(chunk)
      positions[chunk.partition] = { topic, partition: chunk.partition, offset: chunk.nextOffset }
    }
  }
  const isBehind = ({ partition, offset }: Position): boolean =>
    offset < (ranges[partition]?.end ?? 0)
  while (positions.some(isBehind)) await readOnce()
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await readOnce()
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        // Records may end before they were read; what is kept now is all there is to follow.
        if (error.code === 'OFFSET_OUT_OF_RANGE')
          for (const [partition, { first }] of (
            await rangesOf(cluster, topicPrefix + topic, what)
          ).entries()) {
            const offset = Math.max(first, positions[partition]?.offset ?? 0)
            positions[partition] = { topic, partition, offset }
          }
        else if (!error.retryable) throw error
        else await wait(FOLLOW_RETRY_MS)
      }
    }
  }
  const running = loop()
  return async () => {
    stopping.abort()
    await fetcher.close()
    await running
    await cluster.close()
  }
}

async function rangesOf(
  cluster: KafkaCluster,
  topic: string,
  what: string,
): Promise<{ first: number; end: number }[]> {
  const partitions = Array.from({ length: cluster.partitionCount(topic) }, (_, index) => index)
  return cluster.attempt(what, () =>
    Promise.all(partitions.map((partition) => cluster.range(topic, partition))),
  )
}

async function fetchInto(cluster: KafkaCluster, topic: string, slot: Slot): Promise<void> {
  const { partition, fetchOffset: offset } = slot
  const nodeId = cluster.leaderOf(topic, partition)
  if (nodeId === undefined) throw new Error(`no leader of ${topic}/${partition}`)
  const target = { topic, partition, offset, maxBytes: FETCH_MAX_BYTES }
  const [answer] = await cluster.request(
    nodeId,
    fetchRequest([target], FETCH_WAIT_MS, FETCH_MAX_BYTES),
  )
  if (answer === undefined || answer.errorCode !== ERROR.none) {
    const type = answer?.errorCode === ERROR.offsetOutOfRange ? 'OFFSET_OUT_OF_RANGE' : 'stale'
    throw Object.assign(new Error(`error ${answer?.errorCode}`), { type })
  }
  slot.add(answer.batches)
  if (slot.fetchOffset === offset) throw new Error('a fetch below the end brought nothing')
}

/** Leaves out what came after the end as it was at the call. */
function cutAt(chunk: Chunk, end: number): Chunk {
  if (chunk.nextOffset <= end) return chunk
  const records = chunk.records.filter((record) => record.offset < end)
  return { ...chunk, records, nextOffset: end }
}
