import { rmSync } from 'node:fs'

import { beforeAll, describe, expect, test } from 'vitest'

import { aDirectory, replayOf } from '../../support/replays.ts'
import { writePack, type LabelledSession } from '../pack-writer.ts'
import type { PackSession, SkipReason } from './candidates.ts'
import { hardSessions } from './hard-sessions.ts'
import { locatePassages } from './payload.ts'
import { renderedTexts } from './rendered-texts.ts'
import { recordedSessions } from './recorded-sessions.ts'
import { seenRenaming } from './renaming/seen.ts'
import { heldOut, seenFamilies } from './wordings/families.ts'

const FAMILIES = [...seenFamilies, ...heldOut]
/** One attack of the pack has no copy without its wrapper; two requests nobody followed. */
const SKIPPED_SHARE_MAX = 0.1
const RUN_WORDS = 4

const sessions = recordedSessions('valid')

describe.runIf(sessions !== undefined)('the recorded pack for measuring', () => {
  const recorded = sessions ?? []
  const exposed = recorded.filter(({ labels }) =>
    labels.events.some(({ label }) => label === 'injection_exposed'),
  )
  const skipped: SkipReason[] = []
  let generated: LabelledSession[] = []

  beforeAll(() => {
    generated = [
      ...hardSessions(recorded, {
        families: FAMILIES,
        limit: FAMILIES.length * 2,
        renaming: seenRenaming,
        onSkip: (reason) => skipped.push(reason),
      }),
    ]
  })

  test('few sessions with an exposure are skipped', () => {
    expect(exposed.length).toBeGreaterThan(500)
    expect(skipped.length / exposed.length).toBeLessThan(SKIPPED_SHARE_MAX)
  })

  test('each family gets its share', () => {
    const counts = Map.groupBy(generated, ({ labels }) => labels.session.attack)
    expect([...counts.values()].map((group) => group.length)).toEqual(FAMILIES.map(() => 2))
  })

  test('what is generated replays without a reject', async () => {
    const directory = aDirectory()
    const { eventsPath, eventCount } = writePack(directory, 'hard', generated)
    const { input } = await replayOf(eventsPath, { environment: {} })
    rmSync(directory, { recursive: true })
    expect(input).toMatchObject({
      acceptedCount: eventCount,
      rejectedCount: 0,
      unknownFieldCount: 0,
    })
  })

  test("no wording says four words in a row of the pack's wrapper or requests", () => {
    const theirs = new Set(exposed.flatMap(passageLines).flatMap(runsOf))
    const ours = new Set(renderedTexts(FAMILIES, 20).flatMap(runsOf))
    expect(theirs.size).toBeGreaterThan(100)
    expect(ours.size).toBeGreaterThan(1_000)
    expect([...ours].filter((run) => theirs.has(run))).toEqual([])
  })
})

function passageLines({ events, plainEvents }: PackSession): string[] {
  return events.flatMap(({ content }, index) => {
    const plain = plainEvents[index]?.content
    if (content === undefined || plain === undefined) return []
    return locatePassages(content, plain).flatMap(({ passages }) =>
      passages.flatMap(({ wrapperLines, requestLines }) => [...wrapperLines, ...requestLines]),
    )
  })
}

/** Runs of words in lower case. */
function runsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z']+/g) ?? []
  return words.flatMap((_, start) =>
    start + RUN_WORDS <= words.length ? [words.slice(start, start + RUN_WORDS).join(' ')] : [],
  )
}
