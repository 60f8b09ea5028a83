import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { linesOf, writeFirstSessions } from '../support/events-file.ts'
import { aDirectory, resultFiles, SCENARIO_FILE, SCENARIO_INVENTORY } from '../support/replays.ts'
import { sharedFile } from '../support/shared-data.ts'

const SAMPLE = sharedFile('agentdojo/sample.events.ndjson.gz')
const SESSIONS_COUNT = 200
const directory = aDirectory()
const FILES = [
  { name: 'the bundled scenario', path: SCENARIO_FILE, incidentsMinCount: 1 },
  ...(SAMPLE === undefined
    ? []
    : [{ name: 'two hundred recorded sessions', path: partOf(SAMPLE), incidentsMinCount: 50 }]),
]

/** A record a batch is a transaction a record. */
const SLOW_MS = 480_000
const WAYS = [
  { why: 'a second time', environment: {} },
  { why: 'one record a batch', environment: { TOCSIN_BATCH_MAX: '1' } },
  { why: 'seven records a batch', environment: { TOCSIN_BATCH_MAX: '7' } },
  { why: 'five thousand records a batch', environment: { TOCSIN_BATCH_MAX: '5000' } },
  { why: 'a checkpoint after every batch', environment: { TOCSIN_CHECKPOINT_MS: '1' } },
]

afterAll(() => rmSync(directory, { recursive: true }))

function partOf(sample: string): string {
  const path = join(directory, 'recorded.ndjson')
  writeFirstSessions(sample, SESSIONS_COUNT, path)
  return path
}

/** Shuffles with a fixed seed: the same disorder in every run. */
function shuffled(lines: readonly string[]): string[] {
  let state = 12_345
  return lines
    .map((line) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
      return { line, rank: state }
    })
    .sort((one, other) => one.rank - other.rank)
    .map(({ line }) => line)
}

describe.for(FILES)('$name', ({ path, incidentsMinCount }) => {
  const reference = resultFiles(path)

  test('comes to incidents', async () => {
    const { alerts, incidents } = await reference
    expect(incidents.split('\n').length - 1).toBeGreaterThanOrEqual(incidentsMinCount)
    expect(alerts.split('\n').length).toBeGreaterThan(incidents.split('\n').length)
  })

  test.for(WAYS)('$why: the same bytes', { timeout: SLOW_MS }, async ({ environment }) => {
    const inventory = { TOCSIN_INVENTORY: SCENARIO_INVENTORY }
    const files = await resultFiles(path, { environment: { ...inventory, ...environment } })
    expect(files).toEqual(await reference)
  })

  test('the topics read in another order: the same bytes', async () => {
    const files = await resultFiles(path, { arrange: (positions) => positions.toReversed() })
    expect(files).toEqual(await reference)
  })

  test('its lines shuffled: the same bytes', async () => {
    const file = join(directory, 'shuffled.ndjson')
    writeFileSync(file, `${shuffled(linesOf(path)).join('\n')}\n`)
    const files = await resultFiles(file)
    expect(files).toEqual(await reference)
  })

  test('three lanes and one lane: the same bytes', async () => {
    for (const count of ['3', '1']) {
      const environment = { TOCSIN_INVENTORY: SCENARIO_INVENTORY, TOCSIN_PARTITIONS: count }
      expect(await resultFiles(path, { environment })).toEqual(await reference)
    }
  })
})
