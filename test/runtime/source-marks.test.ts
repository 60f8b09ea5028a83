import { expect, test } from 'vitest'

import { formatSource, parseSource, type Source } from '#domain/headers.ts'
import { SourceMarks } from '#runtime/source-marks.ts'

const aSource = (differs: Partial<Source> = {}): Source => ({
  writer: 'observe',
  topic: 'events.data.v1',
  partition: 1,
  offset: 5,
  ordinal: 1,
  ...differs,
})

test.for([
  { why: 'the very same', source: aSource(), seen: true },
  { why: 'an earlier output of that record', source: aSource({ ordinal: 0 }), seen: true },
  { why: 'a later output of that record', source: aSource({ ordinal: 2 }), seen: false },
  { why: 'an earlier record', source: aSource({ offset: 4, ordinal: 9 }), seen: true },
  { why: 'a later record', source: aSource({ offset: 6, ordinal: 0 }), seen: false },
  { why: 'another source partition', source: aSource({ partition: 2, offset: 0 }), seen: false },
  { why: 'another writer', source: aSource({ writer: 'detect:all', offset: 0 }), seen: false },
])('$why: seen $seen', ({ source, seen }) => {
  const marks = new SourceMarks()
  marks.remember('alerts.v1/1', aSource())
  expect(marks.hasSeen('alerts.v1/1', source)).toBe(seen)
  expect(marks.hasSeen('alerts.v1/2', source)).toBe(false)
  const restored = new SourceMarks()
  restored.restore(marks.save())
  expect(restored.hasSeen('alerts.v1/1', source)).toBe(seen)
})

test('a source survives its header; what is no source is none', () => {
  expect(parseSource(formatSource(aSource()))).toEqual(aSource())
  for (const header of [undefined, '', 'a b 1 2', 'a b x 2 3', 'a b 1 2 3 4'])
    expect(parseSource(header)).toBeUndefined()
})
