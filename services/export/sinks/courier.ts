import { Fault } from '#domain/fault.ts'
import type { Codec } from '#domain/codec.ts'
import type { Log, Position, Sender, Subscription } from '#domain/log.ts'
import { OCSF_TOPIC } from '#domain/topics.ts'
import type { Logger } from '#runtime/logger.ts'
import { retry } from '#runtime/retry.ts'
import { deliver, type DeliveryWorld } from './delivery.ts'
import type { NamedSink } from './kinds.ts'
import { batchesOf, type Batch } from './batches.ts'
import { rejectRecord } from './sink-reject.ts'
import type { Sink } from './sink.ts'

const READ_MAX_COUNT = 500
const READ_WAIT_MS = 250
const OWNERSHIP_WAIT_MS = 1_000

export type CourierWorld = {
  log: Log
  codec: Codec
  logger: Logger
  random: () => number
  firstDelayMs?: number
  onDelivered: (sink: string, count: number) => void
  onRefused: (sink: string, reason: string) => void
  onRetry: (sink: string, code: string) => void
}

/**
 * Brings every finding of the topic to one sink, in the order of its partitions. The topic is the
 * queue: on disk, kept for 30 days, read from where the sink last said that it had everything. So a
 * process killed between sending and acknowledgement sends again, and loses nothing.
 */
export function startCourier(
  named: NamedSink,
  world: CourierWorld,
  signal: AbortSignal,
): { stopped: Promise<void> } {
  return { stopped: run(named, world, signal) }
}

async function run(named: NamedSink, world: CourierWorld, signal: AbortSignal): Promise<void> {
  const { log } = world
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    retry(work, {
      signal,
      random: world.random,
      onRetry: ({ code }) => world.onRetry(named.name, code),
    })
  const sender = await call(() => log.openSender())
  const group = `export-${named.name}`
  const subscription = await call(() =>
    log.subscribe({ group, topics: [OCSF_TOPIC], mode: 'single' }),
  )
  const sink = named.open()
  try {
    while (!signal.aborted) {
      const { generation, lanes } = subscription.ownership()
      const tools = { call, sender, subscription, sink, generation }
      if (lanes.length === 0) await subscription.ownershipChanged(generation, OWNERSHIP_WAIT_MS)
      else await workAsOwner(named, world, tools, signal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    sink.close()
    await Promise.allSettled([subscription.close(), sender.close()])
  }
}

type Tools = {
  call: <T>(work: () => Promise<T>) => Promise<T>
  sender: Sender
  subscription: Subscription
  sink: Sink
  generation: number
}

async function workAsOwner(
  named: NamedSink,
  world: CourierWorld,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const { call, subscription, sink, generation } = tools
  const positions = await call(() => startingPositions(world.log, subscription))
  try {
    while (!signal.aborted && subscription.ownership().generation === generation) {
      const chunks = await call(() => subscription.read(positions, READ_MAX_COUNT, READ_WAIT_MS))
      for (const batch of batchesOf(chunks, sink, named.severityIdMin)) {
        if (!(await bring(batch, named, world, tools, signal))) return
        advance(positions, batch)
        await call(() => subscription.commit(positions))
      }
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    if (error.code === 'OFFSET_OUT_OF_RANGE') await skipLost(named, world, tools)
    else if (error.code !== 'OWNERSHIP_LOST') throw error
  }
}

/** False where it was stopped first. */
async function bring(
  batch: Batch,
  named: NamedSink,
  world: CourierWorld,
  tools: Tools,
  signal: AbortSignal,
): Promise<boolean> {
  const { name } = named
  const delivery: DeliveryWorld = {
    random: world.random,
    ...(world.firstDelayMs !== undefined && { firstDelayMs: world.firstDelayMs }),
    onRetry: ({ code, message }, delayMs) => {
      world.onRetry(name, code)
      const told = { sink: name, code, detail: message, delay_ms: delayMs }
      world.logger.warn(told, 'a sink is tried again')
    },
  }
  const parcels = batch.placed.map(({ parcel }) => parcel)
  const refused = parcels.length === 0 ? [] : await deliver(tools.sink, parcels, delivery, signal)
  if (refused === undefined) return false
  const rejects = [
    ...batch.unusable,
    ...refused.flatMap(({ parcel, reason }) => {
      const found = batch.placed.find((one) => one.parcel === parcel)
      return found === undefined ? [] : [{ place: found.place, reason, bytes: parcel.body.length }]
    }),
  ]
  for (const { reason } of rejects) world.onRefused(name, reason)
  const records = rejects.map((reject) => rejectRecord(reject, name, world))
  if (records.length > 0) {
    world.logger.error({ sink: name, count: records.length }, 'findings that a sink refused')
    await tools.call(() => tools.sender.send(records))
  }
  world.onDelivered(name, parcels.length - refused.length)
  return true
}

function advance(positions: Position[], { nextOffsets }: Batch): void {
  for (const position of positions)
    position.offset = nextOffsets.get(position.partition) ?? position.offset
}

async function startingPositions(log: Log, subscription: Subscription): Promise<Position[]> {
  const ends = await log.endOffsets(OCSF_TOPIC)
  const all = ends.map((_, partition): Position => ({ topic: OCSF_TOPIC, partition, offset: 0 }))
  const committed = await subscription.committed(all)
  const known = new Map(committed.map(({ partition, offset }) => [partition, offset]))
  const from = async (position: Position): Promise<Position> => {
    const offset = known.get(position.partition)
    return offset === undefined
      ? { ...position, offset: await firstKept(log, position) }
      : { ...position, offset }
  }
  return Promise.all(all.map(from))
}

/** Where the log begins now at or behind a position. */
async function firstKept(log: Log, position: Position): Promise<number> {
  for await (const { records, nextOffset } of log.readToEnd(position, 1))
    return records[0]?.offset ?? nextOffset
  return (await log.endOffsets(position.topic))[position.partition] ?? position.offset
}

/** The sink was away for longer than the topic keeps its records: says so, and goes on behind. */
async function skipLost(named: NamedSink, world: CourierWorld, tools: Tools): Promise<void> {
  const { call, subscription } = tools
  const positions = await call(() => startingPositions(world.log, subscription))
  for (const position of positions) {
    const first = await call(() => firstKept(world.log, position))
    const lostCount = first - position.offset
    if (lostCount <= 0) continue
    const { partition, offset } = position
    const lost = { place: { partition, offset }, reason: 'NOT_KEPT_SO_LONG', bytes: 0 }
    world.logger.error({ sink: named.name, partition, count: lostCount }, 'findings are lost to it')
    await call(() => tools.sender.send([rejectRecord(lost, named.name, world)]))
    position.offset = first
  }
  await call(() => subscription.commit(positions))
}
