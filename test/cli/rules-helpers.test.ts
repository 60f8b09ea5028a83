import assert from 'node:assert/strict'

import { describe, expect, test } from 'vitest'

import { Fault } from '#domain/fault.ts'
import { HitCounts } from '../../services/cli/rules/hit-counts.ts'
import { wordingOf } from '../../services/cli/rules/item-wording.ts'
import { parseLogsource } from '../../services/cli/rules/logsource.ts'
import { readTar } from '../../services/cli/rules/tar.ts'
import { daysOf, parseTimeSpan } from '../../services/cli/rules/time-span.ts'
import { aRule } from '../detect/a-rule.ts'
import { aTar } from '../support/tar.ts'

const MIDNIGHT_US = Date.parse('2026-03-02T00:00:00Z') * 1000
const HOUR_US = 3_600_000_000

describe('archives', () => {
  test.for([
    { why: 'no file', files: {} },
    { why: 'an empty file and one of a whole block', files: { a: '', b: 'x'.repeat(512) } },
    { why: 'a name of 100 bytes', files: { ['n'.repeat(100)]: 'text' } },
    { why: 'a name of 101 bytes', files: { ['n'.repeat(101)]: 'text', next: 'one' } },
  ])('$why', ({ files }) => {
    const entries = readTar(aTar(files)) ?? []
    expect(Object.fromEntries(entries.map(({ name, bytes }) => [name, bytes.toString()]))).toEqual(
      files,
    )
  })

  test.for([
    { why: 'cut within a file', cut: 600 },
    { why: 'cut before a file', cut: 512 },
  ])('$why is no whole archive', ({ cut }) => {
    expect(readTar(aTar({ a: 'x'.repeat(700) }).subarray(0, cut))).toBeUndefined()
  })

  test('a size that is no number is no archive', () => {
    const archive = aTar({ a: 'text' })
    archive.write('nonsense', 124)
    expect(readTar(archive)).toBeUndefined()
  })
})

describe('times', () => {
  test('dates are midnights, and days are cut there', () => {
    const span = parseTimeSpan('2026-03-01T22:00:00Z', '2026-03-03')
    expect(daysOf(span)).toEqual([
      { sinceUs: MIDNIGHT_US - 2 * HOUR_US, untilUs: MIDNIGHT_US },
      { sinceUs: MIDNIGHT_US, untilUs: MIDNIGHT_US + 24 * HOUR_US },
    ])
  })

  test('within one day there is one', () => {
    const span = { sinceUs: MIDNIGHT_US, untilUs: MIDNIGHT_US + 1 }
    expect(daysOf(span)).toEqual([span])
  })

  test.for([
    { why: '400 days', from: '2025-01-01', to: '2026-02-05', isRefused: false },
    { why: '401 days', from: '2025-01-01', to: '2026-02-06', isRefused: true },
    { why: 'a day there is not', from: '2026-02-30', to: '2026-03-01', isRefused: true },
  ])('$why: refused=$isRefused', ({ from, to, isRefused }) => {
    expect(isRefusedSpan(from, to)).toBe(isRefused)
  })
})

function isRefusedSpan(from: string, to: string): boolean {
  try {
    parseTimeSpan(from, to)
    return false
  } catch (error) {
    return error instanceof Fault && error.code === 'BAD_USAGE'
  }
}

test('a log source may state any of the three', () => {
  expect(parseLogsource('service=a=b, product=windows')).toEqual({
    product: 'windows',
    service: 'a=b',
  })
})

describe('counts of hits', () => {
  const a = { name: 'a', id: '1', level: 'low' }

  test('days are of event time, UTC, and examples are bounded', () => {
    const counts = new HitCounts(1)
    for (const [timeUs, id] of [
      [MIDNIGHT_US - 1, 'before'],
      [MIDNIGHT_US, 'first'],
      [MIDNIGHT_US + 1, 'second'],
    ] as const) {
      counts.add(timeUs, id, [a], [a])
    }
    expect(counts.rows()).toMatchObject([
      { rule: 'a', day: '2026-03-01', count: 1, same: 1, examples: ['before'] },
      { rule: 'a', day: '2026-03-02', count: 2, same: 2, examples: ['first'] },
    ])
  })

  test('what changed is shown before what did not; a gone hit is no hit', () => {
    const counts = new HitCounts(2)
    counts.add(MIDNIGHT_US, 'same', [a], [a])
    counts.add(MIDNIGHT_US, 'gone', [], [a])
    counts.add(MIDNIGHT_US, 'new', [a], [])
    expect(counts.rows()).toMatchObject([
      { count: 2, same: 1, new: 1, gone: 1, examples: ['new', 'gone'] },
    ])
  })
})

test.for([
  {
    why: 'a map',
    selection: { 'tool_name|contains': 'x', rows: 1 },
    place: [0, 1],
    text: 'rows: 1',
  },
  {
    why: 'a list of maps',
    selection: [{ rows: 1 }, { 'tool_name|contains': ['x', 'y'] }],
    place: [1, 0],
    text: 'tool_name|contains: ["x","y"]',
  },
  { why: 'nothing there', selection: { rows: 1 }, place: [0, 3], text: 'rows' },
])('an item is worded as its rule has it: $why', ({ selection, place, text }) => {
  const detection = { selection, condition: 'selection' }
  const [alternative = 0, index = 0] = place
  const items = aRule({ detection }).selections.get('selection')?.[alternative]
  const item = items?.[index] ?? items?.[0]
  assert(item !== undefined)
  expect(wordingOf({ detection }, 'selection', { alternative, index, item })).toBe(text)
})
