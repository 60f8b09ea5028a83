import { readFileSync, rmSync } from 'node:fs'

import { expect, test } from 'vitest'

import { aDirectory, replayOf } from '../support/replays.ts'
import { aBenignSession, aPackEvent } from './a-labelled-session.ts'
import { readPack } from './pack-reader.ts'
import { numbered, writePack } from './pack-writer.ts'

test('a written pack reads back as the same sessions, and replays without a reject', async () => {
  const directory = aDirectory()
  const sessions = [aBenignSession('s-a'), aBenignSession('s-b')]
  const written = writePack(directory, 'two', sessions)
  const read = readPack(written.eventsPath, written.labelsPath)
  const { input } = await replayOf(written.eventsPath, { environment: {} })
  rmSync(directory, { recursive: true })
  expect(written).toMatchObject({ sessionCount: 2, eventCount: 6 })
  expect(read.map(({ labels }) => labels)).toEqual(sessions.map(({ labels }) => labels))
  expect(read.flatMap(({ events }) => events)).toMatchObject(
    sessions.flatMap(({ events }) => events),
  )
  expect(input).toMatchObject({ acceptedCount: 6, rejectedCount: 0 })
})

test('the same sessions give the same bytes', () => {
  const directory = aDirectory()
  const [one, other] = ['one', 'other'].map((name) =>
    readFileSync(writePack(directory, name, [aBenignSession('s-a')]).eventsPath),
  )
  rmSync(directory, { recursive: true })
  expect(one).toEqual(other)
})

test('events stand in time order, those of one moment as given, counted by collector', () => {
  const at = (index: number, occurredAt: string, collector: string) =>
    aPackEvent('s-a', index, 0, { occurred_at: occurredAt, collector_id: collector })
  const events = numbered([
    at(0, '2026-01-05T08:00:01Z', 'one'),
    at(1, '2026-01-05T08:00:00.25Z', 'one'),
    at(2, '2026-01-05T08:00:00.250000Z', 'other'),
    at(3, '2026-01-05T08:00:00.100000Z', 'one'),
  ])
  expect(events.map((event) => [event.event_id, event['collector_seq']])).toEqual([
    ['s-a-003', 1],
    ['s-a-001', 2],
    ['s-a-002', 1],
    ['s-a-000', 3],
  ])
})
