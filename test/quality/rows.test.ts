import { expect, test } from 'vitest'

import { ROW_NAMES, rowsNamed } from './rows.ts'

test.for([
  { why: 'none named', list: undefined, rows: [...ROW_NAMES] },
  { why: 'in the order of the table', list: 'valid.plain, valid', rows: ['valid', 'valid.plain'] },
  { why: 'one is unknown', list: 'valid,other', rows: undefined },
])('rows of a list: $why', ({ list, rows }) => {
  expect(rowsNamed(list)).toEqual(rows)
})
