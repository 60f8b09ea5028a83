import { expect, test } from 'vitest'

import { readText } from '../support/checkout.ts'
import { figuresOf } from './figures.ts'
import { recordedPaths } from './measured-packs.ts'
import { fallsOf, readBlock, valuesOf } from './report-block.ts'
import { scorePack } from './score.ts'

const FALL_MAX = 0.02
const REPLAY_MAX_MS = 15 * 60_000
const PACKS = [
  { name: 'sample', labels: 'agentdojo/sample.labels.ndjson' },
  { name: 'valid.plain', labels: 'agentdojo/valid.labels.ndjson.gz' },
].map(({ name, labels }) => ({ name, paths: recordedPaths(name, labels) }))

const reported = readBlock(readText('test/quality/report.md'))
const absent = PACKS.filter(({ paths }) => paths === undefined)
if (absent.length > 0)
  process.stderr.write(
    `SKIPPED: the committed weights are not scored on ${absent.length} of ${PACKS.length} packs\n`,
  )

/** The gate of quality: the committed weights still do what the committed report says. */
test.for(PACKS)(
  'no measure on $name is worse than in the report by more than 0.02',
  { timeout: REPLAY_MAX_MS },
  async ({ name, paths }, { skip }) => {
    const { eventsPath, labelsPath } = paths ?? skip(`${name} is absent`)
    const sessions = await scorePack({ eventsPath, labelsPath, modelFile: undefined })
    const values = reported[name]
    if (values === undefined) throw new Error(`the report has no row ${name}: npm run quality`)
    expect(fallsOf(values, valuesOf(figuresOf(sessions)), FALL_MAX)).toEqual([])
  },
)
