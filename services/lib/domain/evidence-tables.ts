import { TOPICS, type TopicName, type TopicSpec } from './topics.ts'

/** Where the evidence lives unless configured. */
export const DEFAULT_DATABASE = 'tocsin'

/** The topics whose records are kept as evidence: neither changelogs nor what others read. */
export const STORED_TOPICS: readonly TopicSpec[] = TOPICS.filter(
  ({ schema }) => schema !== 'state.v1' && schema !== undefined,
)

/** The view people read, one row an id in its newest revision: `events_data`. */
export function viewOf(topic: TopicName): string {
  return topic.replace(/\.v\d+$/, '').replaceAll('.', '_')
}

/** The table `store` writes: one row per offset. `events.data.v1` → `log_events_data`. */
export function tableOf(topic: TopicName): string {
  return `log_${viewOf(topic)}`
}

/** Every evidence table, by name. */
export const EVIDENCE_TABLES: ReadonlySet<string> = new Set(
  STORED_TOPICS.map((spec) => tableOf(spec.name)),
)

/** Every view over an evidence table, by name. */
export const EVIDENCE_VIEWS: ReadonlySet<string> = new Set(
  STORED_TOPICS.map((spec) => viewOf(spec.name)),
)
