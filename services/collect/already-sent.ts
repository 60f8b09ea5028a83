import type { Codec } from '#domain/codec.ts'
import type { Log } from '#domain/log.ts'
import { MINUTE_US } from '#domain/time.ts'
import { EVENT_TOPICS, type EventTopic } from '#domain/topics.ts'
import type { CollectorName } from './source.ts'

/** End offsets of the partitions of the topics of events. */
export type LogPositions = { [topic: string]: number[] }

/** What the log holds of a collector behind its checkpoint. */
export type SentLog = {
  /** Where the log ends now. @throws Fault LOG_UNAVAILABLE */
  ends(): Promise<LogPositions>
  /**
   * Ids of the collector's events from `positions` on: those a killed process had sent before it
   * could keep its checkpoint. `savedAtMs` is the checkpoint's time.
   *
   * @throws Fault LOG_UNAVAILABLE
   */
  idsSince(
    positions: LogPositions,
    name: CollectorName,
    savedAtMs: number,
  ): Promise<ReadonlySet<string>>
}

/**
 * What was sent between two checkpoints was collected within so long after the first; what others
 * have sent since is not read.
 */
const SENT_WITHIN_US = 60 * MINUTE_US

/** Reads back from a log, or from what stands for one. */
export function openSentLog(
  log: Pick<Log, 'endOffsets' | 'readToEnd'>,
  codec: Pick<Codec, 'prepare' | 'decode'>,
): SentLog {
  return {
    ends: async () => {
      const ends = await Promise.all(EVENT_TOPICS.map((topic) => log.endOffsets(topic)))
      return Object.fromEntries(EVENT_TOPICS.map((topic, index) => [topic, ends[index] ?? []]))
    },
    idsSince: async (positions, name, savedAtMs) => {
      const ids = new Set<string>()
      const untilUs = savedAtMs * 1000 + SENT_WITHIN_US
      for (const topic of EVENT_TOPICS) {
        const ends = await log.endOffsets(topic)
        for (const [partition, end] of ends.entries()) {
          // Behind the end is where another log was written, which is gone.
          const known = positions[topic]?.[partition] ?? 0
          const offset = known > end ? 0 : known
          await addIds({ log, codec, ids, name, untilUs }, topic, partition, offset)
        }
      }
      return ids
    },
  }
}

type Looking = {
  log: Pick<Log, 'readToEnd'>
  codec: Pick<Codec, 'prepare' | 'decode'>
  ids: Set<string>
  name: CollectorName
  untilUs: number
}

async function addIds(
  { log, codec, ids, name, untilUs }: Looking,
  topic: EventTopic,
  partition: number,
  offset: number,
): Promise<void> {
  for await (const { records } of log.readToEnd({ topic, partition, offset })) {
    const values = records.flatMap(({ value }) => (value === null ? [] : [value]))
    await codec.prepare(topic, values)
    for (const value of values) {
      const decoded = codec.decode(topic, value)
      if (!decoded.ok) continue
      const { event_id, tenant_id, collector_id, collected_at } = decoded.value
      if (collected_at > untilUs) return
      if (tenant_id === name.tenantId && collector_id === name.collectorId) ids.add(event_id)
    }
  }
}
