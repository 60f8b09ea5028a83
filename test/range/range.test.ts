import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { runLane, type LaneResult } from './lane.ts'
import { SCENARIOS } from './scenarios/every-scenario.ts'

/** All scenarios and their twins take minutes, and what comes of them hangs on the clock. */
const IS_SOAK = process.env['TOCSIN_SOAK'] !== undefined
const RUNS_COUNT = IS_SOAK ? 3 : 1
const LASTS_MAX_MS = 600_000

// The short form of `npm run range`: what becomes of the attack, not how fast, which a machine that
// runs tests cannot say. The scenarios are played by `npm run range` and `npm run soak`.
describe('the live range, embedded', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-range-'))
  let result: LaneResult
  beforeAll(async () => {
    result = await runLane({
      lane: 'embedded',
      directory,
      runsCount: RUNS_COUNT,
      scenarios: IS_SOAK ? SCENARIOS : [],
      onProgress: () => undefined,
    })
  }, LASTS_MAX_MS)
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test('each attack is a critical incident, contained, and proven by telemetry', () => {
    expect(result.attacks).toHaveLength(RUNS_COUNT)
    for (const attack of result.attacks) {
      expect(attack).toMatchObject({
        severity: 'critical',
        forwardedAfterCount: 0,
        run: { isContained: true, laterPassedCount: 0, isTokenTaken: false },
      })
      expect(attack.containedMs).toBeGreaterThan(0)
      expect(attack.receivedCount).toBeLessThanOrEqual(attack.sentCount)
      // Every server that a call judged the attacker's went through is restricted: one or two.
      const proofs = new Set(attack.proofs.map(({ what, phase }) => `${what}: ${phase}`))
      expect([...proofs].sort()).toEqual([
        'oauth-revocation agent: proven',
        'refuse agent: proven',
        'refuse server: proven',
        'refuse session: proven',
        'refuse token: proven',
      ])
    }
  })

  test.skipIf(!IS_SOAK).for(
    SCENARIOS.flatMap(({ name }) => [
      { name, kind: 'attack' as const },
      { name, kind: 'twin' as const },
    ]),
  )('$name, $kind: becomes what it should', ({ name, kind }) => {
    const judged = result.scenarios.find((one) => one.scenario === name && one.kind === kind)
    expect(judged?.wrong).toEqual([])
  })
})
