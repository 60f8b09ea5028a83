import { afterEach, beforeEach } from 'vitest'

import type { Fault } from '../../services/lib/domain/fault.ts'
import type {
  Chunk,
  Log,
  OutgoingRecord,
  Position,
  Subscription,
} from '../../services/lib/domain/log.ts'
import type { TopicName } from '../../services/lib/domain/topics.ts'
import { until } from '../support/servers/process.ts'

export const LANE_COUNT = 4
export const LANES = [0, 1, 2, 3]
export const TOPIC = 'alerts.v1'
const OWNED_MAX_MS = 60_000
const READ_MAX_MS = 30_000

/** One empty place for a log: opened once at a time, and again after it was closed. */
export type LogWorld = { open(laneCount: number): Promise<Log>; end(): Promise<void> }

/** A dull record; say only what differs. */
export const aRecord = (differs: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  topic: TOPIC,
  partition: 0,
  key: 'acme/s-1',
  value: Buffer.from('value'),
  headers: {},
  ...differs,
})

/** A position of the topic the suite uses. */
export const at = (offset: number, partition = 0, topic: TopicName = TOPIC): Position => ({
  topic,
  partition,
  offset,
})

/** Records with the keys `k-0`, `k-1` and so on. */
export const numbered = (count: number, differs: Partial<OutgoingRecord> = {}): OutgoingRecord[] =>
  Array.from({ length: count }, (_, index) => aRecord({ ...differs, key: `k-${index}` }))

/** The keys of all records, in order. */
export const keys = (chunks: readonly Chunk[]): string[] =>
  chunks.flatMap((chunk) => chunk.records.map((record) => record.key))

/** Everything an iteration gives. */
export async function all(chunks: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const found: Chunk[] = []
  for await (const chunk of chunks) found.push(chunk)
  return found
}

/** Waits until a member has its lanes. */
export async function owned(subscription: Subscription): Promise<Subscription> {
  await until(() => subscription.ownership().lanes.length > 0, OWNED_MAX_MS, 'joining the group')
  return subscription
}

/** The code of the fault that work ends with. */
export async function codeOf(work: () => Promise<unknown>): Promise<string> {
  const failed = await work().then(
    () => undefined,
    (error: unknown) => error as Fault,
  )
  return failed?.code ?? 'no fault'
}

/** The log under test, fresh for each test, and what is done with it again and again. */
export type Bench = {
  log: () => Log
  send: (records: readonly OutgoingRecord[]) => Promise<void>
  member: (group?: string) => Promise<Subscription>
  /** Closes the log and opens it again, as the next process does. */
  reopen: () => Promise<void>
}

/** Opens a fresh log before each test of the suite and closes it afterwards. */
export function useWorld(makeWorld: () => Promise<LogWorld>): Bench {
  let world: LogWorld
  let log: Log
  beforeEach(async () => {
    world = await makeWorld()
    log = await world.open(LANE_COUNT)
    await log.createTopics()
  })
  afterEach(async () => {
    await log.close()
    await world.end()
  })
  return {
    log: () => log,
    send: async (records) => {
      const sender = await log.openSender()
      await sender.send(records)
      await sender.close()
    },
    member: async (group = 'detect') =>
      owned(await log.subscribe({ group, topics: [TOPIC], mode: 'lanes' })),
    reopen: async () => {
      await log.close()
      log = await world.open(LANE_COUNT)
    },
  }
}

/** Reads until every position asked has given something or the limit is met. */
export async function readUntil(
  subscription: Subscription,
  from: readonly Position[],
  limitCount: number,
): Promise<Chunk[]> {
  let chunks: Chunk[] = []
  const isFull = async (): Promise<boolean> => {
    chunks = await subscription.read(from, limitCount, 1_000)
    return keys(chunks).length === limitCount
  }
  await until(isFull, READ_MAX_MS, 'reading')
  return chunks
}

/** Bytes that no codec makes smaller, the same at each run. */
export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 1
  for (let index = 0; index < length; index++) {
    state = Math.imul(state, 48_271) % 0x7fffffff
    bytes[index] = state >>> 8
  }
  return bytes
}
