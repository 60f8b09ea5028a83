import { setImmediate as yieldToTimers } from 'node:timers/promises'

import type { Chunk, Position, Sender, Subscription } from '#domain/log.ts'
import type { StageInput } from '#domain/stage.ts'
import { schemaOf, type TopicName } from '#domain/topics.ts'
import { Fault } from '#domain/fault.ts'
import { gathered } from './gathered.ts'
import { retry } from './retry.ts'
import type { StageDefinition, StageWorld } from './stage-definition.ts'
import { Task } from './task.ts'

/** An idle task looks at its clock so often: for leases, checkpoints and its lanes. */
const READ_WAIT_MS = 250
const OWNERSHIP_WAIT_MS = 250

/** A stage that is running. */
export type RunningStage = {
  service: string
  /**
   * Resolves once every task this process owns has reached the end of its inputs; never where these
   * have none.
   */
  finished: Promise<void>
  /** The lowest watermark of its tasks, in microseconds. */
  watermarkUs(): number
  /** Where its tasks read next. */
  positions(): Position[]
  /** Resolves when the stage has stopped after its signal; rejects when it cannot go on. */
  stopped: Promise<void>
}

/**
 * Runs a service on the lanes its group gives it until the signal aborts: makes a task for each
 * lane gained, drops those of lanes lost, checkpoints all of them before it stops.
 */
export function startStage(
  definition: StageDefinition,
  world: StageWorld,
  signal: AbortSignal,
): RunningStage {
  const tasks = new Map<number, Task>()
  const finished = Promise.withResolvers<void>()
  const isFinished = (): boolean =>
    tasks.size > 0 && [...tasks.values()].every((task) => task.isFinished)
  const onBatch = (): void => {
    if (isFinished()) finished.resolve()
  }
  const stopped = run(definition, world, signal, tasks, onBatch)
  return {
    service: definition.service,
    finished: finished.promise,
    watermarkUs: () => Math.min(...[...tasks.values()].map((task) => task.watermarkUs)),
    positions: () => [...tasks.values()].flatMap((task) => [...task.positions]),
    stopped,
  }
}

async function run(
  definition: StageDefinition,
  world: StageWorld,
  signal: AbortSignal,
  tasks: Map<number, Task>,
  onBatch: () => void,
): Promise<void> {
  const retrying = retryingWorld(definition, world, signal)
  const sender = retrying.sender(await retrying.call(() => world.log.openSender()))
  const topics = definition.inputs.map((input) => input.topic)
  const { mode, writer } = definition
  const subscription = retrying.subscription(
    await retrying.call(() => world.log.subscribe({ group: writer, topics, mode })),
  )
  const { call } = retrying
  let lastGeneration = -1
  try {
    while (!signal.aborted) {
      const { generation, lanes } = subscription.ownership()
      // Over a generation we did not see, a lane may have been another's: start from its log again.
      if (generation !== lastGeneration + 1 && generation !== lastGeneration) tasks.clear()
      lastGeneration = generation
      await takeLanes({ definition, world, sender, subscription, generation, call }, lanes, tasks)
      const stopFollowing = await call(() => followBroadcasts(definition, world, tasks))
      const isOver = (): boolean =>
        signal.aborted || subscription.ownership().generation !== generation
      const changed = (): Promise<void> =>
        subscription.ownershipChanged(generation, OWNERSHIP_WAIT_MS)
      try {
        const isKept = await runTasks([...tasks.values()], isOver, onBatch)
        if (!isKept) tasks.clear()
        if (tasks.size === 0 && !isOver()) await changed()
      } finally {
        await Promise.all(stopFollowing.map((stop) => stop()))
      }
    }
    await Promise.all([...tasks.values()].map((task) => task.checkpoint(true)))
  } finally {
    await Promise.allSettled([subscription.close(), sender.close()])
  }
}

/**
 * Runs tasks until it is over; false: the lanes were lost, as one of them found. Then all have
 * ended, so that none writes beside the tasks that are made next.
 */
async function runTasks(
  tasks: readonly Task[],
  isOver: () => boolean,
  onBatch: () => void,
): Promise<boolean> {
  const lost = new AbortController()
  const runToEnd = async (task: Task): Promise<void> => {
    try {
      while (!lost.signal.aborted && !isOver()) {
        await task.runOnce(READ_WAIT_MS)
        onBatch()
        await yieldToTimers()
      }
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'OWNERSHIP_LOST')) throw error
      lost.abort()
    }
  }
  await Promise.all(tasks.map(runToEnd))
  return !lost.signal.aborted
}

type Owner = {
  definition: StageDefinition
  world: StageWorld
  sender: Sender
  subscription: Subscription
  generation: number
  /** Repeats what fails in a way that may pass. */
  call: <T>(work: () => Promise<T>) => Promise<T>
}

/** Tasks of lanes that stayed go on as they are; their next checkpoint is of the new generation. */
async function takeLanes(
  owner: Owner,
  lanes: readonly number[],
  tasks: Map<number, Task>,
): Promise<void> {
  const isSingle = owner.definition.mode === 'single'
  const owned = isSingle && lanes.length > 0 ? [0] : lanes
  for (const lane of tasks.keys()) if (!owned.includes(lane)) tasks.delete(lane)
  for (const lane of owned) {
    const kept = tasks.get(lane)
    if (kept !== undefined) {
      kept.renew(owner.generation)
      continue
    }
    tasks.set(lane, await owner.call(() => restoredTask(owner, isSingle ? undefined : lane)))
  }
}

async function restoredTask(owner: Owner, lane: number | undefined): Promise<Task> {
  const task = new Task({ ...owner, lane })
  await task.restore()
  return task
}

/** Nothing stays open where one of them cannot be followed. */
async function followBroadcasts(
  definition: StageDefinition,
  world: StageWorld,
  tasks: Map<number, Task>,
): Promise<(() => Promise<void>)[]> {
  const follow = (topic: TopicName): Promise<() => Promise<void>> =>
    world.log.follow(topic, (chunk) => {
      for (const input of broadcastInputs(chunk, world))
        for (const task of tasks.values()) task.onBroadcast(input)
    })
  const following: (() => Promise<void>)[] = []
  try {
    for (const topic of tasks.size === 0 ? [] : definition.broadcasts)
      following.push(await follow(topic))
    return following
  } catch (error) {
    await Promise.all(following.map((stop) => stop()))
    throw error
  }
}

function broadcastInputs(chunk: Chunk, world: StageWorld): StageInput[] {
  const schema = schemaOf(chunk.topic)
  return chunk.records.flatMap((record) => {
    const decoded = world.codec.decode(schema, record.value)
    if (!decoded.ok) return []
    return [{ topic: chunk.topic, schema, key: record.key, value: decoded.value } as StageInput]
  })
}

/**
 * The world's calls, repeated with backoff while they fail in a way that may pass. What several
 * tasks send or commit at a time leaves together.
 */
function retryingWorld(definition: StageDefinition, world: StageWorld, signal: AbortSignal) {
  const { service } = definition
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    retry(work, {
      signal,
      random: world.random,
      onRetry: (fault, delayMs) => world.onRetry(service, fault.code, delayMs),
    })
  return {
    call,
    sender: (sender: Sender): Sender => ({
      send: gathered((records) => call(() => sender.send(records))),
      close: () => sender.close(),
    }),
    subscription: (inner: Subscription): Subscription => ({
      ownership: () => inner.ownership(),
      ownershipChanged: (generation, maxWaitMs) => inner.ownershipChanged(generation, maxWaitMs),
      read: (from, limitCount, maxWaitMs) => call(() => inner.read(from, limitCount, maxWaitMs)),
      committed: (partitions) => call(() => inner.committed(partitions)),
      commit: gathered((positions) => call(() => inner.commit(positions))),
      close: () => inner.close(),
    }),
  }
}
