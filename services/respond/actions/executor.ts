import type { Codec } from '#domain/codec.ts'
import { Fault } from '#domain/fault.ts'
import { keyOf, partitionOf } from '#domain/lane.ts'
import type { Chunk, Log, Position, Sender, Subscription } from '#domain/log.ts'
import type { Action } from '#domain/records/index.ts'
import { EVENT_TOPICS } from '#domain/topics.ts'
import type { Logger } from '#runtime/logger.ts'
import { retry } from '#runtime/retry.ts'
import { ActionFailure, type Adapter } from './adapter.ts'

const READ_MAX_COUNT = 256
const READ_WAIT_MS = 50
const OWNERSHIP_WAIT_MS = 250
const AT_ONCE_MAX_COUNT = 8
const GROUP = 'respond-executor'
const TOPIC = 'actions.v1'

export type ExecutorWorld = {
  log: Log
  codec: Codec
  logger: Logger
  adapters: ReadonlyMap<string, Adapter>
  nowMs: () => number
  random: () => number
}

/**
 * Does what respond asked for outside Tocsin, and writes what came of it to `actions`. An action
 * that has an outcome on the log is never done again; one that was begun and has none may be
 * repeated after a crash, and its receiver knows it again by its id. What a predecessor did and did
 * not prove is proven first.
 */
export function startExecutor(
  world: ExecutorWorld,
  signal: AbortSignal,
): { stopped: Promise<void> } {
  return { stopped: run(world, signal) }
}

async function run(world: ExecutorWorld, signal: AbortSignal): Promise<void> {
  const { log } = world
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    retry(work, {
      signal,
      random: world.random,
      onRetry: ({ code }, delayMs) =>
        world.logger.warn({ service: 'respond', code, delay_ms: delayMs }, 'is tried again'),
    })
  const sender = await call(() => log.openSender())
  const subscription = await call(() =>
    log.subscribe({ group: GROUP, topics: [TOPIC], mode: 'single' }),
  )
  try {
    while (!signal.aborted) {
      const { generation, lanes } = subscription.ownership()
      if (lanes.length === 0) await subscription.ownershipChanged(generation, OWNERSHIP_WAIT_MS)
      else await workAsOwner(world, { call, sender, subscription, generation }, signal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    await Promise.allSettled([subscription.close(), sender.close()])
  }
}

type Owner = {
  call: <T>(work: () => Promise<T>) => Promise<T>
  sender: Sender
  subscription: Subscription
  generation: number
}

async function workAsOwner(world: ExecutorWorld, owner: Owner, signal: AbortSignal): Promise<void> {
  const { call, subscription, generation } = owner
  const { done, unproven } = await call(() => history(world))
  await inTurns([...unproven.values()], (action) => proveOnly(world, owner, action, signal))
  const positions = await call(() => startingPositions(world.log, subscription))
  while (!signal.aborted && subscription.ownership().generation === generation) {
    const chunks = await call(() => subscription.read(positions, READ_MAX_COUNT, READ_WAIT_MS))
    const asked = await askedFor(world, chunks, done)
    await inTurns(asked, (action) => carryOut(world, owner, action, done, signal))
    if (signal.aborted) return
    for (const chunk of chunks) {
      const position = positions.find((one) => one.partition === chunk.partition)
      if (position !== undefined) position.offset = chunk.nextOffset
    }
    try {
      if (chunks.length > 0) await call(() => subscription.commit(positions))
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'OWNERSHIP_LOST')) throw error
      return
    }
  }
}

/** So many at a time. */
async function inTurns(
  actions: readonly Action[],
  work: (action: Action) => Promise<void>,
): Promise<void> {
  const left = [...actions]
  while (left.length > 0) await Promise.all(left.splice(0, AT_ONCE_MAX_COUNT).map(work))
}

type History = {
  /** Actions that have come to an end already, by the executor or otherwise. */
  done: Set<string>
  /** Those of them that nobody has proven. */
  unproven: Map<string, Action>
}

async function history({ log, codec }: ExecutorWorld): Promise<History> {
  const known: History = { done: new Set(), unproven: new Map() }
  const ends = await log.endOffsets(TOPIC)
  for (const [partition] of ends.entries())
    for await (const chunk of log.readToEnd({ topic: TOPIC, partition, offset: 0 }))
      for (const action of await actionsOf(codec, chunk)) noteOutcome(known, action)
  return known
}

function noteOutcome({ done, unproven }: History, action: Action): void {
  const { action_id: id, kind, phase } = action
  const isHold = kind === 'preserve' && phase === 'applied'
  if (phase === 'requested' || phase === 'planned' || isHold) return
  done.add(id)
  if (phase === 'applied') unproven.set(id, action)
  else unproven.delete(id)
}

async function startingPositions(log: Log, subscription: Subscription): Promise<Position[]> {
  const ends = await log.endOffsets(TOPIC)
  const all = ends.map((_, partition) => ({ topic: TOPIC, partition, offset: 0 }) as const)
  const committed = await subscription.committed(all)
  return all.map((position) => ({
    ...position,
    offset: committed.find((one) => one.partition === position.partition)?.offset ?? 0,
  }))
}

async function askedFor(
  { codec, adapters }: ExecutorWorld,
  chunks: readonly Chunk[],
  done: ReadonlySet<string>,
): Promise<Action[]> {
  const asked = new Map<string, Action>()
  for (const chunk of chunks)
    for (const action of await actionsOf(codec, chunk)) {
      const isHold = action.kind === 'preserve' && action.phase === 'applied'
      const isAsked = isHold || (action.phase === 'requested' && adapters.has(action.kind))
      if (isAsked && !done.has(action.action_id)) asked.set(action.action_id, action)
    }
  return [...asked.values()]
}

async function actionsOf(codec: Codec, chunk: Chunk): Promise<Action[]> {
  const values = chunk.records.map((record) => record.value)
  await codec.prepare(TOPIC, values)
  return values.flatMap((value) => {
    const decoded = codec.decode(TOPIC, value)
    return decoded.ok ? [decoded.value] : []
  })
}

async function carryOut(
  world: ExecutorWorld,
  owner: Owner,
  action: Action,
  done: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  done.add(action.action_id)
  const write = writerOf(world, owner, action)
  await orFailed(write, signal, async () => {
    if (action.kind === 'preserve') {
      const offsets = JSON.stringify(await owner.call(() => heldOffsets(world.log, action)))
      return await write('proven', 'offsets held', { offsets })
    }
    const adapter = world.adapters.get(action.kind)
    if (adapter === undefined) return
    const isUndo = action.parameters['undoes'] !== undefined
    const work = isUndo ? adapter.undo(action, signal) : adapter.apply(action, signal)
    const what = await work
    if (typeof what === 'string') await write('applied', what)
    else await write('applied', what.detail, what.parameters)
    await writeProof(adapter, action, write, signal)
  })
}

async function proveOnly(
  world: ExecutorWorld,
  owner: Owner,
  action: Action,
  signal: AbortSignal,
): Promise<void> {
  const adapter = world.adapters.get(action.kind)
  if (adapter === undefined) return
  const write = writerOf(world, owner, action)
  await orFailed(write, signal, async () => {
    await writeProof(adapter, action, write, signal)
  })
}

type Write = (
  phase: Action['phase'],
  detail: string,
  parameters?: Record<string, string>,
) => Promise<void>

async function writeProof(
  adapter: Adapter,
  action: Action,
  write: Write,
  signal: AbortSignal,
): Promise<void> {
  const proof = await adapter.prove(action, signal)
  if (proof !== undefined) await write(proof.phase, proof.detail)
}

/** Writes what became of an action, each time as its next revision. */
function writerOf(world: ExecutorWorld, owner: Owner, action: Action): Write {
  let current = action
  return (phase, detail, parameters) => {
    current = {
      ...current,
      phase,
      detail,
      parameters: { ...current.parameters, ...parameters },
      occurred_at: world.nowMs() * 1000,
      revision: current.revision + 1,
    }
    return owner.call(() => owner.sender.send([encoded(world, current)]))
  }
}

async function orFailed(
  write: Write,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (signal.aborted) return
    if (!(error instanceof ActionFailure)) throw error
    await write('failed', error.message, error.parameters)
  }
}

/** Up to where the log holds the events of the sessions that the hold names. */
async function heldOffsets(log: Log, action: Action): Promise<Record<string, number>> {
  const sessions = JSON.parse(action.parameters['session_ids'] ?? '[]') as string[]
  const held: Record<string, number> = {}
  for (const topic of EVENT_TOPICS) {
    const ends = await log.endOffsets(topic)
    for (const session of sessions) {
      const partition = partitionOf(keyOf(action.tenant_id, session), ends.length)
      held[`${topic} ${partition}`] = ends[partition] ?? 0
    }
  }
  return held
}

function encoded({ log, codec }: ExecutorWorld, action: Action) {
  const key = keyOf(action.tenant_id, action.incident_id)
  const partition = partitionOf(key, log.laneCount)
  return { topic: TOPIC, partition, key, value: codec.encode(TOPIC, action), headers: {} } as const
}
