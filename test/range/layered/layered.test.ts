import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasPgaudit, hasPostgres } from '../../support/servers/postgres.ts'
import type { Judged } from '../play.ts'
import { runLayeredLane } from './layered-lane.ts'
import type { LayeredScenario } from './layered-scenario.ts'
import { AUDITED_SCENARIOS, LAYERED_SCENARIOS } from './scenarios/every-layered-scenario.ts'
import type { Audit } from './shop.ts'

/** A pipeline's start and the wait for what is decided last, two minutes; then each play. */
const SETTLES_MAX_MS = 300_000
const PLAY_MAX_MS = 30_000

const lanes: { audit: Audit; isPossible: boolean; scenarios: readonly LayeredScenario[] }[] = [
  { audit: 'auto_explain', isPossible: hasPostgres(), scenarios: LAYERED_SCENARIOS },
  { audit: 'pgaudit', isPossible: hasPgaudit(), scenarios: AUDITED_SCENARIOS },
]

describe.each(lanes)('the live range over several layers, $audit', (lane) => {
  describe.skipIf(!lane.isPossible)('with such a database', () => {
    playedOn(lane)
  })
})

function playedOn({ audit, scenarios }: (typeof lanes)[number]): void {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-range-'))
  const plays = scenarios.flatMap(({ name, twins }) =>
    [undefined, ...Object.keys(twins)].map((twin) => ({ name, twin, play: twin ?? 'attack' })),
  )
  let judged: Judged[]
  beforeAll(
    async () => {
      const onProgress = (): void => undefined
      ;({ judged } = await runLayeredLane({ directory, audit, scenarios, onProgress }))
    },
    SETTLES_MAX_MS + PLAY_MAX_MS * plays.length,
  )
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test.for(plays)('$name, $play: becomes what it should', ({ name, twin }) => {
    const one = judged.find((found) => found.scenario === name && found.twin === twin)
    expect(one).toMatchObject({ wrong: [] })
  })
}
