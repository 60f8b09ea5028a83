import { expect, test } from 'vitest'

import { applyPipelines, parsePipeline } from '../../services/lib/sigma/pipeline.ts'

const run = (step: object, selection: unknown, vars: object = {}): unknown => {
  const plain = { vars, transformations: [step] }
  const pipeline = parsePipeline({ file: 'p.yml', index: 0, text: '', plain })
  const rule = { title: 'A rule', detection: { selection, condition: 'selection' } }
  const before = structuredClone(rule)
  const after = applyPipelines([pipeline], rule)['detection'] as { selection: unknown }
  expect(rule).toEqual(before)
  return after.selection
}
test.for([
  {
    why: 'a mapped value becomes the other, or several',
    step: { type: 'map_string', mapping: { a: 'x', b: ['y', 'z'] } },
    before: { f: ['a', 'b', 'c'] },
    after: { f: ['x', 'y', 'z', 'c'] },
  },
  {
    why: 'the whole value is looked up, wildcards and all',
    step: { type: 'map_string', mapping: { a: 'x', '*b*': '*y*' } },
    before: { 'f|contains': ['a', 'b'] },
    after: { 'f|contains': ['a', 'y'] },
  },
  {
    why: 'a value mapped to nothing goes; the last one leaves null',
    step: { type: 'map_string', mapping: { a: [] } },
    before: { f: ['a', 'b'], g: 'a' },
    after: { f: ['b'], g: null },
  },
  {
    why: '"all" needs two values',
    step: { type: 'map_string', mapping: { '*a*': [] } },
    before: { 'f|contains|all': ['a', 'b'] },
    after: { 'f|contains': ['b'] },
  },
  {
    why: 'a set value replaces modifiers too',
    step: { type: 'set_value', value: 7 },
    before: { 'f|contains|all': ['a', 'b'], 'g|re': 'x', h: null },
    after: { f: 7, g: 7, h: 7 },
  },
  {
    why: 'a set value keeps the opposite an opposite',
    step: { type: 'set_value', value: 'x' },
    before: { 'f|neq': 'a' },
    after: { 'f|neq': 'x' },
  },
  {
    why: 'null can be set',
    step: { type: 'set_value', value: null },
    before: { f: 'a' },
    after: { f: null },
  },
  {
    why: 'a type can be forced on it',
    step: { type: 'set_value', value: '12', force_type: 'num' },
    before: { f: 'a' },
    after: { f: 12 },
  },
  {
    why: 'text becomes numbers, null stays',
    step: { type: 'convert_type', target_type: 'num' },
    before: { f: ['1', 2], g: null },
    after: { f: [1, 2], g: null },
  },
  {
    why: 'numbers become text',
    step: { type: 'convert_type', target_type: 'str' },
    before: { f: ['a', 2], g: null },
    after: { f: ['a', '2'], g: null },
  },
  {
    why: 'lower case in literal parts',
    step: { type: 'case', method: 'lower' },
    before: { 'f|cased': ['ABC*', 1] },
    after: { 'f|cased': ['abc*', 1] },
  },
  {
    why: 'snake case',
    step: { type: 'case', method: 'snake_case' },
    before: { 'f|cased': 'ConsoleLogin' },
    after: { 'f|cased': 'console_login' },
  },
  {
    why: 'the case-sensitive pattern is the cased string',
    step: { type: 'regex', method: 'plain' },
    before: { 'f|contains': 'a', g: 1 },
    after: { 'f|contains|cased': 'a', g: 1 },
  },
  {
    why: 'the others say what strings say already',
    step: { type: 'regex' },
    before: { 'f|contains': 'a' },
    after: { 'f|contains': 'a' },
  },
  {
    why: 'hashes go to fields of their kinds',
    step: { type: 'hashes_fields', valid_hash_algos: ['MD5', 'SHA1'], field_prefix: 'File' },
    before: { 'Hashes|contains': ['MD5=ab', 'SHA1=cd', 'MD5=ef', 'IMPHASH=00'], g: 1 },
    after: [
      { FileMD5: ['ab*', 'ef*'], g: 1 },
      { FileSHA1: 'cd*', g: 1 },
    ],
    conditions: { field_name_conditions: [{ type: 'include_fields', fields: ['Hashes'] }] },
  },
])('values: $why', ({ step, before, after, conditions = {} }) => {
  expect(run({ ...step, ...conditions }, before)).toEqual(after)
})

test('text that is no number refuses the rule', () => {
  const step = { type: 'convert_type', target_type: 'num' }
  expect(() => run(step, { f: 'a' })).toThrow('cannot be made a number')
})

test.for([
  {
    why: 'each variable gives its values, in every combination',
    before: { 'f|expand': '%a%-%b%' },
    after: { f: ['1-x', '1-y', '2-x', '2-y'] },
  },
  {
    why: 'the other modifiers stay',
    before: { 'f|contains|expand': '%b%' },
    after: { 'f|contains': ['x', 'y'] },
  },
  {
    why: 'a variable may hold one value, with wildcards',
    before: { 'f|expand': '%one%' },
    after: { f: 'on*e' },
  },
  {
    why: 'without expand a per cent sign is one',
    before: { f: '%a%' },
    after: { f: '%a%' },
  },
  {
    why: 'a pattern gets the text as it is',
    before: { 'f|re|expand': '^%one%$' },
    after: { 'f|re': '^on*e$' },
  },
  {
    why: 'what is left out stays for others, with expand',
    before: { 'f|expand': ['%other%%one%'] },
    after: { 'f|expand': ['%other%on*e'] },
    differs: { include: ['one'] },
  },
  {
    why: 'excluded is left out as well',
    before: { 'f|expand': '%other%' },
    after: { 'f|expand': '%other%' },
    differs: { exclude: ['other'] },
  },
  {
    why: 'any text',
    before: { 'f|expand': 'a%other%', 'g|re|expand': 'a%other%' },
    after: { f: 'a*', 'g|re': 'a.*' },
    differs: { type: 'wildcard_placeholders' },
  },
])('placeholders: $why', ({ before, after, differs = {} }) => {
  const vars = { a: [1, 2], b: ['x', 'y'], one: 'on*e' }
  expect(run({ type: 'value_placeholders', ...differs }, before, vars)).toEqual(after)
})

test('a placeholder without a variable refuses the rule', () => {
  const step = { type: 'value_placeholders' }
  expect(() => run(step, { 'f|expand': '%a%' })).toThrow('no variable is named "a"')
})
