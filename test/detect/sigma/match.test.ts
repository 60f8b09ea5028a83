import { expect, test } from 'vitest'
import { holdsItem } from '../../../services/detect/sigma/match.ts'
import { parseItem } from '../../../services/detect/sigma/modifiers.ts'
import type { Field } from '../../../services/detect/sigma/rule.ts'

const fieldOf = (name: string): Field => ({
  name,
  statistic: undefined,
  read: (subject) => subject.record[name],
})

function holds(key: string, wanted: unknown, found: unknown): boolean {
  const item = parseItem(`field${key}`, wanted, fieldOf)
  return holdsItem(item, { record: { field: found }, statistic: () => null })
}

type Case = { why: string; key?: string; wanted: unknown; yes?: unknown[]; no?: unknown[] }

const CASES: Case[] = [
  {
    why: 'text, whatever its case',
    wanted: 'Send',
    yes: ['send', 'SEND'],
    no: ['sends', '', null],
  },
  { why: 'cased text', key: '|cased', wanted: 'Send', yes: ['Send'], no: ['send'] },
  { why: 'one of a list', wanted: ['a', 'b'], yes: ['a', 'B'], no: ['c', 'ab'] },
  { why: 'a field with several values', wanted: 'a', yes: [['x', 'a'], ['A']], no: [[], ['x']] },
  { why: 'a run of anything', wanted: 'a*z', yes: ['az', 'a-z-z', 'a\nz'], no: ['az-', '-az'] },
  { why: 'several runs', wanted: '*a*b*', yes: ['ab', 'xaxbx'], no: ['ba', 'a'] },
  { why: 'ends that overlap', wanted: 'aba*aba', yes: ['abaaba'], no: ['aba', 'ababa'] },
  { why: 'a star alone', wanted: '*', yes: ['', 'x', 7, false], no: [null, undefined, []] },
  { why: 'exactly one character', wanted: 'a?c', yes: ['abc', 'a😀c'], no: ['ac', 'abbc'] },
  { why: 'one character after a run', wanted: '*?b', yes: ['ab', 'xxab'], no: ['b', 'ba'] },
  { why: 'an escaped star', wanted: String.raw`a\*c`, yes: ['a*c'], no: ['abc'] },
  { why: 'an escaped question mark', wanted: String.raw`a\?`, yes: ['a?'], no: ['ab'] },
  {
    why: 'a plain backslash',
    wanted: String.raw`C:\Temp`,
    yes: [String.raw`c:\temp`],
    no: ['c:temp'],
  },
  { why: 'a backslash, then any run', wanted: String.raw`a\\*`, yes: ['a\\', 'a\\b'], no: ['a*'] },
  { why: 'a backslash, then a star', wanted: String.raw`a\\\*`, yes: ['a\\*'], no: ['a\\b'] },
  { why: 'empty text', wanted: '', yes: [''], no: ['x', null] },
  { why: 'nothing', wanted: null, yes: [null, undefined], no: ['', 0, []] },
  { why: 'a number', wanted: 5, yes: [5, '5', '5.0', [4, 5]], no: [5.1, '', ' ', 'x', null] },
  { why: 'a number written as text', wanted: '5', yes: [5, '5'], no: [50, '5.0'] },
  { why: 'truth', wanted: true, yes: [true, 'True'], no: [false, 1, null] },
  { why: 'untruth', wanted: false, yes: [false, 'false'], no: [true, null, 0] },
  { why: 'contains', key: '|contains', wanted: 'bc', yes: ['abcd', 'BC'], no: ['b-c'] },
  { why: 'contains a wildcard', key: '|contains', wanted: 'b?d', yes: ['abcde'], no: ['abde'] },
  { why: 'contains a number', key: '|contains', wanted: 12, yes: ['a123', 4125], no: ['a13'] },
  { why: 'startswith', key: '|startswith', wanted: 'ab', yes: ['abc', 'AB'], no: ['cab'] },
  { why: 'endswith', key: '|endswith', wanted: 'bc', yes: ['abc'], no: ['abcd'] },
  { why: 'cased endswith', key: '|endswith|cased', wanted: 'C', yes: ['abC'], no: ['abc'] },
  {
    why: 'all of a list',
    key: '|contains|all',
    wanted: ['a', 'b'],
    yes: ['ba', ['a', 'b']],
    no: ['a', ['a', 'c']],
  },
  { why: 'exists', key: '|exists', wanted: true, yes: ['', 0, []], no: [null, undefined] },
  { why: 'does not exist', key: '|exists', wanted: false, yes: [null, undefined], no: ['', 0] },
  { why: 'less', key: '|lt', wanted: 5, yes: [4.9, '4'], no: [5, 'x', '', null, true] },
  { why: 'less or equal', key: '|lte', wanted: 5, yes: [5], no: [5.1] },
  { why: 'greater', key: '|gt', wanted: 5, yes: [5.1, [1, 6]], no: [5, null] },
  { why: 'greater or equal', key: '|gte', wanted: 5, yes: [5], no: [4.9] },
  { why: 'an expression anywhere', key: '|re', wanted: 'b+c', yes: ['abbcd'], no: ['aBc', 'ac'] },
  { why: 'an expression of any case', key: '|re|i', wanted: 'b+c', yes: ['aBc'], no: ['ac'] },
  { why: 'an expression over lines', key: '|re|s', wanted: 'a.b', yes: ['a\nb'], no: ['ab'] },
  { why: 'an expression by line', key: '|re|m', wanted: '^b$', yes: ['a\nb'], no: ['ab'] },
  {
    why: 'a network',
    key: '|cidr',
    wanted: '10.0.0.0/8',
    yes: ['10.255.0.1'],
    no: ['11.0.0.1', 'x'],
  },
  {
    why: 'a mapped address',
    key: '|cidr',
    wanted: '10.0.0.0/8',
    yes: ['::ffff:10.0.0.1'],
    no: ['::1'],
  },
  { why: 'a newer network', key: '|cidr', wanted: 'fe80::/10', yes: ['fe80::1'], no: ['10.0.0.1'] },
]

test.for(CASES)('$why', ({ key = '', wanted, yes = [], no = [] }) => {
  expect(yes.filter((found) => !holds(key, wanted, found))).toEqual([])
  expect(no.filter((found) => holds(key, wanted, found))).toEqual([])
})

test.for([
  { why: 'an unknown modifier', key: 'a|sounds_like', value: 'x', says: 'no modifier' },
  { why: 'fieldref', key: 'a|fieldref', value: 'b', says: '"fieldref" is not supported' },
  { why: 'a placeholder', key: 'a|expand', value: '%x%', says: '"expand" is not supported' },
  { why: 'two ways to compare', key: 'a|contains|re', value: 'x', says: 'exclude each other' },
  { why: 'a flag without expression', key: 'a|i', value: 'x', says: 'no modifier' },
  { why: 'case where there is none', key: 'a|gt|cased', value: 5, says: 'says nothing' },
  { why: 'exists beside another', key: 'a|exists|all', value: true, says: 'stands alone' },
  { why: 'exists without truth', key: 'a|exists', value: 'yes', says: 'true or false' },
  { why: 'all of one', key: 'a|contains|all', value: 'x', says: 'list of values' },
  { why: 'an empty list', key: 'a', value: [], says: 'empty' },
  { why: 'null in a list', key: 'a', value: ['x', null], says: 'null' },
  { why: 'a list in a list', key: 'a', value: [['x']], says: 'a value is text' },
  { why: 'a map', key: 'a', value: { b: 1 }, says: 'a value is text' },
  { why: 'order of text', key: 'a|gt', value: '5', says: 'needs a number' },
  { why: 'no network', key: 'a|cidr', value: '10.0.0.0', says: 'needs a network' },
  { why: 'truth inside text', key: 'a|contains', value: true, says: 'needs text' },
  { why: 'keywords', key: '|all', value: ['x', 'y'], says: 'keywords' },
  { why: 'look-around', key: 'a|re', value: '(?=x)', says: 'RE2' },
  { why: 'a back-reference', key: 'a|re', value: String.raw`(x)\1`, says: 'RE2' },
])('refuses $why', ({ key, value, says }) => {
  expect(() => parseItem(key, value, fieldOf)).toThrow(says)
})

test('a pattern of many runs takes no more than its share of a long text', () => {
  const item = parseItem('field', '*a'.repeat(50) + '?b', fieldOf)
  const subject = { record: { field: 'a'.repeat(20_000) }, statistic: () => null }
  const startedMs = performance.now()
  expect(holdsItem(item, subject)).toBe(false)
  expect(performance.now() - startedMs).toBeLessThan(2000)
})
