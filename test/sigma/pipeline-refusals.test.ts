import { expect, test } from 'vitest'

import { parsePipeline } from '../../services/lib/sigma/pipeline.ts'
import type { Pipeline, PlainRule } from '../../services/lib/sigma/pipeline.ts'

const text = String.raw
const read = (plain: PlainRule): Pipeline =>
  parsePipeline({ file: 'p.yml', index: 0, text: '', plain })
const drop = { type: 'drop_detection_item' }

test.for([
  { why: 'an unknown member', plain: { steps: [] }, path: ['steps'] },
  { why: 'a priority that is text', plain: { priority: '1' }, path: ['priority'] },
  { why: 'variables that are no map', plain: { vars: [] }, path: ['vars'] },
  {
    why: 'transformations that are no list',
    plain: { transformations: {} },
    path: ['transformations'],
  },
])('a pipeline with $why is refused', ({ plain, path }) => {
  expect(() => read(plain)).toThrow(expect.objectContaining({ name: 'RuleRefusal', path }))
})

test.for([
  { why: 'no type', step: {}, reason: 'has no type' },
  { why: 'an unknown type', step: { type: 'x' }, reason: 'no transformation "x"' },
  {
    why: 'a type that writes queries',
    step: { type: 'query_expression_placeholders', expression: '' },
    reason: 'not supported',
  },
  { why: 'an unknown member', step: { ...drop, extra: 1 }, reason: 'extra' },
  { why: 'a missing member', step: { type: 'field_name_mapping' }, reason: 'mapping' },
  {
    why: 'an unknown condition',
    step: { ...drop, rule_conditions: [{ type: 'x' }] },
    reason: 'rule_conditions.0',
  },
  {
    why: 'an unknown operator',
    step: { ...drop, rule_cond_op: 'xor' },
    reason: 'rule_cond_op',
  },
  {
    why: 'a part of the rule for an attribute',
    step: { type: 'set_custom_attribute', attribute: 'detection', value: 1 },
    reason: 'no custom attribute',
  },
  {
    why: 'the name of a member of every object',
    step: { type: 'constructor' },
    reason: 'there is no',
  },
  {
    why: 'look-around',
    step: { type: 'replace_string', regex: '(?=a)', replacement: '' },
    reason: 'not RE2',
  },
  {
    why: 'a back-reference in a condition',
    step: {
      ...drop,
      detection_item_conditions: [{ type: 'match_string', pattern: text`(a)\1`, cond: 'any' }],
    },
    reason: 'not RE2',
  },
  {
    why: 'a group the pattern lacks',
    step: { type: 'replace_string', regex: '(a)', replacement: text`\2` },
    reason: 'no group "2"',
  },
  {
    why: 'a name the pattern lacks',
    step: { type: 'replace_string', regex: '(a)', replacement: text`\g<b>` },
    reason: 'no group "b"',
  },
  {
    why: 'an escape that means nothing',
    step: { type: 'replace_string', regex: 'a', replacement: text`\q` },
    reason: 'unknown',
  },
  {
    why: 'an operator besides an expression',
    step: {
      ...drop,
      rule_conditions: { a: { type: 'is_sigma_rule' } },
      rule_cond_expr: 'a',
      rule_cond_op: 'or',
    },
    reason: 'exclude each other',
  },
  {
    why: 'an expression that leaves a condition out',
    step: {
      ...drop,
      rule_conditions: { a: { type: 'is_sigma_rule' }, b: { type: 'is_sigma_rule' } },
      rule_cond_expr: 'a',
    },
    reason: 'leaves out "b"',
  },
  {
    why: 'a type forced on null',
    step: { type: 'set_value', value: null, force_type: 'str' },
    reason: 'force_type',
  },
  {
    why: 'placeholders both in and out',
    step: { type: 'value_placeholders', include: [], exclude: [] },
    reason: 'exclude each other',
  },
])('a transformation with $why is refused', ({ step, reason }) => {
  expect(() => read({ transformations: [drop, { type: 'nest', items: [step] }] })).toThrow(
    expect.objectContaining({
      name: 'RuleRefusal',
      message: expect.stringContaining(reason) as unknown,
      path: expect.arrayContaining(['transformations', 1, 'items', 0]) as unknown,
    }),
  )
})
