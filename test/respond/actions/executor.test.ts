import { afterEach, beforeEach, expect, test } from 'vitest'

import type { Log } from '#domain/log.ts'
import { keyOf, partitionOf } from '#domain/lane.ts'
import type { Action } from '#domain/records/index.ts'
import { createLogger } from '#runtime/logger.ts'
import type { StageWorld } from '#runtime/stage-definition.ts'
import { ActionFailure, type Adapter } from '../../../services/respond/actions/adapter.ts'
import { startExecutor } from '../../../services/respond/actions/executor.ts'
import { eventually } from '../../support/live.ts'
import { aStageWorld } from '../../support/stage-world.ts'
import { anAction } from './an-action.ts'

const TOPIC = 'actions.v1'
let world: StageWorld
let done: string[]
let stopping: AbortController
let executor: { stopped: Promise<void> }

/** An outside that remembers what was done to it. */
const outside = (differs: Partial<Adapter> = {}): Adapter => ({
  plan: () => '',
  apply: ({ action_id: id }) => {
    done.push(`apply ${id}`)
    return Promise.resolve('did it')
  },
  prove: () => Promise.resolve({ phase: 'proven', detail: 'seen' }),
  undo: ({ action_id: id }) => {
    done.push(`undo ${id}`)
    return Promise.resolve('took it back')
  },
  ...differs,
})

function start(adapter: Adapter = outside()): void {
  stopping = new AbortController()
  const { log, codec } = world
  const adapters = new Map([['notify', adapter]])
  const logger = createLogger('silent')
  const clock = { nowMs: () => 5_000, random: () => 0 }
  executor = startExecutor({ log, codec, logger, adapters, ...clock }, stopping.signal)
}

async function stop(): Promise<void> {
  stopping.abort()
  await executor.stopped
}

beforeEach(async () => {
  done = []
  world = await aStageWorld()
})
afterEach(async () => {
  await stop()
  await world.log.close()
})

async function send(...actions: Action[]): Promise<void> {
  const sender = await world.log.openSender()
  const key = keyOf('acme', 'incident-1')
  const partition = partitionOf(key, world.laneCount)
  await sender.send(
    actions.map((action) => ({
      topic: TOPIC,
      partition,
      key,
      value: world.codec.encode(TOPIC, action),
      headers: {},
    })),
  )
  await sender.close()
}

/** Everything written about actions, in order: `id phase`. */
async function written(log: Log = world.log): Promise<Action[]> {
  const found: Action[] = []
  const ends = await log.endOffsets(TOPIC)
  for (const [partition] of ends.entries())
    for await (const chunk of log.readToEnd({ topic: TOPIC, partition, offset: 0 }))
      for (const { value } of chunk.records) {
        const decoded = world.codec.decode(TOPIC, value)
        if (decoded.ok) found.push(decoded.value)
      }
  return found
}

const phases = async (id: string): Promise<string[]> =>
  (await written()).filter((one) => one.action_id === id).map((one) => one.phase)
const ended = (id: string, count: number): Promise<string[]> =>
  eventually(
    () => phases(id),
    (found) => found.length >= count,
  )

test('what is asked for is done, proven, and written down with its revision', async () => {
  start()
  await send(anAction())
  expect(await ended('action-1', 3)).toEqual(['requested', 'applied', 'proven'])
  expect((await written()).map((one) => one.revision)).toEqual([1, 2, 3])
})

test('what is only planned, or is nobody here to do, is left alone', async () => {
  start()
  await send(
    anAction({ action_id: 'planned', phase: 'planned' }),
    anAction({ action_id: 'other', kind: 'webhook' }),
    anAction(),
  )
  await ended('action-1', 3)
  expect(done).toEqual(['apply action-1'])
})

test('asked for twice it is done once', async () => {
  start()
  await send(anAction(), anAction())
  await ended('action-1', 4)
  await send(anAction(), anAction({ action_id: 'action-2' }))
  await ended('action-2', 3)
  expect(done).toEqual(['apply action-1', 'apply action-2'])
})

test('after a restart what has an outcome is not done again', async () => {
  start()
  await send(anAction())
  await ended('action-1', 3)
  await stop()
  await send(anAction(), anAction({ action_id: 'action-2' }))
  start()
  await ended('action-2', 3)
  expect(done).toEqual(['apply action-1', 'apply action-2'])
})

test('after a restart what was done and not proven is proven, and not done again', async () => {
  await send(anAction(), anAction({ phase: 'applied', revision: 2 }))
  start()
  expect(await ended('action-1', 3)).toEqual(['requested', 'applied', 'proven'])
  await stop()
  start()
  await send(anAction({ action_id: 'later' }))
  await ended('later', 3)
  expect(await phases('action-1')).toEqual(['requested', 'applied', 'proven'])
  expect(done).toEqual(['apply later'])
})

test('what fails is written down as failed, with a reason of ours', async () => {
  start(outside({ apply: () => Promise.reject(new ActionFailure('answered 400', false)) }))
  await send(anAction())
  expect(await ended('action-1', 2)).toEqual(['requested', 'failed'])
  expect((await written()).at(-1)?.detail).toBe('answered 400')
})

test('what undoes another takes it back', async () => {
  start()
  await send(anAction({ parameters: { undoes: 'action-0' } }))
  await ended('action-1', 3)
  expect(done).toEqual(['undo action-1'])
})

test('a legal hold is given the offsets it holds', async () => {
  const hold = anAction({
    kind: 'preserve',
    phase: 'applied',
    parameters: { session_ids: '["s-1"]' },
  })
  start()
  await send(hold)
  expect(await ended('action-1', 2)).toEqual(['applied', 'proven'])
  const offsets = JSON.parse((await written()).at(-1)?.parameters['offsets'] ?? '{}') as object
  const partition = partitionOf(keyOf('acme', 's-1'), world.laneCount)
  expect(Object.keys(offsets)).toContain(`events.application.v1 ${partition}`)
})
