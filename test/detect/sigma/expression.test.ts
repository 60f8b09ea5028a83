import { expect, test } from 'vitest'
import { compileExpression, guardExpressions } from '../../../services/detect/sigma/expression.ts'
import { cpuMsOf } from '../../support/cpu-time.ts'

const CASES = [
  {
    why: 'words',
    source: String.raw`\bfoo\d+\b`,
    flags: '',
    yes: ['a foo12 b'],
    no: ['foo', 'xfoo1'],
  },
  {
    why: 'white space is ASCII',
    source: String.raw`a\sb`,
    flags: '',
    yes: ['a\tb'],
    no: ['a\u00a0b'],
  },
  { why: 'no white space', source: String.raw`a\Sb`, flags: '', yes: ['a\u00a0b'], no: ['a b'] },
  {
    why: 'a dot ends at a line only',
    source: 'a.b',
    flags: '',
    yes: ['a\rb', 'a-b'],
    no: ['a\nb'],
  },
  { why: 'a leading flag', source: '(?i)foo', flags: '', yes: ['FOO'], no: ['fo'] },
  { why: 'a class', source: String.raw`[\]\s-]x`, flags: '', yes: [']x', ' x', '-x'], no: ['ax'] },
  {
    why: 'a class that opens with its end',
    source: '[]a]x',
    flags: '',
    yes: [']x', 'ax'],
    no: ['bx'],
  },
  { why: 'a named class', source: '[[:alpha:]]1', flags: '', yes: ['a1'], no: [':1', '11'] },
  {
    why: 'the start of the text',
    source: String.raw`\Aab\z`,
    flags: 'm',
    yes: ['ab'],
    no: ['c\nab'],
  },
  { why: 'a quotation', source: String.raw`\Qa.b\E`, flags: '', yes: ['a.b'], no: ['axb'] },
  {
    why: 'a large count',
    source: 'a{100}',
    flags: '',
    yes: ['a'.repeat(100)],
    no: ['a'.repeat(99)],
  },
  { why: 'any case', source: 'straße', flags: 'i', yes: ['STRAßE'], no: ['strasse'] },
]

const EVIL = [
  '(a+)+$',
  '^(a|aa)+$',
  '(a{1,20})+$',
  '(?:a|b|ab)*c$',
  '(.*)*x',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
]

/** The first run is on RE2JS alone, the second with V8 where it is safe: both must agree. */
for (const engine of ['RE2JS', 'V8'] as const) {
  test.for(CASES)(`${engine}: $why`, ({ source, flags, yes, no }) => {
    if (engine === 'V8') guardExpressions()
    const matches = compileExpression(source, flags)
    expect(yes.filter((text) => !matches(text))).toEqual([])
    expect(no.filter((text) => matches(text))).toEqual([])
  })

  test.for(EVIL.flatMap((source) => ['', 'i'].map((flags) => ({ source, flags }))))(
    `${engine}: no text makes $source with "$flags" slow`,
    ({ source, flags }) => {
      if (engine === 'V8') guardExpressions()
      const matches = compileExpression(source, flags)
      const tookMs = cpuMsOf(() => expect(matches(`${'a'.repeat(5000)}!`)).toBe(false))
      expect(tookMs).toBeLessThan(3000)
    },
  )
}

test.for([
  { why: 'a look-ahead', source: 'a(?=b)' },
  { why: 'a look-behind', source: '(?<!a)b' },
  { why: 'a back-reference', source: String.raw`(a)\1` },
  { why: 'an open group', source: '(a' },
  { why: 'a count beyond bounds', source: 'a{5000}' },
  { why: 'an expression without end', source: 'a'.repeat(2001) },
])('refuses $why', ({ source }) => {
  expect(() => compileExpression(source, '')).toThrow(/RE2|too long/)
})
