import { parseArgs } from 'node:util'

import { openEmbeddedLog } from '#adapters/embedded/log.ts'
import { aStageWorld } from '../support/stage-world.ts'
import { run } from './courier-run.ts'
import { exampleSink } from './example-sinks.ts'

/** A courier of one example's sink in a process of its own, on a log of one lane, until SIGTERM. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      log: { type: 'string', default: '' },
      sink: { type: 'string', default: '' },
      settings: { type: 'string', default: '{}' },
    },
  })
  const log = openEmbeddedLog({ path: values.log, laneCount: 1 })
  const world = await aStageWorld({ log, laneCount: 1 })
  const settings = JSON.parse(values.settings) as Record<string, unknown>
  const courier = run(world, exampleSink(values.sink, values.sink, settings))
  await new Promise((resolve) => process.once('SIGTERM', resolve))
  await courier.stop()
  await log.close()
}

await main()
