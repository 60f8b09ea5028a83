import { expect, test } from 'vitest'

import { fallsOf, readBlock, writeBlock } from './report-block.ts'

const REPORTED = { precision: 0.9, benignFlagged: 0.01, recall: null }

test.for([
  { why: 'equal', measured: { precision: 0.9, benignFlagged: 0.01 }, falls: 0 },
  {
    why: 'worse within the tolerance',
    measured: { precision: 0.885, benignFlagged: 0.025 },
    falls: 0,
  },
  { why: 'better', measured: { precision: 1, benignFlagged: 0 }, falls: 0 },
  {
    why: 'a share that should be high is low',
    measured: { precision: 0.87, benignFlagged: 0.01 },
    falls: 1,
  },
  {
    why: 'a share that should be low is high',
    measured: { precision: 0.9, benignFlagged: 0.04 },
    falls: 1,
  },
  { why: 'nothing is left to count', measured: { precision: null, benignFlagged: 0.01 }, falls: 1 },
])('falls from the report, $why: $falls', ({ measured, falls }) => {
  expect(fallsOf(REPORTED, measured, 0.02)).toHaveLength(falls)
})

test('what is written at the end of a report reads back', () => {
  const rows = { valid: REPORTED }
  expect(readBlock(`# Report\n\n${writeBlock(rows)}`)).toEqual(rows)
})

test('a report without values is refused', () => {
  expect(() => readBlock('# Report\n')).toThrow(/expected object/)
})
