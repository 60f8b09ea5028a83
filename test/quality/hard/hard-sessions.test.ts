import { rmSync } from 'node:fs'

import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

import { aDirectory, replayOf } from '../../support/replays.ts'
import { aBenignSession } from '../a-labelled-session.ts'
import { writePack, type LabelledSession, type PackEvent } from '../pack-writer.ts'
import {
  anAttackedSession,
  inLiteral,
  inText,
  inYaml,
  REQUEST,
  WRAPPER,
} from './an-attacked-session.ts'
import type { PackSession, SkipReason } from './candidates.ts'
import { hardSessions } from './hard-sessions.ts'
import { heldOut, seenFamilies } from './wordings/families.ts'

const families = [...seenFamilies, ...heldOut]
const LAYOUTS = [
  { name: 'YAML', layout: inYaml },
  { name: 'a literal', layout: inLiteral },
  { name: 'text', layout: inText },
]

const hard = (sessions: readonly PackSession[], limit = families.length): LabelledSession[] => [
  ...hardSessions(sessions, { families, limit }),
]

describe('every family, in every form of result', () => {
  test.for(LAYOUTS)('$name: all but the injected text stays', ({ layout }) => {
    const original = anAttackedSession('s-a', layout)
    const shape = (events: readonly PackEvent[]): unknown[] =>
      events.map(({ action, occurred_at }) => ({ action, occurred_at }))
    const sessions = hard([original])
    for (const { events } of sessions) expect(shape(events)).toEqual(shape(original.events))
    expect(
      sessions.filter(({ events }) =>
        [REQUEST, ...WRAPPER].some((line) => JSON.stringify(events).includes(line)),
      ),
    ).toEqual([])
    const sizes = sessions.map(({ events }) => [events[3]?.content_bytes, events[4]?.['bytes']])
    expect(sizes).toEqual(
      sessions.map(({ events }) => {
        const bytes = Buffer.byteLength(String(events[3]?.content))
        return [bytes, bytes]
      }),
    )
  })

  test('a YAML result still reads as YAML with the text in its string', () => {
    const notes = hard([anAttackedSession('s-a', inYaml)]).map(
      ({ events }) => parse(String(events[3]?.content)) as { note: string; by?: string }[],
    )
    expect(notes.map(([first, second]) => [first?.note, second?.by])).toEqual(
      families.map(() => ["bring it's own cup", 'someone']),
    )
    expect(notes.filter(([, second]) => !/^See below\.\s+\S/.test(second?.note ?? ''))).toEqual([])
  })

  test('ids are new and the labels follow them', () => {
    const sessions = hard([anAttackedSession('s-a')])
    const ids = sessions.flatMap(({ events }) => events.map(({ event_id }) => event_id))
    const callIds = sessions.flatMap(({ events }) => events.map(({ call_id }) => call_id))
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => id.startsWith('s-a-'))).toEqual([])
    expect(callIds.filter((id) => id !== undefined && /^call_\d$/.test(id))).toEqual([])
    for (const { events, labels } of sessions) {
      const own = new Set(events.map(({ event_id }) => event_id))
      expect(labels.events.filter(({ event_id }) => !own.has(event_id))).toEqual([])
      expect(new Set(events.map(({ session_id }) => session_id))).toEqual(
        new Set([labels.session.session_id]),
      )
    }
  })

  test('each is another text, the same each time', () => {
    const texts = (): string[] =>
      hard([anAttackedSession('s-a')]).map(({ events }) => String(events[3]?.content))
    expect(new Set(texts()).size).toBe(families.length)
    expect(texts()).toEqual(texts())
  })

  test('a pack of them replays without a reject', async () => {
    const directory = aDirectory()
    const sessions = hard([anAttackedSession('s-a', inYaml), anAttackedSession('s-b')], 80)
    const { eventsPath, eventCount } = writePack(directory, 'hard', sessions)
    const { input } = await replayOf(eventsPath, { environment: {} })
    rmSync(directory, { recursive: true })
    expect(sessions.length).toBeGreaterThan(families.length)
    expect(input).toMatchObject({ acceptedCount: eventCount, rejectedCount: 0 })
  })
})

test('an intent in two halves exposes two results', () => {
  const split = hard([anAttackedSession('s-a')]).find(
    ({ labels }) => labels.session.attack === 'split-results',
  )
  const exposed = split?.labels.events.filter(({ label }) => label === 'injection_exposed')
  expect(exposed?.map(({ event_id }) => event_id.slice(-3))).toEqual(['003', '006'])
  expect(String(split?.events[6]?.content)).toContain('AB12 0000')
  expect(String(split?.events[3]?.content)).not.toContain('AB12 0000')
})

test('nobody acts on an intent before its second half was read', () => {
  const { events, labels, plainEvents } = anAttackedSession('s-a')
  const session_id = labels.session.session_id
  const late = { event_id: 's-a-008', session_id, label: 'injection_exposed' as const }
  const again = (list: readonly PackEvent[]): PackEvent[] =>
    list
      .filter(({ event_id }) => event_id !== 's-a-006')
      .map((event) =>
        event.event_id === 's-a-008' ? { ...event, content: list[3]?.content ?? '' } : event,
      )
  const exposedAfter: PackSession = {
    events: again(events),
    plainEvents: again(plainEvents),
    labels: { ...labels, events: [...labels.events, late] },
  }
  const wordings = hard([exposedAfter]).map(({ labels: { session } }) => session.attack)
  expect(wordings).not.toContain('split-results')
  expect(wordings.length).toBe(families.length - 1)
})

test('a session nobody followed takes the intent of one with the same request', () => {
  const resisted = anAttackedSession('s-b', inText, false)
  const skipped: SkipReason[] = []
  const alone = hardSessions([resisted], {
    families,
    limit: 10,
    onSkip: (reason) => skipped.push(reason),
  })
  expect([...alone]).toEqual([])
  expect(skipped).toEqual(['intent unknown'])
  const both = hard([anAttackedSession('s-a'), resisted], families.length * 2)
  expect(
    both.filter(({ labels }) => labels.session.label === 'injection_resisted').length,
  ).toBeGreaterThan(families.length / 2)
})

test('a session whose payload cannot be located is skipped and counted', () => {
  const session = anAttackedSession('s-a')
  const skipped: SkipReason[] = []
  const unknown = { ...session, plainEvents: session.events }
  const none = hardSessions([unknown], { families, limit: 1, onSkip: (why) => skipped.push(why) })
  expect([...none]).toEqual([])
  expect(skipped).toEqual(['payload not located'])
})

test('benign sessions pass through unchanged, if asked for', () => {
  const benign = aBenignSession('s-c')
  const sessions = [{ ...benign, plainEvents: benign.events }]
  expect([...hardSessions(sessions, { families, limit: 1 })]).toEqual([])
  expect([...hardSessions(sessions, { families, limit: 1, withBenign: true })]).toEqual([benign])
})
