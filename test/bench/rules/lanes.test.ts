import { describe, expect, test } from 'vitest'

import { LANES, laneLines } from './lanes.ts'

const RECORDS_COUNT = 600

const averageBytes = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + line.length, 0) / lines.length

/** Text values of 24 letters and more, at any depth. */
function longTexts(value: unknown): string[] {
  if (typeof value === 'string') return value.length < 24 ? [] : [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(longTexts)
}

describe.for(LANES)('lane $name', (lane) => {
  const lines = laneLines(lane, RECORDS_COUNT, 1)
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>)

  test('equal seeds give equal lines, so that two engines and two days see the same', () => {
    expect(laneLines(lane, RECORDS_COUNT, 1)).toEqual(lines)
  })

  test('another seed gives other lines, so that an engine can be shown unseen ones', () => {
    const others = new Set(laneLines(lane, RECORDS_COUNT, 2))
    expect(lines.filter((line) => others.has(line))).toEqual([])
  })

  test('no two records are the same', () => {
    expect(new Set(lines).size).toBe(RECORDS_COUNT)
  })

  test('at least a third of all long texts is new, as it is in life', () => {
    const texts = records.flatMap(longTexts)
    expect(texts.length).toBeGreaterThan(RECORDS_COUNT / 2)
    expect(new Set(texts).size / texts.length).toBeGreaterThan(1 / 3)
  })
})

test.for([
  { name: 'process_creation', least: 1150, most: 1450 },
  { name: 'file_event', least: 400, most: 600 },
  { name: 'raw_windows', least: 1100, most: 1400 },
  { name: 'cloud_audit', least: 1200, most: 1700 },
])('$name is as long as such records are: $least to $most bytes', ({ name, least, most }) => {
  const lane = LANES.find((one) => one.name === name)
  const bytes = lane === undefined ? 0 : averageBytes(laneLines(lane, RECORDS_COUNT, 3))
  expect(bytes).toBeGreaterThan(least)
  expect(bytes).toBeLessThan(most)
})

test('the message of a raw Windows event is about 860 bytes', () => {
  const lane = LANES.find(({ name }) => name === 'raw_windows')
  const lines = lane === undefined ? [] : laneLines(lane, RECORDS_COUNT, 3)
  const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message.length)
  const average = messages.reduce((sum, length) => sum + length, 0) / messages.length
  expect(Math.abs(average - 860)).toBeLessThan(60)
})
