import { expect, test } from 'vitest'

import { applyPipelines, parsePipeline } from '../../services/lib/sigma/pipeline.ts'

const text = String.raw
const run = (step: object, selection: unknown): unknown => {
  const plain = { transformations: [step] }
  const pipeline = parsePipeline({ file: 'p.yml', index: 0, text: '', plain })
  const rule = { title: 'A rule', detection: { selection, condition: 'selection' } }
  const before = structuredClone(rule)
  const after = applyPipelines([pipeline], rule)['detection'] as { selection: unknown }
  expect(rule).toEqual(before)
  return after.selection
}
const replace = (regex: string, replacement: string, differs: object = {}): object => ({
  type: 'replace_string',
  regex,
  replacement,
  ...differs,
})

test.for([
  {
    why: 'every match is replaced, in every value',
    step: replace('o', '0'),
    before: { a: ['foo', 'bar'] },
    after: { a: ['f00', 'bar'] },
  },
  {
    why: 'keywords are values too',
    step: replace('o', '0'),
    before: ['foo', 'bar'],
    after: ['f00', 'bar'],
  },
  {
    why: 'a placing modifier stays where its wildcards stay',
    step: replace('o', '0'),
    before: { 'a|contains': 'foo' },
    after: { 'a|contains': 'f00' },
  },
  {
    why: 'the pattern sees the wildcards of contains, so it is not at the start',
    step: replace('^foo', 'bar'),
    before: { 'a|contains': 'foo' },
    after: { 'a|contains': 'foo' },
  },
  {
    why: 'at the start it is without them',
    step: replace('^foo', 'bar'),
    before: { 'a|startswith': 'foo' },
    after: { 'a|startswith': 'bar' },
  },
  {
    why: 'a placing modifier goes where its wildcard was replaced',
    step: replace(text`\*$`, ''),
    before: { 'a|startswith': ['foo', 'bar'] },
    after: { a: ['foo', 'bar'] },
  },
  {
    why: 'the whole item gets written wildcards if one value lost them',
    step: replace(text`^\*(foo)`, text`\1`),
    before: { 'a|contains|all': ['foo', 'bar'] },
    after: { 'a|all': ['foo*', '*bar*'] },
  },
  {
    why: 'groups by number and by name, and the whole match',
    step: replace('(?P<left>x)(y)', text`\2\g<left>\g<2>[\g<0>]`),
    before: { a: 'axyb' },
    after: { a: 'ayxy[xy]b' },
  },
  {
    why: 'a group that took no part is empty',
    step: replace('(x)?y', text`<\1>`),
    before: { a: 'ay' },
    after: { a: 'a<>' },
  },
  {
    why: 'a put-in wildcard is one',
    step: replace('X', '*'),
    before: { a: 'fooX' },
    after: { a: 'foo*' },
  },
  {
    why: 'a literal wildcard is seen with its backslash and stays literal',
    step: replace('X', 'Y'),
    before: { a: text`X\*X*` },
    after: { a: text`Y\*Y*` },
  },
  {
    why: 'a put-in backslash is itself',
    step: replace('/', text`\\`),
    before: { a: 'c:/temp/x' },
    after: { a: text`c:\temp\x` },
  },
  {
    why: 'a backslash before a wildcard that nothing matched stays what it was',
    step: replace('Temp', 'Tmp'),
    before: { 'a|contains': [text`C:\Temp` + '\\', text`\\*Temp`] },
    after: { 'a|contains': [text`C:\Tmp\\`, text`\\*Tmp`] },
  },
  {
    why: 'a put-in backslash right before a wildcard that stays is itself',
    step: replace('(?P<left>a)|(?P<right>b)', text`\g<left>\\`),
    before: { a: 'a*ab*' },
    after: { a: text`a\\*a\\\\*` },
  },
  {
    why: 'what two matches side by side put in is read as one: a literal wildcard here',
    step: replace(text`([\\*])y`, text`\1`),
    before: { a: text`\y*y` },
    after: { a: text`\*` },
  },
  {
    why: 'a match put back as it was changes nothing',
    step: replace('(.)', text`\1`),
    before: { a: [text`C:\Temp` + text`\\*`, text`a\*b*`, 1] },
    after: { a: [text`C:\Temp` + text`\\*`, text`a\*b*`, 1] },
  },
  {
    why: 'two backslashes in the rule are one in the value',
    step: replace(text`^\\`, text`X`),
    before: { a: text`\\server` },
    after: { a: 'Xserver' },
  },
  {
    why: 'skip_special: the pattern sees literal parts only, and puts in literal text',
    step: replace('^.', '*', { skip_special: true }),
    before: { a: 'ab*cd?' },
    after: { a: text`\*b*\*d?` },
  },
  {
    why: 'interpret_special: what skip_special puts in is read',
    step: replace('^.', '*', { skip_special: true, interpret_special: true }),
    before: { a: 'ab*cd' },
    after: { a: '*b**d' },
  },
  {
    why: 'a number is replaced in by its digits',
    step: replace('^4', '5'),
    before: { a: [4624, 1] },
    after: { a: ['5624', 1] },
  },
  {
    why: 'null, yes and no are no text',
    step: replace('.*', 'x'),
    before: { a: null, b: true },
    after: { a: null, b: true },
  },
  {
    why: 'patterns, dashes, encodings, addresses and references are no plain strings',
    step: replace('o', '0'),
    before: {
      'a|re': 'foo',
      'b|windash|contains': 'foo',
      'c|base64offset|contains': 'foo',
      'd|fieldref': 'foo',
      'e|lt': 1,
      'f|cidr': '10.0.0.0/8',
    },
    after: {
      'a|re': 'foo',
      'b|windash|contains': 'foo',
      'c|base64offset|contains': 'foo',
      'd|fieldref': 'foo',
      'e|lt': 1,
      'f|cidr': '10.0.0.0/8',
    },
  },
  {
    why: 'placeholders survive a replacement around them',
    step: replace('foo', 'bar'),
    before: { 'a|expand': 'foo%x%' },
    after: { 'a|expand': 'bar%x%' },
  },
  {
    why: 'a case-sensitive item stays one',
    step: replace('F', 'G'),
    before: { 'a|cased': 'Foo' },
    after: { 'a|cased': 'Goo' },
  },
])('replace_string: $why', ({ step, before, after }) => {
  expect(run(step, before)).toEqual(after)
})
