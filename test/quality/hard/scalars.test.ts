import { expect, test } from 'vitest'
import { parse } from 'yaml'

import { quotedScalars, withTexts, wholeScalar } from './scalars.ts'

const TEXTS = [
  { why: 'one line', text: 'go on' },
  { why: 'both quotes', text: `it's "so"` },
  { why: 'a backslash', text: String.raw`C:\new` },
  { why: 'lines', text: 'one\n\ntwo\nthree' },
  { why: 'indented lines', text: 'one:\n    two\n\tthree' },
  { why: 'a line that folds', text: 'many words '.repeat(30).trim() },
  { why: 'letters nobody sees', text: 'a\u200Bb\u{E0041}' },
]

test.for(TEXTS)('YAML keeps a text with $why in either quotes', ({ text }) => {
  const content = `- a: 'x\n\n    y'\n  b: "z"\n- plain: w`
  const [single, double] = quotedScalars(content)
  const changed = withTexts(
    content,
    new Map([single, double].flatMap((scalar) => (scalar === undefined ? [] : [[scalar, text]]))),
  )
  expect(parse(changed)).toEqual([{ a: text, b: text }, { plain: 'w' }])
})

test.for(TEXTS)('a printed dictionary keeps a text with $why', ({ text }) => {
  const content = `{'a': 'x', 'b': "it's", 'c': 'z'}`
  const scalars = quotedScalars(content)
  const changed = withTexts(
    content,
    new Map(scalars.filter(({ text: old }) => old.length > 1).map((scalar) => [scalar, text])),
  )
  expect(quotedScalars(changed).map((scalar) => scalar.text)).toEqual([
    'a',
    'x',
    'b',
    text,
    'c',
    'z',
  ])
})

test('a whole text is what it says', () => {
  expect(withTexts('before', new Map([[wholeScalar('before'), `it's "after"`]]))).toBe(
    `it's "after"`,
  )
})

test.for([
  { why: 'delimiters around it', content: `<<- a: 'x\n\n    y'\n  b: 1>>`, texts: ['x\ny'] },
  { why: 'an apostrophe in a plain scalar', content: `- a: Client's\n- b: 'x'`, texts: ['x'] },
  { why: 'no quoted string', content: 'a: 1\nb: two', texts: [] },
])('YAML is read with $why', ({ content, texts }) => {
  expect(quotedScalars(content).map(({ text }) => text)).toEqual(texts)
})
