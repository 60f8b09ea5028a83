import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { keyOf, partitionOf } from '#domain/lane.ts'
import type { DoorRequest } from '#domain/door.ts'
import type { Action } from '#domain/records/index.ts'
import { publishRecord } from '../../services/cli/publish-record.ts'
import { outcomeRoutes } from '../../services/cli/response/outcome-door.ts'
import { webhookHeaders } from '#domain/webhook-signature.ts'
import { anAction } from '../respond/actions/an-action.ts'
import { aDirectory } from '../support/replays.ts'
import { aStageWorld } from '../support/stage-world.ts'

const NOW_S = 1_767_600_000
const SECRET = `whsec_${Buffer.from('a secret of this test alone').toString('base64')}`
const OTHER = `whsec_${Buffer.from('another secret altogether').toString('base64')}`
const ids = { action_id: 'a'.repeat(32), incident_id: 'b'.repeat(32), tenant_id: 'acme' }
const asked = anAction({ ...ids, kind: 'webhook', parameters: { target: 'soar' } })
const outcome = JSON.stringify({ ...ids, phase: 'ineffective', detail: 'the rule was not taken' })

const file = join(aDirectory(), 'destinations.yml')
writeFileSync(
  file,
  JSON.stringify({ webhooks: { soar: { url: 'http://127.0.0.1:9/', secret: { env: 'SOAR' } } } }),
)

async function answer(headers: Record<string, string>, body: string) {
  const stage = await aStageWorld()
  const world = { log: stage.log, codec: stage.codec, close: () => stage.log.close() }
  await publishRecord(world, 'actions.v1', asked.incident_id, asked)
  const [route] = outcomeRoutes(
    world,
    { TOCSIN_DESTINATIONS: file, SOAR: SECRET },
    () => NOW_S * 1000,
  )
  const request = { headers, readBody: () => Promise.resolve(Buffer.from(body)) }
  const reply = await route?.handle(request as unknown as DoorRequest).catch((error: unknown) => ({
    status: (error as { status: number }).status,
  }))
  const partition = partitionOf(keyOf('acme', ids.incident_id), stage.laneCount)
  const written: Action[] = []
  for await (const chunk of stage.log.readToEnd({ topic: 'actions.v1', partition, offset: 0 }))
    for (const { value } of chunk.records) {
      const decoded = stage.codec.decode('actions.v1', value)
      if (decoded.ok) written.push(decoded.value)
    }
  await stage.log.close()
  return { status: reply?.status, phases: written.map((one) => one.phase) }
}

const signed = (body: string, secret = SECRET, atS = NOW_S) =>
  webhookHeaders('m-1', atS, body, secret)

test('what an orchestrator signs is taken for the action it was asked for', async () => {
  const found = await answer(signed(outcome), outcome)
  expect(found).toEqual({ status: 202, phases: ['requested', 'ineffective'] })
})

const another = outcome.replace('a'.repeat(32), 'c'.repeat(32))
test.for([
  { why: 'with another secret', headers: signed(outcome, OTHER), body: outcome },
  { why: 'with another body', headers: signed('{}'), body: outcome },
  { why: 'of an hour ago', headers: signed(outcome, SECRET, NOW_S - 3_600), body: outcome },
  { why: 'not at all', headers: {}, body: outcome },
  { why: 'about an action nobody asked for', headers: signed(another), body: another },
])('signed $why it is refused and changes nothing', async ({ headers, body }) => {
  expect(await answer(headers, body)).toEqual({ status: 401, phases: ['requested'] })
})
