import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, expect, onTestFinished, test } from 'vitest'

import { openEmbeddedLog } from '#adapters/embedded/log.ts'
import { findingUid } from '../../services/export/ocsf.ts'
import { eventually } from '../support/live.ts'
import { aDirectory } from '../support/replays.ts'
import { aStageWorld } from '../support/stage-world.ts'
import { publish, rejectsOf } from './courier-run.ts'
import { ocsfEvent } from './findings.ts'
import { startElastic } from './receivers/elastic.ts'
import type { Trouble } from './receivers/http-receiver.ts'
import type { StartReceiver } from './receivers/receiver.ts'
import { startSentinel } from './receivers/sentinel.ts'
import { startSplunk } from './receivers/splunk.ts'
import { startWebhook } from './receivers/webhook.ts'

const COURIER = fileURLToPath(new URL('courier-process.ts', import.meta.url))
const COUNT = 24
const SINKS: { sink: string; start: StartReceiver }[] = [
  { sink: 'splunk', start: startSplunk },
  { sink: 'elastic', start: (troubles) => startElastic(troubles) },
  { sink: 'sentinel', start: startSentinel },
  { sink: 'webhook', start: startWebhook },
]
const directory = aDirectory()

afterAll(() => rmSync(directory, { recursive: true }))

test.for(SINKS)(
  'killed before it hears that $sink has taken its findings, it loses none',
  async ({ sink, start }) => {
    const path = join(directory, `${sink}.sqlite`)
    const events = Array.from({ length: COUNT }, (_, at) =>
      ocsfEvent({ alert_id: `a-${at}`, session_id: `s-${at % 7}` }),
    )
    const before = await worldAt(path)
    await publish(before, events)
    await before.log.close()
    const troubles: Trouble[] = Array.from({ length: 10_000 }, () => ({ kind: 'cut_after' }))
    const receiver = await start(troubles)
    const begin = (): ChildProcess => {
      const settings = JSON.stringify(receiver.settings)
      const told = ['--log', path, '--sink', sink, '--settings', settings]
      const child = spawn(process.execPath, [COURIER, ...told], { stdio: 'inherit' })
      onTestFinished(() => void child.kill('SIGKILL'))
      return child
    }

    const killed = begin()
    await eventually(
      () => receiver.taken.length,
      (count) => count > 0,
    )
    killed.kill('SIGKILL')
    await once(killed, 'close')
    const beforeCount = receiver.taken.length
    expect(beforeCount).toBeGreaterThan(0)
    // From here on it answers.
    troubles.length = 0
    const again = begin()
    // None was acknowledged before, so all of them come.
    const distinct = (): string[] => [...new Set(receiver.taken.slice(beforeCount))].sort()
    await eventually(distinct, (uids) => uids.length === COUNT)
    again.kill('SIGTERM')
    expect(await once(again, 'close')).toEqual([0, null])
    await receiver.close()

    expect(distinct()).toEqual(events.map(findingUid).sort())
    // The receiver's own key of each: what came twice had the same, and no two findings had one.
    expect(receiver.keys.size).toBe(COUNT)
    expect(receiver.complaints).toEqual([])
    const after = await worldAt(path)
    expect(await rejectsOf(after)).toEqual([])
    await after.log.close()
  },
)

function worldAt(path: string): ReturnType<typeof aStageWorld> {
  return aStageWorld({ log: openEmbeddedLog({ path, laneCount: 1 }), laneCount: 1 })
}
