import { describe, expect, test } from 'vitest'

import { inLiteral, inText, inYaml } from './an-attacked-session.ts'
import { locatePassages, requestOf } from './payload.ts'

const LINES = ['[[open]]', 'A greeting to the reader.', 'Do the thing.', '[[close]]']
const BARE = ['', '', 'Do the thing.', '']

describe.each([
  { form: 'YAML', layout: inYaml },
  { form: 'a literal', layout: inLiteral },
  { form: 'text', layout: inText },
])('in $form', ({ layout }) => {
  test('the passage runs from the first line of the wrapper to its last', () => {
    const places = locatePassages(layout(LINES), layout(BARE))
    expect(places.length).toBe(1)
    const [place] = places
    const [passage] = place?.passages ?? []
    expect(place?.passages.length).toBe(1)
    expect(place?.scalar.text.slice(passage?.start, passage?.end).split(/\n+/)).toEqual(LINES)
    expect(passage?.wrapperLines).toEqual([LINES[0], LINES[1], LINES[3]])
    expect(passage?.requestLines).toEqual(['Do the thing.'])
  })

  test('a wrapper put in twice gives two passages', () => {
    const twice = locatePassages(
      layout([...LINES, 'A word in between', ...LINES]),
      layout([...BARE, 'A word in between', ...BARE]),
    )
    expect(twice.flatMap(({ passages }) => passages.map(requestOf))).toEqual([
      'Do the thing.',
      'Do the thing.',
    ])
  })

  test('equal contents have none', () => {
    expect(locatePassages(layout(LINES), layout(LINES))).toEqual([])
  })
})

test('lines that are quoted twice are not located', () => {
  const told = (lines: readonly string[]): string => `they said: ${lines.join(String.raw`\n`)}`
  expect(locatePassages(told(LINES), told(BARE))).toEqual([])
})
