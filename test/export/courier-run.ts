import { partitionOf, keyOf } from '#domain/lane.ts'
import type { Records } from '#domain/records/index.ts'
import { OCSF_TOPIC } from '#domain/topics.ts'
import { createLogger } from '#runtime/logger.ts'
import type { StageWorld } from '#runtime/stage-definition.ts'
import { startCourier } from '../../services/export/sinks/courier.ts'
import type { NamedSink } from '../../services/export/sinks/kinds.ts'
import { ocsfText, type OcsfEvent } from '../../services/export/ocsf.ts'
import { eventually } from '../support/live.ts'

/** Puts events on the topic, in their order. */
export async function publish(world: StageWorld, events: readonly OcsfEvent[]): Promise<void> {
  const sender = await world.log.openSender()
  const records = events.map((event) => {
    const key = keyOf(event.metadata.tenant_uid, event.metadata.correlation_uid)
    const partition = partitionOf(key, world.laneCount)
    const value = Buffer.from(ocsfText(event))
    return { topic: OCSF_TOPIC, partition, key, value, headers: {} } as const
  })
  await sender.send(records)
  await sender.close()
}

/** A courier at work. */
export type Run = {
  retries: string[]
  /** Waits until so much is committed, then stops it. */
  untilDone(): Promise<void>
  stop(): Promise<void>
}

/** Starts a courier whose waits are short. */
export function run(world: StageWorld, named: NamedSink): Run {
  const controller = new AbortController()
  const retries: string[] = []
  const quick = { ...named, open: () => named.open({ pollMs: 5, lingerMs: 100 }) }
  const courier = startCourier(
    quick,
    {
      ...world,
      logger: createLogger('silent'),
      firstDelayMs: 1,
      onDelivered: () => undefined,
      onRefused: () => undefined,
      onRetry: (_sink, code) => retries.push(code),
    },
    controller.signal,
  )
  const stop = (): Promise<void> => {
    controller.abort()
    return courier.stopped
  }
  const untilDone = async (): Promise<void> => {
    await eventually(() => isDone(world, named.name), Boolean)
    await stop()
  }
  return { retries, untilDone, stop }
}

/** What was rejected, as it stands on the topic. */
export async function rejectsOf({ log, codec }: StageWorld): Promise<Records['rejects.v1'][]> {
  const found: Records['rejects.v1'][] = []
  for (let partition = 0; partition < log.laneCount; partition++)
    for await (const chunk of log.readToEnd({ topic: 'rejects.v1', partition, offset: 0 }))
      for (const { value } of chunk.records) {
        const decoded = codec.decode('rejects.v1', value)
        if (decoded.ok) found.push(decoded.value)
      }
  return found
}

async function isDone({ log }: StageWorld, name: string): Promise<boolean> {
  const group = { group: `export-${name}`, topics: [OCSF_TOPIC], mode: 'single' } as const
  const subscription = await log.subscribe(group)
  const ends = await log.endOffsets(OCSF_TOPIC)
  const committed = await subscription.committed(
    ends.map((_, partition) => ({ topic: OCSF_TOPIC, partition })),
  )
  await subscription.close()
  return ends.every((end, partition) => {
    const known = committed.find((one) => one.partition === partition)
    return end === 0 || known?.offset === end
  })
}
