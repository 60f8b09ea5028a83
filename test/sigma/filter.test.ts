import { expect, test } from 'vitest'

import { parseCondition } from '../../services/lib/sigma/condition.ts'
import { applyFilters, exceptionRules, parseFilter } from '../../services/lib/sigma/filter.ts'
import type { SigmaFilter } from '../../services/lib/sigma/filter.ts'
import type { PlainRule } from '../../services/lib/sigma/pipeline.ts'

const read = (plain: PlainRule): SigmaFilter =>
  parseFilter({ file: 'f.yml', index: 0, text: '', plain })
const aFilter = (differs: object = {}, root: object = {}): SigmaFilter =>
  read({
    title: 'A filter',
    id: 'f',
    logsource: { product: 'windows' },
    filter: { rules: 'any', selection: { User: 'adm' }, condition: 'not selection', ...differs },
    ...root,
  })
const aRule = (detection: object = {}, root: object = {}): PlainRule => ({
  title: 'A rule',
  id: 'AAAA-1',
  name: 'a-rule',
  logsource: { product: 'windows', category: 'process_creation' },
  detection: { selection: { Image: 'a' }, condition: 'selection', ...detection },
  ...root,
})
const exception = (expires: unknown): object => ({
  tocsin: { owner: 'team-a', reason: 'a nightly job', expires },
})

test.for([
  { why: 'of the same log source', filter: aFilter(), applies: true },
  {
    why: 'of another product',
    filter: aFilter({}, { logsource: { product: 'linux' } }),
    applies: false,
  },
  {
    why: 'that states a service the rule does not',
    filter: aFilter({}, { logsource: { product: 'windows', service: 'sysmon' } }),
    applies: false,
  },
  { why: 'for all rules', filter: aFilter({ rules: 'all' }), applies: true },
  { why: 'for an empty list, which is any', filter: aFilter({ rules: [] }), applies: true },
  { why: 'for its id, in any case', filter: aFilter({ rules: ['aaaa-1'] }), applies: true },
  { why: 'for its name', filter: aFilter({ rules: 'a-rule' }), applies: true },
  {
    why: 'for its title, which is no name',
    filter: aFilter({ rules: ['A rule'] }),
    applies: false,
  },
  { why: 'for another', filter: aFilter({ rules: ['b', 'c'] }), applies: false },
])('a filter $why applies: $applies', ({ filter, applies }) => {
  const rule = aRule()
  const { plain, appliedFilterIds } = applyFilters([filter], rule)
  expect(appliedFilterIds).toEqual(applies ? ['f'] : [])
  const narrowed = aRule({
    _filt_selection: { User: 'adm' },
    condition: '(selection) and (not _filt_selection)',
  })
  expect(plain).toEqual(applies ? narrowed : rule)
})

test.for([
  {
    why: 'a filter means its own selections, and the rule means its own',
    filter: {
      filter_a: { x: 1 },
      filter_b: { x: 2 },
      selection: { x: 3 },
      condition: 'all of them',
    },
    rule: { filter_a: { y: 1 }, condition: 'selection and not 1 of filter_*' },
    after:
      '(selection and not 1 of filter_*) and ' +
      '(_filt_selection and _filt_filter_a and _filt_filter_b)',
  },
  {
    why: 'an or stays inside its brackets, on both sides',
    filter: { a: { x: 1 }, condition: 'selection or a' },
    rule: { b: { y: 1 }, condition: 'selection or b' },
    after: '(selection or b) and (_filt_selection or _filt_a)',
  },
  {
    why: 'each condition of a list is narrowed',
    filter: {},
    rule: { b: { y: 1 }, condition: ['selection', 'b'] },
    after: ['(selection) and (not _filt_selection)', '(b) and (not _filt_selection)'],
  },
  {
    why: 'a name that is taken gets a number',
    filter: {},
    rule: { _filt_selection: { y: 1 }, condition: 'selection and _filt_selection' },
    after: '(selection and _filt_selection) and (not _filt_selection_2)',
  },
  {
    why: 'a name that only patterns can say becomes one that can be said',
    filter: { 'f.x': { y: 1 }, condition: 'not 1 of f*' },
    rule: {},
    after: '(selection) and (not _filt_f_x)',
  },
])('$why', ({ filter, rule, after }) => {
  const { plain } = applyFilters([aFilter(filter)], aRule(rule))
  const detection = plain['detection'] as Record<string, unknown>
  expect(detection['condition']).toEqual(after)
  const names = Object.keys(detection).filter((name) => name !== 'condition')
  expect(() => parseCondition(after, names)).not.toThrow()
})

test('two filters narrow a rule one after the other, and the rule given stays as it was', () => {
  const rule = aRule()
  const before = structuredClone(rule)
  const { plain, appliedFilterIds } = applyFilters([aFilter(), aFilter({}, { id: 'g' })], rule)
  expect(appliedFilterIds).toEqual(['f', 'g'])
  expect(plain).toEqual(
    aRule({
      _filt_selection: { User: 'adm' },
      _filt_selection_2: { User: 'adm' },
      condition: '((selection) and (not _filt_selection)) and (not _filt_selection_2)',
    }),
  )
  expect(rule).toEqual(before)
})

test('a correlation is not filtered', () => {
  const correlation = { title: 'C', logsource: { product: 'windows' }, correlation: {} }
  expect(applyFilters([aFilter()], correlation)).toEqual({
    plain: correlation,
    appliedFilterIds: [],
  })
  expect(exceptionRules([aFilter({}, exception('2026-01-31'))], correlation)).toEqual([])
})

test.for([
  {
    why: 'a negated filter allows what it names',
    condition: 'not selection',
    allows: '_filt_selection',
  },
  { why: 'a narrowing one allows the rest', condition: 'selection', allows: 'not _filt_selection' },
  {
    why: 'of two the opposite is allowed',
    condition: 'not selection and not other',
    allows: 'not (not _filt_selection and not _filt_other)',
  },
])('an exception is a rule of its own: $why', ({ condition, allows }) => {
  const filter = aFilter({ condition, other: { x: 1 } }, exception('2026-01-31'))
  const rule = aRule({}, { level: 'high', fields: ['User'], tests: [] })
  const { name: _name, ...head } = aRule({}, { level: 'high' })
  expect(exceptionRules([aFilter(), filter], rule)).toEqual([
    {
      plain: {
        ...head,
        title: 'A filter',
        id: 'f',
        detection: {
          _filt_selection: { User: 'adm' },
          _filt_other: { x: 1 },
          condition: allows,
        },
      },
      filterId: 'f',
      owner: 'team-a',
      expiresUs: Date.UTC(2026, 0, 31) * 1000,
    },
  ])
})

test('an exception does not narrow the rule', () => {
  const rule = aRule()
  const { plain, appliedFilterIds } = applyFilters([aFilter({}, exception('2026-01-31'))], rule)
  expect(plain).toBe(rule)
  expect(appliedFilterIds).toEqual([])
})

test('an exception for other rules is no rule here', () => {
  const filter = aFilter({ rules: ['other'] }, exception('2026-01-31'))
  expect(exceptionRules([filter], aRule())).toEqual([])
})

test.for([
  { why: 'a date ends as the day begins', expires: '2026-01-31', us: Date.UTC(2026, 0, 31) * 1000 },
  { why: 'a time in UTC', expires: '2026-01-31T12:00:00Z', us: Date.UTC(2026, 0, 31, 12) * 1000 },
  {
    why: 'a time elsewhere, to the microsecond',
    expires: '2026-01-31T12:00:00.123456+02:00',
    us: Date.UTC(2026, 0, 31, 10, 0, 0, 123) * 1000 + 456,
  },
  {
    why: 'a time the YAML reader made of it',
    expires: new Date(Date.UTC(2026, 0, 31)),
    us: Date.UTC(2026, 0, 31) * 1000,
  },
])('the end of an exception: $why', ({ expires, us }) => {
  expect(aFilter({}, exception(expires)).exception?.expiresUs).toBe(us)
})

test.for([
  { why: 'no end', root: { tocsin: { owner: 'a', reason: 'b' } }, path: ['tocsin', 'expires'] },
  {
    why: 'no owner',
    root: { tocsin: { reason: 'b', expires: '2026-01-31' } },
    path: ['tocsin', 'owner'],
  },
  {
    why: 'no reason',
    root: { tocsin: { owner: 'a', expires: '2026-01-31' } },
    path: ['tocsin', 'reason'],
  },
  { why: 'a day that is none', root: exception('2026-02-30'), path: ['tocsin', 'expires'] },
  {
    why: 'a time without a zone',
    root: exception('2026-01-31T12:00:00'),
    path: ['tocsin', 'expires'],
  },
  { why: 'no title', root: { title: undefined }, path: ['title'] },
  { why: 'no log source', root: { logsource: undefined }, path: ['logsource'] },
  { why: 'a log source that says nothing', root: { logsource: {} }, path: ['logsource'] },
])('a filter with $why is refused', ({ root, path }) => {
  expect(() => aFilter({}, root)).toThrow(expect.objectContaining({ name: 'RuleRefusal', path }))
})

test.for([
  { why: 'two conditions', filter: { condition: ['a', 'b'] }, path: ['filter', 'condition'] },
  { why: 'no condition', filter: { condition: undefined }, path: ['filter', 'condition'] },
  { why: 'a name it does not have', filter: { condition: 'a' }, path: ['filter', 'condition'] },
  { why: 'no rules', filter: { rules: undefined }, path: ['filter', 'rules'] },
  { why: 'rules that are no names', filter: { rules: [1] }, path: ['filter', 'rules'] },
])('a filter whose rules or condition has $why is refused', ({ filter, path }) => {
  expect(() => aFilter(filter)).toThrow(expect.objectContaining({ name: 'RuleRefusal', path }))
})
