import { z } from 'zod'

import type { RawBatch, RawRecord, RawSource } from '../raw-source.ts'

/** A topic of raw lines, read by a group: what an adapter opens. */
export type LineTopic = {
  /** Until the signal aborts; now and then nothing, where nothing comes. */
  read(signal: AbortSignal): AsyncIterable<{
    partition: number
    messages: readonly { offset: number; value: Buffer | null }[]
    acknowledge: () => Promise<void>
  }>
  close(): Promise<void>
}

const MARK = z.record(z.string(), z.int())
/** More than one batch cannot be in the log and not be committed. */
const UNCOMMITTED_MAX_COUNT = 1_000

/**
 * Reads a topic whose messages are raw records, each its own. Offsets are committed once the log
 * has the records; what was in the log at a kill and not yet committed is not taken again.
 */
export function openKafkaLines(topic: LineTopic, topicName: string, mark: unknown): RawSource {
  const known = MARK.safeParse(mark)
  const next = new Map(known.success ? Object.entries(known.data) : [])
  return {
    batches: (signal) => batches(topic, topicName, next, signal),
    close: () => topic.close(),
  }
}

async function* batches(
  topic: LineTopic,
  topicName: string,
  next: Map<string, number>,
  signal: AbortSignal,
): AsyncIterable<RawBatch> {
  for await (const { partition, messages, acknowledge } of topic.read(signal)) {
    const stream = String(partition)
    const taken = next.get(stream) ?? 0
    const records: RawRecord[] = []
    for (const { offset, value } of messages) {
      const isTaken = offset < taken && taken - offset <= UNCOMMITTED_MAX_COUNT
      if (value === null || isTaken) continue
      const place = `${topicName}/${partition}/${offset}`
      records.push({ bytes: value, byteCount: value.length, place, stream })
    }
    const last = messages.at(-1)
    if (last !== undefined) next.set(stream, last.offset + 1)
    yield { records, mark: Object.fromEntries(next), acknowledged: acknowledge }
  }
}
