import type { Admin, ITopicConfig } from 'kafkajs'

import { partitionCountOf, TOPICS, type TopicName, type TopicSpec } from '#domain/topics.ts'
import type { FullSettings } from './settings.ts'

/** Changelogs: a checkpoint goes into one batch, so that it is there whole or not at all. */
export const STATE_TOPIC_PREFIX = 'state.'
const HELD_TOPIC = 'held.v1'
const STATE_MESSAGE_MAX_BYTES = 32 * 1024 * 1024
/** Counted before compression, with room for what is not the records. */
export const STATE_BATCH_MAX_BYTES = STATE_MESSAGE_MAX_BYTES - 64 * 1024

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const STATE_SEGMENT_BYTES = 64 * 1024 * 1024

/** How `createTopics` asks for a topic. */
export function topicConfig(
  spec: TopicSpec,
  settings: Pick<FullSettings, 'topicPrefix' | 'laneCount' | 'replicationFactor'>,
): ITopicConfig & { configEntries: { name: string; value: string }[] } {
  return {
    topic: settings.topicPrefix + spec.name,
    numPartitions: partitionCountOf(spec, settings.laneCount),
    replicationFactor: settings.replicationFactor,
    configEntries: Object.entries(configEntries(spec)).map(([name, value]) => ({ name, value })),
  }
}

/** Creates the topics that are missing, with their cleanup; returns the new ones. */
export async function createMissingTopics(
  admin: Admin,
  settings: FullSettings,
): Promise<TopicName[]> {
  const existing = new Set(await admin.listTopics())
  const missing = TOPICS.filter((spec) => !existing.has(settings.topicPrefix + spec.name))
  if (missing.length === 0) return []
  const topics = missing.map((spec) => topicConfig(spec, settings))
  const timeout = settings.unavailableAfterMs
  await admin.createTopics({ topics, waitForLeaders: false, timeout })
  return missing.map((spec) => spec.name)
}

function configEntries(spec: TopicSpec): Record<string, string> {
  const entries: Record<string, string> = {
    'cleanup.policy': spec.cleanup,
    'retention.ms': spec.retentionDays === undefined ? '-1' : String(spec.retentionDays * DAY_MS),
  }
  if (spec.cleanup === 'delete') return entries
  if (spec.retentionDays !== undefined) entries['cleanup.policy'] = 'compact,delete'
  entries['min.compaction.lag.ms'] = String(HOUR_MS)
  // What is held is a record of another topic, and a third longer.
  const isState = spec.name.startsWith(STATE_TOPIC_PREFIX)
  if (isState || spec.name === HELD_TOPIC)
    entries['max.message.bytes'] = String(STATE_MESSAGE_MAX_BYTES)
  if (!isState) return entries
  // The newest segment is never compacted, and all of it is read when state is restored.
  entries['segment.bytes'] = String(STATE_SEGMENT_BYTES)
  entries['segment.ms'] = String(HOUR_MS)
  return entries
}
