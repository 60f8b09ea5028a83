import type { Command } from 'commander'

import { readSettings } from '#runtime/config.ts'
import { createLogger } from '#runtime/logger.ts'
import { addPlaceOptions, dataDirectory, withOptions, type PlaceOptions } from './options.ts'
import { openEvidence, openWorld } from './world.ts'

/** Adds `tocsin migrate`. */
export function addMigrate(program: Command): void {
  const command = program
    .command('migrate')
    .description('create the topics and bring the evidence tables up to date')
    .option('--json', 'print what was done as JSON')
  addPlaceOptions(command).action(async (flags: PlaceOptions & { json?: boolean }) => {
    const environment = withOptions(process.env, flags)
    const settings = readSettings(environment)
    const directory = dataDirectory(environment)
    const logger = createLogger(settings.TOCSIN_LOG_LEVEL)
    const world = await openWorld(settings, directory, 'power_cut', logger)
    try {
      const topics = await world.log.createTopics()
      const { evidence, applied } = await openEvidence(settings, directory)
      await evidence.close()
      const text =
        flags.json === true
          ? JSON.stringify({ topics_created: topics, migrations_applied: applied })
          : `${topics.length} topics created, ${applied.length} migrations applied`
      process.stdout.write(`${text}\n`)
    } finally {
      await world.close()
    }
  })
}
