import { expect, test } from 'vitest'

import { applyPipelines, parsePipeline } from '../../services/lib/sigma/pipeline.ts'
import type { Pipeline, PlainRule } from '../../services/lib/sigma/pipeline.ts'

const read = (plain: PlainRule): Pipeline =>
  parsePipeline({ file: 'p.yml', index: 0, text: '', plain })
const steps = (...transformations: object[]): Pipeline => read({ transformations })
const aRule = (detection: object, differs: object = {}): PlainRule => ({
  title: 'A rule',
  logsource: { product: 'windows', category: 'process_creation' },
  detection,
  ...differs,
})

const drop = {
  type: 'drop_detection_item',
  field_name_conditions: [{ type: 'include_fields', fields: ['x'] }],
}

test.for([
  {
    why: 'the item goes, the others stay',
    before: { s: { x: 1, y: 2 }, condition: 's' },
    after: { s: { y: 2 }, condition: 's' },
  },
  {
    why: 'an emptied alternative goes',
    before: { s: [{ x: 1 }, { y: 2 }], condition: 's' },
    after: { s: { y: 2 }, condition: 's' },
  },
  {
    why: 'an emptied selection goes from an and',
    before: { a: { x: 1 }, b: { y: 2 }, condition: 'a and b' },
    after: { b: { y: 2 }, condition: 'b' },
  },
  {
    why: 'from an or: it does not make everything match',
    before: { a: { x: 1 }, b: { y: 2 }, condition: 'a or b' },
    after: { b: { y: 2 }, condition: 'b' },
  },
  {
    why: 'with its not: it does not make nothing match',
    before: { a: { y: 2 }, f: { x: 1 }, condition: 'a and not f' },
    after: { a: { y: 2 }, condition: 'a' },
  },
  {
    why: 'from "1 of"',
    before: { a: { y: 2 }, f_1: { x: 1 }, f_2: { z: 1 }, condition: 'a and not 1 of f_*' },
    after: { a: { y: 2 }, f_2: { z: 1 }, condition: 'a and not f_2' },
  },
  {
    why: 'a "1 of" of nothing goes with its not',
    before: { a: { y: 2 }, f_1: { x: 1 }, f_2: { x: 2 }, condition: 'a and not 1 of f_*' },
    after: { a: { y: 2 }, condition: 'a' },
  },
  {
    why: 'from "all of them"',
    before: { a: { x: 1 }, b: { y: 2 }, c: { z: 3 }, condition: 'all of them' },
    after: { b: { y: 2 }, c: { z: 3 }, condition: 'b and c' },
  },
  {
    why: 'a whole bracket goes',
    before: { a: { x: 1 }, b: { x: 2 }, c: { z: 3 }, condition: 'c or not (a and b)' },
    after: { c: { z: 3 }, condition: 'c' },
  },
  {
    why: 'a condition of a list goes',
    before: { a: { x: 1 }, b: { y: 2 }, condition: ['a', 'b'] },
    after: { b: { y: 2 }, condition: ['b'] },
  },
  {
    why: 'a name that only patterns can say gets one that can be said',
    before: { a: { x: 1 }, 'b_1.conf': { y: 1 }, b_2: { y: 2 }, condition: 'a and 1 of b_*' },
    after: {
      'b_1.conf': { y: 1 },
      b_2: { y: 2 },
      _b_1_conf: { y: 1 },
      condition: '_b_1_conf or b_2',
    },
  },
  {
    why: 'nothing is rewritten where nothing is emptied',
    before: { a: { y: 1 }, b: { x: 1, y: 2 }, condition: 'a  AND not 1 of b*' },
    after: { a: { y: 1 }, b: { y: 2 }, condition: 'a  AND not 1 of b*' },
  },
])('drop_detection_item: $why', ({ before, after }) => {
  expect(applyPipelines([steps(drop)], aRule(before))).toEqual(aRule(after))
})

test('a rule of which nothing is left is refused', () => {
  const rule = aRule({ a: { x: 1 }, condition: 'not a' })
  expect(() => applyPipelines([steps(drop)], rule)).toThrow('nothing of the condition')
})

test.for([
  {
    why: 'what must hold besides',
    step: { conditions: { index: 'win', 'name|contains': ['a', 'b'] } },
    before: { s: { x: 1 }, condition: '1 of them' },
    after: {
      s: { x: 1 },
      _condition: { index: 'win', 'name|contains': ['a', 'b'] },
      condition: '_condition and (1 of them)',
    },
  },
  {
    why: 'what must not hold besides',
    step: { conditions: { index: 'win' }, negated: true },
    before: { s: { x: 1 }, condition: 's or s' },
    after: { s: { x: 1 }, _condition: { index: 'win' }, condition: 'not _condition and (s or s)' },
  },
  {
    why: 'to each condition of a list',
    step: { conditions: { index: 'win' }, name: 'added' },
    before: { s: { x: 1 }, condition: ['s', 'not s'] },
    after: {
      s: { x: 1 },
      _added: { index: 'win' },
      condition: ['_added and (s)', '_added and (not s)'],
    },
  },
  {
    why: 'a name that is taken gets a number',
    step: { conditions: { index: 'win' } },
    before: { _condition: { x: 1 }, condition: '_condition' },
    after: {
      _condition: { x: 1 },
      _condition_2: { index: 'win' },
      condition: '_condition_2 and (_condition)',
    },
  },
  {
    why: 'a template names the log source',
    step: {
      conditions: { index: ['$product-${category}', '$$product $service $productive'] },
      template: true,
    },
    before: { s: { x: 1 }, condition: 's' },
    after: {
      s: { x: 1 },
      _condition: { index: ['windows-process_creation', '$product None $productive'] },
      condition: '_condition and (s)',
    },
  },
])('add_condition: $why', ({ step, before, after }) => {
  const added = applyPipelines([steps({ type: 'add_condition', ...step })], aRule(before))
  expect(added).toEqual(aRule(after))
})

test('what one step adds, the next renames', () => {
  const renamed = applyPipelines(
    [
      steps(
        { type: 'add_condition', conditions: { EventID: 1 } },
        { type: 'field_name_mapping', mapping: { EventID: 'code' } },
      ),
    ],
    aRule({ s: { x: 1 }, condition: 's' }),
  )
  expect(renamed).toEqual(
    aRule({ s: { x: 1 }, _condition: { code: 1 }, condition: '_condition and (s)' }),
  )
})

test.for([
  {
    why: 'another log source, with what it states only',
    step: { type: 'change_logsource', product: 'linux' },
    after: { logsource: { product: 'linux' } },
  },
  {
    why: 'a field more',
    step: { type: 'add_field', field: ['b', 'c'] },
    after: { fields: ['a', 'b', 'c'] },
  },
  { why: 'a field less', step: { type: 'remove_field', field: ['a', 'q'] }, after: { fields: [] } },
  { why: 'other fields', step: { type: 'set_field', fields: ['z'] }, after: { fields: ['z'] } },
  {
    why: 'steps within a step, where its condition holds',
    step: { type: 'nest', items: [{ type: 'set_field', fields: ['z'] }] },
    after: { fields: ['z'] },
  },
  {
    why: 'none of them where it does not',
    step: {
      type: 'nest',
      items: [{ type: 'set_field', fields: ['z'] }],
      rule_conditions: [{ type: 'tag', tag: 'no.no' }],
    },
    after: {},
  },
])('the rule gets $why', ({ step, after }) => {
  const detection = { s: { x: 1 }, condition: 's' }
  const changed = applyPipelines([steps(step)], aRule(detection, { fields: ['a'] }))
  expect(changed).toEqual(aRule(detection, { fields: ['a'], ...after }))
})

test.for([
  { why: 'rules', step: { type: 'rule_failure', message: 'no such data' } },
  { why: 'items', step: { ...drop, type: 'detection_item_failure', message: 'no such data' } },
])('a pipeline can refuse $why', ({ step }) => {
  const rule = aRule({ s: { x: 1 }, condition: 's' })
  expect(() => applyPipelines([steps(step)], rule)).toThrow('no such data')
  const other = { rule_conditions: [{ type: 'is_sigma_correlation_rule' }] }
  expect(applyPipelines([steps({ ...step, ...other })], rule)).toEqual(rule)
})

test('the lowest priority comes first, equal ones as they are given', () => {
  const add = (suffix: string, priority?: number): Pipeline =>
    read({
      ...(priority === undefined ? {} : { priority }),
      transformations: [{ type: 'field_name_suffix', suffix }],
    })
  const rule = aRule({ s: { x: 1 }, condition: 's' })
  const changed = applyPipelines([add('c', 10), add('d', 10), add('b'), add('a', -1)], rule)
  expect(changed).toEqual(aRule({ s: { xabcd: 1 }, condition: 's' }))
})

test('a rule nothing concerns keeps its very selections, and pipelines keep no state', () => {
  const pipeline = steps(
    {
      type: 'drop_detection_item',
      rule_conditions: [{ type: 'processing_state', key: 'k', val: 1 }],
    },
    { type: 'set_state', key: 'k', val: 1 },
  )
  const rule = aRule({ s: { x: 1 }, timeframe: '5m', condition: 's' })
  expect(applyPipelines([pipeline], rule)).toEqual(rule)
  expect(applyPipelines([pipeline], rule)).toEqual(rule)
  expect(applyPipelines([], rule)).toBe(rule)
})

test('what concerns queries is left out, and said', () => {
  const pipeline = read({
    name: 'Mine',
    allowed_backends: ['splunk'],
    transformations: [],
    postprocessing: [{ type: 'embed' }],
    finalizers: [{ type: 'concat' }],
  })
  expect(pipeline.notes.map((note) => note.split(' ')[0])).toEqual([
    '"allowed_backends"',
    '"postprocessing"',
    '"finalizers"',
  ])
  expect(read({}).notes).toEqual([])
})
