import { expect, test } from 'vitest'

import { applyPipelines, parsePipeline } from '../../services/lib/sigma/pipeline.ts'
import type { PlainRule } from '../../services/lib/sigma/pipeline.ts'

const pipeline = (...transformations: object[]) =>
  parsePipeline({ file: 'p.yml', index: 0, text: '', plain: { transformations } })
const aRule = (detection: object, differs: object = {}): PlainRule => ({
  title: 'A rule',
  logsource: { product: 'windows', category: 'process_creation' },
  detection: { condition: 'selection', ...detection },
  ...differs,
})
const mapping = (fields: object, differs: object = {}): object => ({
  type: 'field_name_mapping',
  mapping: fields,
  ...differs,
})

test.for([
  {
    why: 'a field gets its new name and keeps its modifiers',
    step: mapping({ Image: 'exe' }),
    before: { 'Image|endswith': ['a', 'b'], User: 1 },
    after: { 'exe|endswith': ['a', 'b'], User: 1 },
  },
  {
    why: 'names are exact: another case is another field',
    step: mapping({ image: 'exe' }),
    before: { Image: 'a' },
    after: { Image: 'a' },
  },
  {
    why: 'two names for a field are alternatives of the whole map',
    step: mapping({ Image: ['exe', 'path'] }),
    before: { Image: 'a', User: 'b' },
    after: [
      { exe: 'a', User: 'b' },
      { path: 'a', User: 'b' },
    ],
  },
  {
    why: 'each alternative of a list of maps is renamed by itself',
    step: mapping({ Image: ['exe', 'path'] }),
    before: [{ Image: 'a' }, { User: 'b' }],
    after: [{ exe: 'a' }, { path: 'a' }, { User: 'b' }],
  },
  {
    why: '"all" holds within each of the alternatives',
    step: mapping({ Image: ['exe', 'path'] }),
    before: { 'Image|contains|all': ['a', 'b'] },
    after: [{ 'exe|contains|all': ['a', 'b'] }, { 'path|contains|all': ['a', 'b'] }],
  },
  {
    why: 'two renamed fields with two names each give every pair',
    step: mapping({ a: ['a1', 'a2'], b: ['b1', 'b2'] }),
    before: { a: 1, b: 2 },
    after: [
      { a1: 1, b1: 2 },
      { a1: 1, b2: 2 },
      { a2: 1, b1: 2 },
      { a2: 1, b2: 2 },
    ],
  },
  {
    why: 'a reference is renamed with the field that refers',
    step: mapping({ Image: 'exe', Parent: 'parent' }),
    before: { 'Image|fieldref': 'Parent' },
    after: { 'exe|fieldref': 'parent' },
  },
  {
    why: 'a reference alone is renamed too',
    step: mapping({ Parent: ['parent', 'ancestor'] }),
    before: { 'Image|fieldref': 'Parent' },
    after: { 'Image|fieldref': ['parent', 'ancestor'] },
  },
  {
    why: 'a value that only looks like the field is no reference',
    step: mapping({ Parent: 'parent' }),
    before: { Image: 'Parent' },
    after: { Image: 'Parent' },
  },
  {
    why: 'keywords get a field by the name null, and stay findable anywhere in it',
    step: mapping({ null: 'message' }),
    before: ['one', '*two', 3],
    after: { message: ['*one*', '*two*', 3] },
  },
  {
    why: 'keywords that must all stand there still must',
    step: mapping({ null: 'message' }),
    before: { '|all': ['one', 'two'] },
    after: { 'message|all': ['*one*', '*two*'] },
  },
  {
    why: 'keywords keep having no field where the mapping does not name them',
    step: { type: 'field_name_prefix', prefix: 'win.' },
    before: ['one', 'two'],
    after: ['one', 'two'],
  },
  {
    why: 'the first prefix that fits counts',
    step: { type: 'field_name_prefix_mapping', mapping: { win: 'a', 'win.log': 'b' } },
    before: { 'win.log.x': 1, other: 2 },
    after: { 'a.log.x': 1, other: 2 },
  },
  {
    why: 'a prefix may become several',
    step: { type: 'field_name_prefix_mapping', mapping: { 'win.': ['a.', 'b.'] } },
    before: { 'win.x': 1 },
    after: [{ 'a.x': 1 }, { 'b.x': 1 }],
  },
  {
    why: 'a prefix goes before the name, not the modifiers',
    step: { type: 'field_name_prefix', prefix: 'win.' },
    before: { 'Image|contains': 'a' },
    after: { 'win.Image|contains': 'a' },
  },
  {
    why: 'a suffix goes after the name, not the modifiers',
    step: { type: 'field_name_suffix', suffix: '.raw' },
    before: { 'Image|contains': 'a' },
    after: { 'Image.raw|contains': 'a' },
  },
  {
    why: 'a field that is left out by name keeps its own',
    step: {
      type: 'field_name_suffix',
      suffix: '.raw',
      field_name_conditions: [{ type: 'exclude_fields', fields: ['User'] }],
    },
    before: { Image: 1, User: 2 },
    after: { 'Image.raw': 1, User: 2 },
  },
])('renaming: $why', ({ step, before, after }) => {
  const rule = aRule({ selection: before })
  expect(applyPipelines([pipeline(step)], rule)).toEqual(aRule({ selection: after }))
})

test('two fields that get one name must both hold still', () => {
  const rule = aRule({ selection: { a: [1, 2], b: [2, 3], c: 4 }, condition: 'not selection' })
  expect(applyPipelines([pipeline(mapping({ a: 'x', b: 'x' }))], rule)).toEqual(
    aRule({
      selection: { x: [1, 2], c: 4 },
      _selection_1: { x: [2, 3] },
      condition: 'not (selection and _selection_1)',
    }),
  )
})

test('more alternatives than a list of maps should hold become selections of their own', () => {
  const names = (prefix: string): string[] =>
    Array.from({ length: 9 }, (_, index) => `${prefix}${index}`)
  const rule = aRule({ selection: { a: 1, b: 2, c: 3 }, condition: '1 of sel*' })
  const renamed = applyPipelines([pipeline(mapping({ a: names('n'), b: names('m') }))], rule)
  expect(renamed['detection']).toEqual({
    selection: { c: 3 },
    _selection_1: names('n').map((name) => ({ [name]: 1 })),
    _selection_2: names('m').map((name) => ({ [name]: 2 })),
    condition: 'selection and _selection_1 and _selection_2',
  })
})

test('a mapping to no name at all refuses the rule', () => {
  const rule = aRule({ selection: { Image: 1 } })
  expect(() => applyPipelines([pipeline(mapping({ Image: [] }))], rule)).toThrow('gets no name')
})

test('the fields an analyst reads are renamed, one to several', () => {
  const rule = aRule({ selection: { b: 1 } }, { fields: ['Image', 'User'] })
  const renamed = applyPipelines([pipeline(mapping({ Image: ['exe', 'path'] }))], rule)
  expect(renamed['fields']).toEqual(['exe', 'path', 'User'])
})

const aCorrelation = (differs: object): PlainRule => ({
  title: 'A correlation',
  correlation: { type: 'event_count', rules: ['a'], timespan: '5m', ...differs },
})

test.for([
  {
    why: 'a group is renamed, to all the names',
    before: { 'group-by': ['User', 'Host'] },
    after: { 'group-by': ['u1', 'u2', 'Host'] },
  },
  { why: 'one group as text', before: { 'group-by': 'User' }, after: { 'group-by': ['u1', 'u2'] } },
  {
    why: 'an alias keeps its name in the group; the fields it stands for are renamed',
    before: { 'group-by': ['User'], aliases: { User: { a: 'Image', b: 'Other' } } },
    after: { 'group-by': ['User'], aliases: { User: { a: 'exe', b: 'Other' } } },
  },
  {
    why: 'the field that is counted',
    before: { condition: { field: 'Image', gte: 10 } },
    after: { condition: { field: 'exe', gte: 10 } },
  },
  {
    why: 'the fields that are counted together',
    before: { condition: { field: ['Image', 'Other'], gte: 10 } },
    after: { condition: { field: ['exe', 'Other'], gte: 10 } },
  },
])('renaming in a correlation: $why', ({ before, after }) => {
  const step = mapping({ User: ['u1', 'u2'], Image: 'exe' })
  const renamed = applyPipelines([pipeline(step)], aCorrelation(before))
  expect(renamed).toEqual(aCorrelation(after))
})

test.for([
  { why: 'what is counted', given: { condition: { field: 'User', gte: 1 } } },
  { why: 'an alias', given: { aliases: { who: { a: 'User' } } } },
])('$why cannot become several fields', ({ given }) => {
  const step = mapping({ User: ['u1', 'u2'] })
  expect(() => applyPipelines([pipeline(step)], aCorrelation(given))).toThrow('must get one name')
})
