import { expect, test } from 'vitest'
import {
  createBaselineBook,
  pinnedBook,
  recordedBook,
} from '../../../services/detect/statistics/baselines.ts'
import type { BaselineBook } from '../../../services/detect/statistics/baselines.ts'
import { aBaseline } from '../a-rule.ts'

function bookOf(...epochs: number[]): BaselineBook {
  const book = createBaselineBook()
  for (const epoch of epochs) book.add(aBaseline({ epoch, median: epoch }))
  return book
}

const medianAt = (book: BaselineBook, epoch: number): number | null | undefined =>
  book.ofAgent('acme', 'agent-1', epoch)('tool_calls')?.median

test.for([
  { why: 'nothing is old enough', epochs: [5, 6], at: 4, median: undefined },
  { why: 'the very epoch', epochs: [5, 6], at: 5, median: 5 },
  { why: 'the newest that is old enough', epochs: [2, 5, 9], at: 8, median: 5 },
  { why: 'whatever order they came in', epochs: [9, 2, 5], at: 8, median: 5 },
])('$why', ({ epochs, at, median }) => {
  expect(medianAt(bookOf(...epochs), at)).toBe(median)
})

test('another tenant, agent or measure has its own', () => {
  const book = bookOf(1)
  expect(book.ofAgent('other', 'agent-1', 9)('tool_calls')).toBeUndefined()
  expect(book.ofAgent('acme', 'agent-2', 9)('tool_calls')).toBeUndefined()
  expect(book.ofAgent('acme', null, 9)('tool_calls')).toBeUndefined()
  expect(book.ofAgent('acme', 'agent-1', 9)('errors')).toBeUndefined()
})

test('a newer revision takes the place of the same epoch, an older one does not', () => {
  const book = bookOf(1)
  book.add(aBaseline({ epoch: 1, median: 70, revision: 3 }))
  book.add(aBaseline({ epoch: 1, median: 60, revision: 2 }))
  expect(medianAt(book, 1)).toBe(70)
})

test('the marker says how far baselines are complete, and is no baseline', () => {
  const book = bookOf(1)
  const marker = { tenant_id: '-', agent_id: '~', measure: '~complete', kind: 'marker' } as const
  expect(book.completeThroughEpoch()).toBe(-Infinity)
  book.add(aBaseline({ ...marker, epoch: 7 }))
  book.add(aBaseline({ ...marker, epoch: 3 }))
  expect(book.completeThroughEpoch()).toBe(7)
  expect(book.ofAgent('-', '~', 9)('~complete')).toBeUndefined()
})

test('what everyone has passed is forgotten, what someone may ask for is not', () => {
  const book = bookOf(1, 2, 5, 9)
  book.forgetBefore(6)
  expect(medianAt(book, 6)).toBe(5)
  expect(medianAt(book, 9)).toBe(9)
  expect(medianAt(book, 4)).toBeUndefined()
})

test('two weeks of hours are kept where nobody says what is past', () => {
  const book = bookOf(...Array.from({ length: 340 }, (_, epoch) => epoch))
  expect(medianAt(book, 3)).toBeUndefined()
  expect(medianAt(book, 4)).toBe(4)
})

test('what comes after its time was forgotten is kept no longer than what came before', () => {
  const book = bookOf(1)
  book.forgetBefore(5)
  for (const epoch of [2, 3, 6]) book.add(aBaseline({ epoch, median: epoch }))
  expect(medianAt(book, 5)).toBe(3)
  expect(medianAt(book, 2)).toBeUndefined()
  expect(medianAt(book, 6)).toBe(6)
})

test('pinned baselines hold for every epoch, the newest of each', () => {
  const book = pinnedBook([aBaseline({ epoch: 5, median: 5 }), aBaseline({ epoch: 9, median: 9 })])
  book.add(aBaseline({ epoch: 99, median: 99 }))
  book.forgetBefore(1000)
  expect(book.completeThroughEpoch()).toBe(Infinity)
  expect(medianAt(book, 0)).toBe(9)
})

test('recorded baselines are all kept, each for its own time', () => {
  const epochs = Array.from({ length: 40 }, (_, epoch) => aBaseline({ epoch, median: epoch }))
  const book = recordedBook(epochs)
  book.add(aBaseline({ epoch: 3, median: 99, revision: 9 }))
  expect(book.completeThroughEpoch()).toBe(Infinity)
  expect(medianAt(book, 3)).toBe(3)
  expect(medianAt(book, 38)).toBe(38)
})
