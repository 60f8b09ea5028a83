import { expect, test } from 'vitest'

import { topicConfig } from '../../../services/lib/adapters/kafka/topics.ts'
import { topicSpec, TOPICS, type TopicName } from '../../../services/lib/domain/topics.ts'

const settings = { topicPrefix: 't.', laneCount: 8, replicationFactor: 3 }

const configOf = (name: TopicName): Record<string, string> =>
  Object.fromEntries(
    topicConfig(topicSpec(name), settings).configEntries.map((entry) => [entry.name, entry.value]),
  )

test.for([
  {
    why: 'events go after seven days',
    name: 'events.data.v1',
    expected: { 'cleanup.policy': 'delete', 'retention.ms': '604800000' },
  },
  {
    why: 'incidents stay, the newest of each',
    name: 'incidents.v1',
    expected: {
      'cleanup.policy': 'compact',
      'retention.ms': '-1',
      'min.compaction.lag.ms': '3600000',
    },
  },
  {
    why: 'baselines stay by key, and go when they are old',
    name: 'baselines.v1',
    expected: {
      'cleanup.policy': 'compact,delete',
      'retention.ms': '7776000000',
      'min.compaction.lag.ms': '3600000',
    },
  },
  {
    why: 'changelogs take a checkpoint in one batch',
    name: 'state.observe.v1',
    expected: {
      'cleanup.policy': 'compact',
      'retention.ms': '-1',
      'min.compaction.lag.ms': '3600000',
      'max.message.bytes': '33554432',
      'segment.bytes': '67108864',
      'segment.ms': '3600000',
    },
  },
] as const)('$why', ({ name, expected }) => expect(configOf(name)).toEqual(expected))

test.for([
  { name: 'alerts.v1', count: 8 },
  { name: 'rejects.v1', count: 8 },
  { name: 'rules.v1', count: 1 },
] as const)('$name has $count partitions', ({ name, count }) => {
  const config = topicConfig(topicSpec(name), settings)
  expect(config).toMatchObject({ topic: `t.${name}`, numPartitions: count, replicationFactor: 3 })
})

test('no topic is left to the broker’s own retention', () => {
  for (const spec of TOPICS) expect(configOf(spec.name)['retention.ms']).toBeDefined()
})
