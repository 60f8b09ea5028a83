import type { DatabaseSync } from 'node:sqlite'

import { TOPICS, type TopicSpec } from '#domain/topics.ts'
import type { Partitions } from './partitions.ts'

const DAY_MS = 86_400_000

/**
 * Drops what the topics' cleanup no longer keeps: records past their retention, and in compacted
 * topics every record but the last of its key. Returns how many records went.
 */
export function clean(database: DatabaseSync, partitions: Partitions, nowMs: number): number {
  let dropped = 0
  for (const spec of TOPICS)
    for (let partition = 0; partition < partitions.count(spec.name); partition++)
      dropped +=
        spec.cleanup === 'compact'
          ? compact(database, partitions, spec, partition)
          : expire(database, partitions, spec, partition, nowMs)
  return dropped
}

function compact(
  database: DatabaseSync,
  partitions: Partitions,
  spec: TopicSpec,
  partition: number,
): number {
  const [first, end] = partitions.rowRange(spec.name, partition)
  const result = database
    .prepare(
      `DELETE FROM records WHERE id >= :first AND id < :end AND id NOT IN
       (SELECT max(id) FROM records WHERE id >= :first AND id < :end GROUP BY key)`,
    )
    .run({ ':first': first, ':end': end })
  return Number(result.changes)
}

function expire(
  database: DatabaseSync,
  partitions: Partitions,
  spec: TopicSpec,
  partition: number,
  nowMs: number,
): number {
  if (spec.retentionDays === undefined) return 0
  const [first, end] = partitions.rowRange(spec.name, partition)
  const oldestMs = nowMs - spec.retentionDays * DAY_MS
  const kept = database
    .prepare('SELECT min(id) AS id FROM records WHERE id >= ? AND id < ? AND appended_ms >= ?')
    .get(first, end, oldestMs) as { id: number | null }
  const keptFrom = kept.id ?? end
  if (keptFrom <= first) return 0
  const offset = partitions.firstOffset(spec.name, partition) + (keptFrom - first)
  const result = database
    .prepare('DELETE FROM records WHERE id >= ? AND id < ?')
    .run(first, keptFrom)
  partitions.moveStart(spec.name, partition, offset)
  return Number(result.changes)
}
