import type { Records } from './records/index.ts'

export type SchemaName = keyof Records
/** Findings in the words of other systems: JSON text, and no promises of progress among them. */
export const OCSF_TOPIC = 'alerts.ocsf.v1'
/** A topic's name without the prefix (`TOCSIN_TOPIC_PREFIX`). */
export type TopicName = Exclude<SchemaName, 'state.v1'> | typeof OCSF_TOPIC | `state.${string}.v1`

export const EVENT_TOPICS = [
  'events.application.v1',
  'events.data.v1',
  'events.network.v1',
  'events.model.v1',
] as const
export type EventTopic = (typeof EVENT_TOPICS)[number]

/** What a topic is, wherever it lives. `lane`: its partition p belongs to lane p. */
export type TopicSpec = {
  name: TopicName
  /** Undefined: its values are JSON text, which only others read. */
  schema: SchemaName | undefined
  /** `lane`: keyed by session, one partition a lane; `spread`: as many, keyed otherwise; `one`. */
  partitioning: 'lane' | 'spread' | 'one'
  cleanup: 'delete' | 'compact'
  retentionDays: number | undefined
}

const STATEFUL_SERVICES = [
  'observe',
  'detect',
  'correlate',
  'learn',
  'respond',
  'export',
  'store',
] as const

/** Every topic of architecture.md §3, with the changelogs of the services. */
export const TOPICS: readonly TopicSpec[] = [
  ...EVENT_TOPICS.map((name) => topic(name, 'lane', 'delete', 7)),
  topic('observations.v1', 'lane', 'delete', 7),
  topic('sessions.v1', 'spread', 'delete', 90),
  topic('baselines.v1', 'one', 'compact', 90),
  topic('rules.v1', 'one', 'compact', undefined),
  topic('activity.v1', 'spread', 'delete', 7),
  topic('alerts.v1', 'lane', 'delete', 30),
  {
    name: OCSF_TOPIC,
    schema: undefined,
    partitioning: 'spread',
    cleanup: 'delete',
    retentionDays: 30,
  },
  topic('matches.v1', 'lane', 'delete', 1),
  topic('incidents.v1', 'spread', 'compact', undefined),
  topic('cases.v1', 'spread', 'compact', undefined),
  topic('dispositions.v1', 'spread', 'compact', undefined),
  topic('actions.v1', 'spread', 'delete', 90),
  topic('enforcement.v1', 'spread', 'compact', undefined),
  topic('rejects.v1', 'spread', 'delete', 30),
  topic('held.v1', 'spread', 'compact', undefined),
  ...STATEFUL_SERVICES.map((service): TopicSpec => ({
    name: `state.${service}.v1`,
    schema: 'state.v1',
    partitioning: 'lane',
    cleanup: 'compact',
    retentionDays: undefined,
  })),
]

const SPECS = new Map(TOPICS.map((spec) => [spec.name, spec]))

/** The spec of a topic. Asking for one that is not in the table is a bug. */
export function topicSpec(name: TopicName): TopicSpec {
  const spec = SPECS.get(name)
  if (spec === undefined) throw new TypeError(`no such topic: ${name}`)
  return spec
}

/** The schema of a topic's values. Asking for that of a topic of JSON text is a bug. */
export function schemaOf(name: TopicName): SchemaName {
  const { schema } = topicSpec(name)
  if (schema === undefined) throw new TypeError(`no schema: ${name}`)
  return schema
}

/** How many partitions a topic has where `laneCount` lanes are configured. */
export function partitionCountOf(spec: TopicSpec, laneCount: number): number {
  return spec.partitioning === 'one' ? 1 : laneCount
}

function topic(
  name: Exclude<SchemaName, 'state.v1'>,
  partitioning: TopicSpec['partitioning'],
  cleanup: TopicSpec['cleanup'],
  retentionDays: number | undefined,
): TopicSpec {
  return { name, schema: name, partitioning, cleanup, retentionDays }
}
