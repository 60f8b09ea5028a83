import type { Log, OutgoingRecord, Sender } from '#domain/log.ts'
import { EVENT_TOPICS, type TopicName } from '#domain/topics.ts'

/**
 * Goes on where the event topics end: of what is sent to a partition it leaves out as many records
 * as lie there already. Holds for topics that a single input alone is replayed into, from its
 * start: its records go to each partition in one order, so that what lies there is the beginning of
 * them.
 *
 * @throws Fault LOG_UNAVAILABLE.
 */
export async function resumeSender(log: Log, sender: Sender): Promise<Sender> {
  const ends = await Promise.all(
    EVENT_TOPICS.map(async (topic) => [topic, await log.endOffsets(topic)] as const),
  )
  const leftCounts = new Map<TopicName, number[]>(ends)
  const isNew = ({ topic, partition }: OutgoingRecord): boolean => {
    const counts = leftCounts.get(topic)
    const leftCount = counts?.[partition] ?? 0
    if (counts === undefined || leftCount === 0) return true
    counts[partition] = leftCount - 1
    return false
  }
  return {
    send: async (records) => {
      const rest = records.filter(isNew)
      if (rest.length > 0) await sender.send(rest)
    },
    close: () => sender.close(),
  }
}
