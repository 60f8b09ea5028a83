import { expect, test } from 'vitest'

import { checkpointRecords, restoreCheckpoint, type Changelog } from '#runtime/checkpoint.ts'
import { aStageWorld } from '../support/stage-world.ts'

const PLACE = { topic: 'state.observe.v1', partition: 1 } as const
const changelog = (generation: number): Changelog => ({ ...PLACE, generation })
const markAt = (offset: number) => ({
  positions: [{ topic: 'events.data.v1' as const, partition: 1, offset }],
  tracker: { watermarkUs: 'none' as const, writers: [] },
  marks: [],
})

test('only what stands before a mark counts; what half a checkpoint wrote is named', async () => {
  const world = await aStageWorld()
  const sender = await world.log.openSender()
  const first = [
    { key: 'a', body: 1 },
    { key: 'b', body: 1 },
  ]
  await sender.send(checkpointRecords(changelog(1), 1, first, markAt(10), world.codec))
  const second = checkpointRecords(
    changelog(1),
    2,
    [{ key: 'a', body: 2 }],
    markAt(20),
    world.codec,
  )
  await sender.send(second.slice(0, -1))
  const restored = await restoreCheckpoint(world.log, world.codec, changelog(2))
  expect(restored.mark?.positions[0]?.offset).toBe(10)
  expect([...restored.bodies]).toEqual([
    ['a', 1],
    ['b', 1],
  ])
  expect(restored.unfinishedKeys).toEqual(['a'])
  expect(restored.checkpoint).toBe(2)
})

test('an ended key is gone', async () => {
  const world = await aStageWorld()
  const sender = await world.log.openSender()
  await sender.send(
    checkpointRecords(changelog(1), 1, [{ key: 'a', body: 1 }], markAt(1), world.codec),
  )
  const ended = [{ key: 'a', body: undefined }]
  await sender.send(checkpointRecords(changelog(1), 2, ended, markAt(2), world.codec))
  const restored = await restoreCheckpoint(world.log, world.codec, changelog(1))
  expect(restored.bodies.size).toBe(0)
})

test('a zombie of an earlier generation writes in vain', async () => {
  const world = await aStageWorld()
  const sender = await world.log.openSender()
  await sender.send(
    checkpointRecords(changelog(2), 5, [{ key: 'a', body: 'new' }], markAt(9), world.codec),
  )
  await sender.send(
    checkpointRecords(changelog(1), 6, [{ key: 'a', body: 'old' }], markAt(3), world.codec),
  )
  const restored = await restoreCheckpoint(world.log, world.codec, changelog(3))
  expect(restored.bodies.get('a')).toBe('new')
  expect(restored.mark?.positions[0]?.offset).toBe(9)
})
