import { readFileSync, rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openEvidenceToRead } from '../../services/cli/evidence.ts'
import { startTocsin, tocsin } from '../support/cli.ts'
import { aDirectory, readResultFiles, SCENARIO_FILE } from '../support/replays.ts'
import { sharedFile } from '../support/shared-data.ts'

const FILE = sharedFile('agentdojo/sample.events.ndjson.gz') ?? SCENARIO_FILE
const KILLS_COUNT = 10
const FIRST_KILL_MS = 600
const KILL_SPREAD_MS = 3_000

/** Moments spread over a run, the same in every run of this test. */
function killMoments(): number[] {
  const step = KILL_SPREAD_MS / KILLS_COUNT
  return Array.from(
    { length: KILLS_COUNT },
    (_, index) => FIRST_KILL_MS + ((index * 7) % 10) * step,
  )
}

type Stats = { events: number; alerts: number; incidents: number }

/** What the evidence views hold: event rows and distinct event ids, alerts, incidents. */
async function viewCounts(dataDirectory: string): Promise<Record<string, number>> {
  const evidence = await openEvidenceToRead({ TOCSIN_DATA_DIR: dataDirectory })
  try {
    const events = ['application', 'data', 'network', 'model']
      .map((layer) => `SELECT event_id FROM events_${layer}`)
      .join(' UNION ALL ')
    const [counts = {}] = await evidence.query<Record<string, string>>(
      `SELECT (SELECT count() FROM (${events})) AS rows,
        (SELECT uniqExact(event_id) FROM (${events})) AS ids,
        (SELECT count() FROM alerts) AS alerts, (SELECT count() FROM incidents) AS incidents`,
    )
    return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Number(count)]))
  } finally {
    await evidence.close()
  }
}

test(
  'killed at ten moments and resumed: the same bytes, and each event once in the views',
  { timeout: 480_000 },
  async () => {
    const directory = aDirectory()
    const dataDirectory = join(directory, 'data')
    const args = ['replay', FILE, '--data-dir', dataDirectory, '--out', join(directory, 'killed')]
    let killedCount = 0
    for (const afterMs of killMoments()) {
      const { child, result } = startTocsin(args)
      await Promise.race([wait(afterMs), result])
      if (child.exitCode === null && child.kill('SIGKILL')) killedCount += 1
      await result
    }
    expect(killedCount).toBeGreaterThan(KILLS_COUNT / 2)
    const last = await tocsin(args)
    expect(last.stderr).toBe('')
    expect(last.code).toBe(0)
    const undisturbed = await tocsin(['replay', FILE, '--out', join(directory, 'undisturbed')])
    expect(undisturbed.code).toBe(0)
    expect(readResultFiles(join(directory, 'killed'))).toEqual(
      readResultFiles(join(directory, 'undisturbed')),
    )
    const stats = JSON.parse(readFileSync(join(directory, 'killed', 'stats.json'), 'utf8')) as Stats
    expect(await viewCounts(dataDirectory)).toEqual({
      rows: stats.events,
      ids: stats.events,
      alerts: stats.alerts,
      incidents: stats.incidents,
    })
    const again = await tocsin(args)
    expect(again.code).toBe(0)
    expect(readResultFiles(join(directory, 'killed'))).toEqual(
      readResultFiles(join(directory, 'undisturbed')),
    )
    rmSync(directory, { recursive: true })
  },
)
