import { expect, test } from 'vitest'

import { applyPipelines, parsePipeline } from '../../services/lib/sigma/pipeline.ts'
import type { PlainRule } from '../../services/lib/sigma/pipeline.ts'

const run = (transformations: object[], rule: PlainRule, related: PlainRule[] = []): PlainRule => {
  const plain = { transformations }
  return applyPipelines(
    [parsePipeline({ file: 'p.yml', index: 0, text: '', plain })],
    rule,
    related,
  )
}
const aRule = (differs: object = {}): PlainRule => ({
  title: 'A rule',
  id: 'one',
  level: 'high',
  status: 'test',
  date: '2024-05-06',
  tags: ['attack.execution', 'attack.t1059'],
  logsource: { product: 'windows', category: 'process_creation' },
  detection: {
    selection: { Image: 'a.exe', 'CommandLine|contains': 'x', EventID: 1 },
    condition: 'selection',
  },
  ...differs,
})
const logsource = (keys: object): object => ({ type: 'logsource', ...keys })
const attribute = (name: string, value: unknown, op?: string): object => ({
  type: 'rule_attribute',
  attribute: name,
  value,
  ...(op === undefined ? {} : { op }),
})
/** A mark on the rule shows that the step was used. */
const mark = (conditions: object): object => ({
  type: 'set_custom_attribute',
  attribute: 'marked',
  value: true,
  ...conditions,
})

test.for([
  { why: 'without conditions', given: {}, holds: true },
  { why: 'the product is the same', one: logsource({ product: 'windows' }), holds: true },
  { why: 'another product', one: logsource({ product: 'linux' }), holds: false },
  {
    why: 'a service is asked for that the rule does not state',
    one: logsource({ product: 'windows', service: 'sysmon' }),
    holds: false,
  },
  { why: 'the rule has the field', one: { type: 'contains_field', field: 'Image' }, holds: true },
  { why: 'it has not', one: { type: 'contains_field', field: 'image' }, holds: false },
  {
    why: 'the rule has the item',
    one: { type: 'contains_detection_item', field: 'EventID', value: 1 },
    holds: true,
  },
  {
    why: 'a text is no number',
    one: { type: 'contains_detection_item', field: 'EventID', value: '1' },
    holds: false,
  },
  {
    why: 'modifiers count as applied',
    one: { type: 'contains_detection_item', field: 'CommandLine', value: '*x*' },
    holds: true,
  },
  {
    why: 'the bare value is another one then',
    one: { type: 'contains_detection_item', field: 'CommandLine', value: 'x' },
    holds: false,
  },
  { why: 'it is a rule', one: { type: 'is_sigma_rule' }, holds: true },
  { why: 'it is no correlation', one: { type: 'is_sigma_correlation_rule' }, holds: false },
  { why: 'a tag', one: { type: 'tag', tag: 'attack.t1059' }, holds: true },
  { why: 'no such tag', one: { type: 'tag', tag: 'attack.t1' }, holds: false },
  { why: 'its level is as high', one: attribute('level', 'high', 'gte'), holds: true },
  { why: 'its level is not higher', one: attribute('level', 'high', 'gt'), holds: false },
  { why: 'its level is lower', one: attribute('level', 'critical', 'lt'), holds: true },
  { why: 'its status is beyond', one: attribute('status', 'experimental', 'gt'), holds: true },
  { why: 'its date is the day', one: attribute('date', '2024-05-06', 'lte'), holds: true },
  { why: 'its date is later', one: attribute('date', '2024-05-06', 'lt'), holds: false },
  { why: 'its id', one: attribute('id', 'one'), holds: true },
  { why: 'another id', one: attribute('id', 'one', 'ne'), holds: false },
  { why: 'a list holds it', one: attribute('tags', 'attack.t1059', 'in'), holds: true },
  { why: 'a list is no text', one: attribute('tags', 'attack.t1059'), holds: false },
  {
    why: 'what every object has is no attribute',
    one: attribute('constructor', 'x', 'ne'),
    holds: false,
  },
  { why: 'there is no such attribute', one: attribute('author', 'x', 'ne'), holds: false },
  {
    why: 'both of two must hold',
    given: { rule_conditions: [{ type: 'is_sigma_rule' }, { type: 'tag', tag: 'no.no' }] },
    holds: false,
  },
  {
    why: 'one of two is enough',
    given: {
      rule_conditions: [{ type: 'is_sigma_rule' }, { type: 'tag', tag: 'no.no' }],
      rule_cond_op: 'or',
    },
    holds: true,
  },
  {
    why: 'none of the two may hold',
    given: {
      rule_conditions: [{ type: 'is_sigma_rule' }, { type: 'tag', tag: 'no.no' }],
      rule_cond_op: 'or',
      rule_cond_not: true,
    },
    holds: false,
  },
  {
    why: 'an expression over names',
    given: {
      rule_conditions: { base: { type: 'is_sigma_rule' }, other: { type: 'tag', tag: 'no.no' } },
      rule_cond_expr: 'base and not other',
    },
    holds: true,
  },
])('rule conditions: $why: $holds', ({ one, given, holds }) => {
  const conditions = given ?? { rule_conditions: [one] }
  expect(run([mark(conditions)], aRule())).toEqual(holds ? aRule({ marked: true }) : aRule())
})

test.for([
  { why: 'of a rule it refers to', product: 'windows', holds: true },
  { why: 'of none of them', product: 'linux', holds: false },
])('the log source of a correlation is one $why', ({ product, holds }) => {
  const correlation = { title: 'C', correlation: { type: 'event_count', rules: ['one'] } }
  const step = mark({ rule_conditions: [logsource({ product })] })
  expect(Object.hasOwn(run([step], correlation, [aRule()]), 'marked')).toBe(holds)
})

const text = (pattern: string, cond: string, differs: object = {}): object => ({
  detection_item_conditions: [{ type: 'match_string', pattern, cond, ...differs }],
})
const items = { a: ['foo', 'bar'], 'b|startswith': 'foo', c: null, d: 5, 'e|re': 'foo' }

test.for([
  { why: 'no condition at all', given: {}, renamed: 'abcde' },
  { why: 'any value matches from its start', given: text('fo', 'any'), renamed: 'ab' },
  { why: 'a pattern starts at the start', given: text('oo', 'any'), renamed: '' },
  { why: 'all values match', given: text('fo', 'all'), renamed: 'b' },
  { why: 'none matches', given: text('fo', 'all', { negate: true }), renamed: 'cde' },
  {
    why: 'the item as a whole is left out',
    given: { ...text('fo', 'any'), detection_item_cond_not: true },
    renamed: 'cde',
  },
  {
    why: 'a value is the very one',
    given: { detection_item_conditions: [{ type: 'match_value', value: 5, cond: 'any' }] },
    renamed: 'd',
  },
  {
    why: 'a wildcard, be it by a modifier',
    given: { detection_item_conditions: [{ type: 'contains_wildcard', cond: 'any' }] },
    renamed: 'b',
  },
  {
    why: 'null',
    given: { detection_item_conditions: [{ type: 'is_null', cond: 'all' }] },
    renamed: 'c',
  },
  {
    why: 'named fields',
    given: { field_name_conditions: [{ type: 'include_fields', fields: ['a', 'd'] }] },
    renamed: 'ad',
  },
  {
    why: 'fields by a pattern from their start',
    given: { field_name_conditions: [{ type: 'include_fields', fields: ['[a-b]'], mode: 're' }] },
    renamed: 'ab',
  },
  {
    why: 'all fields but these',
    given: { field_name_conditions: [{ type: 'exclude_fields', fields: ['a', 'd'] }] },
    renamed: 'bce',
  },
  {
    why: 'values and fields must both be met',
    given: {
      ...text('fo', 'any'),
      field_name_conditions: [{ type: 'include_fields', fields: ['b', 'c'] }],
    },
    renamed: 'b',
  },
])('item conditions: $why: $renamed', ({ given, renamed }) => {
  const rule = { title: 'A', detection: { selection: items, condition: 'selection' } }
  const step = { type: 'field_name_suffix', suffix: '!', ...given }
  const { selection } = run([step], rule)['detection'] as { selection: object }
  const found = Object.keys(selection).filter((key) => key.includes('!'))
  expect(found.map((key) => key.charAt(0)).join('')).toBe(renamed)
})

test('a reference to a wanted field makes its item wanted, but not its own field renamed', () => {
  const selection = { 'Image|fieldref': 'Parent', User: 1 }
  const rule = { title: 'A', detection: { selection, condition: 'selection' } }
  const step = {
    type: 'field_name_suffix',
    suffix: '!',
    field_name_conditions: [{ type: 'include_fields', fields: ['Parent'] }],
  }
  expect(run([step], rule)['detection']).toEqual({
    selection: { 'Image|fieldref': 'Parent!', User: 1 },
    condition: 'selection',
  })
})

test('later steps ask what earlier ones did to the rule, an item, a field, the state', () => {
  const renamed = run(
    [
      { type: 'set_state', key: 'index', val: 'win' },
      {
        id: 'rename',
        type: 'field_name_mapping',
        mapping: { Image: 'exe' },
      },
      {
        type: 'replace_string',
        regex: 'a',
        replacement: 'b',
        detection_item_conditions: [
          { type: 'processing_item_applied', processing_item_id: 'rename' },
        ],
      },
      mark({
        rule_conditions: [
          { type: 'processing_item_applied', processing_item_id: 'rename' },
          { type: 'processing_state', key: 'index', val: 'win' },
        ],
      }),
      {
        type: 'field_name_suffix',
        suffix: '!',
        field_name_conditions: [{ type: 'processing_item_applied', processing_item_id: 'rename' }],
      },
      mark({
        attribute: 'never',
        rule_conditions: [{ type: 'processing_state', key: 'index', val: 'win', op: 'ne' }],
      }),
    ],
    aRule({
      fields: ['Image', 'User'],
      detection: { selection: { Image: 'a', User: 'a' }, condition: 'selection' },
    }),
  )
  expect(renamed).toEqual(
    aRule({
      fields: ['exe!', 'User'],
      detection: { selection: { exe: 'b', User: 'a' }, condition: 'selection' },
      marked: true,
    }),
  )
})
