import { expect, test } from 'vitest'

import type { DoorRequest } from '#domain/door.ts'
import { keyOf, partitionOf } from '#domain/lane.ts'
import type { Action } from '#domain/records/index.ts'
import { openEmbeddedLog } from '#adapters/embedded/log.ts'
import { latest } from '../../services/cli/response/case-view.ts'
import {
  recordView,
  viewerName,
  viewRoute,
  type View,
} from '../../services/cli/response/custody.ts'
import { aDirectory } from '../support/replays.ts'
import { aStageWorld } from '../support/stage-world.ts'

const NOW_MS = 1_767_600_000_000
const INCIDENT = 'b'.repeat(32)
const view: View = {
  tenant_id: 'acme',
  incident_id: INCIDENT,
  by: 'ada',
  target: 'incident show',
  reason: 'curious',
}

async function posted(body: unknown): Promise<{ status: number | undefined; written: Action[] }> {
  const stage = await aStageWorld()
  const world = { log: stage.log, codec: stage.codec, close: () => stage.log.close() }
  const readBody = () => Promise.resolve(Buffer.from(JSON.stringify(body)))
  const request = { headers: {}, readBody } as unknown as DoorRequest
  const reply = await viewRoute(world, () => NOW_MS)
    .handle(request)
    .catch((error: unknown) => ({ status: (error as { status: number }).status }))
  const partition = partitionOf(keyOf('acme', INCIDENT), stage.laneCount)
  const written: Action[] = []
  for await (const chunk of stage.log.readToEnd({ topic: 'actions.v1', partition, offset: 0 }))
    for (const { value } of chunk.records) {
      const decoded = stage.codec.decode('actions.v1', value)
      if (decoded.ok) written.push(decoded.value)
    }
  await stage.log.close()
  return { status: reply.status, written }
}

test('who looked at what, when and why stands in the custody log', async () => {
  const { status, written } = await posted(view)
  expect(status).toBe(202)
  expect(written).toMatchObject([
    {
      kind: 'view',
      phase: 'applied',
      incident_id: INCIDENT,
      requested_by: 'ada',
      reason: 'curious',
      occurred_at: NOW_MS * 1000,
      parameters: { target: 'incident show' },
    },
  ])
})

test.for([
  { why: 'without a name', body: { ...view, by: '' } },
  { why: 'of no incident', body: { ...view, incident_id: '../x' } },
  { why: 'with a word too many', body: { ...view, phase: 'proven' } },
])('a view $why is refused', async ({ body }) => {
  expect(await posted(body)).toEqual({ status: 400, written: [] })
})

test('a view is told to nobody as something that was done', () => {
  const row = { action_id: 'a', kind: 'view', phase: 'applied' } as Parameters<typeof latest>[0][0]
  expect(latest([row, { ...row, action_id: 'n', kind: 'notify' }])).toMatchObject([
    { kind: 'notify' },
  ])
})

test('without a door it goes to the log itself', async () => {
  const directory = aDirectory()
  const path = `${directory}/log.sqlite`
  const made = openEmbeddedLog({ path, laneCount: 8 })
  await made.createTopics()
  await made.close()
  await recordView({ TOCSIN_DATA_DIR: directory, TOCSIN_LOG_LEVEL: 'silent' }, view)
  const log = openEmbeddedLog({ path, laneCount: 8 })
  const ends = await log.endOffsets('actions.v1')
  await log.close()
  expect(ends.reduce((sum, end) => sum + end, 0)).toBe(1)
})

test.for([
  { why: 'the name given', given: 'ada', person: 'ben', is: 'ada' },
  { why: 'the name of the environment', given: undefined, person: 'ben', is: 'ben' },
])('who looks is $why', ({ given, person, is }) => {
  expect(viewerName(given, { TOCSIN_PERSON: person })).toBe(is)
})
