import { keyOf, partitionOf } from '#domain/lane.ts'
import type { Records } from '#domain/records/index.ts'
import type { World } from './world.ts'

/**
 * Puts what a person says on the log, under the id that it is about. Resolves when it is durable.
 *
 * @throws Fault LOG_UNAVAILABLE, LOG_FULL.
 */
export async function publishRecord<Topic extends 'actions.v1' | 'dispositions.v1'>(
  world: Pick<World, 'log' | 'codec'>,
  topic: Topic,
  aboutId: string,
  record: Records[Topic],
): Promise<void> {
  const key = keyOf(record.tenant_id, aboutId)
  const partition = partitionOf(key, world.log.laneCount)
  const sender = await world.log.openSender()
  try {
    const value = world.codec.encode(topic, record)
    await sender.send([{ topic, partition, key, value, headers: {} }])
  } finally {
    await sender.close()
  }
}
