import { expect, test } from 'vitest'
import {
  createBaselineBook,
  pinnedBook,
  recordedBook,
} from '../../../services/detect/statistics/baselines.ts'
import type { BaselineBook, Known } from '../../../services/detect/statistics/baselines.ts'
import type { Observation } from '#domain/records/index.ts'
import { DULL_OBSERVATION } from '../../../services/detect/pack/dull-records.ts'
import { aBaseline } from '../a-rule.ts'

function bookOf(...epochs: number[]): BaselineBook {
  const book = createBaselineBook()
  for (const epoch of epochs) book.add(aBaseline({ epoch, median: epoch }))
  return book
}

const known = (
  book: BaselineBook,
  epoch: number,
  measure = 'tool_calls',
  differs: Partial<Observation> = {},
): Known | undefined => book.knownOf({ ...DULL_OBSERVATION, ...differs }, epoch)(measure)
const medianAt = (book: BaselineBook, epoch: number): number | null | undefined =>
  known(book, epoch)?.baseline.median

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
  expect(known(book, 9, 'tool_calls', { tenant_id: 'other' })).toBeUndefined()
  expect(known(book, 9, 'tool_calls', { agent_id: 'agent-2' })).toBeUndefined()
  expect(known(book, 9, 'tool_calls', { agent_id: null })).toBeUndefined()
  expect(known(book, 9, 'errors')).toBeUndefined()
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
  const nobody = { tenant_id: '-', agent_id: '~' }
  expect(known(book, 9, '~complete', nobody)).toBeUndefined()
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

test.for([
  { why: 'warm: its own', own: 20, peers: 40, basis: 'agent' },
  { why: 'cold: its peers', own: 19, peers: 20, basis: 'peers' },
  { why: 'both cold: nobody', own: 19, peers: 19, basis: undefined },
])('an agent that is $why', ({ own, peers, basis }) => {
  const book = bookOf()
  book.add(aBaseline({ samples_count: own }))
  book.add(aBaseline({ agent_id: '~peers/server-1', samples_count: peers }))
  expect(known(book, 9)?.basis).toBe(basis)
})

test('peers are of the same tenant and server, and of agents that are known', () => {
  const book = bookOf()
  book.add(aBaseline({ agent_id: '~peers/server-1' }))
  expect(known(book, 9, 'tool_calls', { agent_id: 'new' })?.basis).toBe('peers')
  for (const differs of [{ tenant_id: 'other' }, { server_id: 'server-2' }, { server_id: null }])
    expect(known(book, 9, 'tool_calls', { agent_id: 'new', ...differs })).toBeUndefined()
  expect(known(book, 9, 'tool_calls', { agent_id: null })).toBeUndefined()
})

test('a later format is left alone', () => {
  const book = bookOf(1)
  book.add(aBaseline({ epoch: 2, median: 2, format_version: 3 }))
  expect(medianAt(book, 9)).toBe(1)
})
