import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { openEmbeddedLog } from '#adapters/embedded/log.ts'
import { OCSF_TOPIC } from '#domain/topics.ts'
import type { StageWorld } from '#runtime/stage-definition.ts'
import { aDirectory } from '../support/replays.ts'
import { aStageWorld } from '../support/stage-world.ts'
import { publish, rejectsOf, run } from './courier-run.ts'
import { exampleSink } from './example-sinks.ts'
import { ocsfEvent } from './findings.ts'
import { startWebhook } from './receivers/webhook.ts'

const DAY_MS = 86_400_000
const directory = aDirectory()

afterAll(() => rmSync(directory, { recursive: true }))

test('what the topic no longer keeps is a reject, and the rest is brought', async () => {
  const before = await worldAt(0)
  await publish(
    before,
    ['old-1', 'old-2', 'old-3'].map((alert_id) => ocsfEvent({ alert_id })),
  )
  const group = { group: 'export-webhook', topics: [OCSF_TOPIC], mode: 'single' } as const
  const subscription = await before.log.subscribe(group)
  await subscription.commit([{ topic: OCSF_TOPIC, partition: 0, offset: 1 }])
  await before.log.close()
  const after = await worldAt(31 * DAY_MS)
  await publish(after, [ocsfEvent({ alert_id: 'new' })])
  const receiver = await startWebhook([])
  await run(after, exampleSink('webhook', 'webhook', receiver.settings)).untilDone()
  await receiver.close()
  expect(receiver.taken).toEqual(['new'])
  expect(await rejectsOf(after)).toMatchObject([{ position: 1, reason: 'NOT_KEPT_SO_LONG' }])
  await after.log.close()
})

function worldAt(nowMs: number): Promise<StageWorld> {
  const path = join(directory, 'log.sqlite')
  const log = openEmbeddedLog({ path, laneCount: 1, nowMs: () => nowMs })
  return aStageWorld({ log, laneCount: 1 })
}
