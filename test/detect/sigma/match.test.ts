import { expect, test } from 'vitest'
import { compileEngine } from '../../../services/detect/sigma/engine.ts'
import { readItem } from '../../../services/detect/sigma/modifiers.ts'
import type { SigmaRule } from '../../../services/detect/sigma/sigma-rule.ts'
import { cpuMsOf } from '../../support/cpu-time.ts'

const PLACEHOLDERS = { admins: ['root', 'wheel*'], ports: [22, 2222] }

/** A rule of one entry. */
function aSigmaRule(key: string, wanted: unknown): SigmaRule {
  return {
    id: 'rule',
    name: undefined,
    title: 'A rule',
    level: undefined,
    status: undefined,
    logsource: {},
    tags: [],
    falsepositives: [],
    selections: new Map([['entry', [[readItem(key, wanted, PLACEHOLDERS)]]]]),
    condition: { kind: 'selection', name: 'entry' },
  }
}

function holds(key: string, wanted: unknown, found: unknown, others: object = {}): boolean {
  const engine = compileEngine([aSigmaRule(key === '-' ? '' : `field${key}`, wanted)])
  return engine.match({ ...others, field: found }).length > 0
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
  { why: 'exists', key: '|exists', wanted: true, yes: ['', 0, [], null], no: [undefined] },
  { why: 'does not exist', key: '|exists', wanted: false, yes: [undefined], no: ['', 0, null] },
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
  { why: 'no mapped address', key: '|cidr', wanted: '10.0.0.0/8', no: ['::ffff:10.0.0.1', '10.1'] },
  { why: 'a newer network', key: '|cidr', wanted: 'fe80::/10', yes: ['fe80::1'], no: ['10.0.0.1'] },
  {
    why: 'anything else',
    key: '|neq',
    wanted: ['a', 'b'],
    yes: ['c', null],
    no: ['A', ['c', 'b']],
  },
  {
    why: 'the dash of an option in every spelling',
    key: '|windash|contains',
    wanted: ' -enc x-y',
    yes: ['p -enc x-y', 'p /ENC x-y', 'p \u2013enc x-y', 'p \u2014enc x-y', 'p \u2015enc x-y'],
    no: ['p enc x-y', 'p -enc x/y', 'p -enc xy'],
  },
  {
    why: 'all of a list, each in any spelling',
    key: '|windash|contains|all',
    wanted: [' -a', ' -b'],
    yes: [' /b -a'],
    no: [' /a -a'],
  },
  { why: 'base64', key: '|base64', wanted: 'foobar', yes: ['Zm9vYmFy'], no: ['foobar'] },
  {
    why: 'base64 at any offset',
    key: '|base64offset|contains',
    wanted: 'foobar',
    yes: ['xxZm9vYmFyxx', 'IGZvb2Jhcg', 'ICBmb29iYXI'],
    no: ['foobar'],
  },
  {
    why: 'base64 of wide text',
    key: '|wide|base64offset|contains',
    wanted: 'ping',
    yes: ['cABpAG4AZw'],
    no: ['cGluZw'],
  },
  { why: 'wide text', key: '|utf16le', wanted: 'ab', yes: ['a\0b\0'], no: ['ab', '\0a\0b'] },
  {
    why: 'wide text, big end first',
    key: '|utf16be',
    wanted: 'ab',
    yes: ['\0a\0b'],
    no: ['a\0b\0'],
  },
  {
    why: 'wide text with its mark',
    key: '|utf16',
    wanted: 'a',
    yes: ['\u00ff\u00fea\0'],
    no: ['a\0'],
  },
  {
    why: 'a placeholder',
    key: '|expand',
    wanted: '%admins%',
    yes: ['root', 'wheelers'],
    no: ['user', '%admins%'],
  },
  {
    why: 'a placeholder inside',
    key: '|expand',
    wanted: 'a-%ports%-b',
    yes: ['a-22-b'],
    no: ['a-23-b'],
  },
  {
    why: 'the hour',
    key: '|hour',
    wanted: [22, 23],
    yes: ['2026-01-02T22:59:59Z', '2026-01-03T00:30:00+02:00', 1_767_394_800],
    no: ['2026-01-02T21:59:59Z', 'noon', true],
  },
  {
    why: 'after an hour',
    key: '|hour|gte',
    wanted: 9,
    yes: ['2026-01-02T09:00:00Z'],
    no: ['2026-01-02T08:59:59Z'],
  },
  {
    why: 'the minute',
    key: '|minute',
    wanted: 5,
    yes: ['2026-01-02T10:05:00Z'],
    no: ['2026-01-02T05:06:00Z'],
  },
  {
    why: 'the day',
    key: '|day',
    wanted: 2,
    yes: ['2026-01-02T00:00:00Z'],
    no: ['2026-02-01T00:00:00Z', '2026-01-02'],
  },
  {
    why: 'the month',
    key: '|month',
    wanted: 1,
    yes: ['2026-01-31 23:59:59Z'],
    no: ['2026-02-01T00:00:00Z', '2026-01-32T00:00:00Z'],
  },
  {
    why: 'the year',
    key: '|year',
    wanted: 2026,
    yes: ['2026-12-31T23:59:59Z'],
    no: ['2027-01-01T00:00:00Z'],
  },
  {
    why: 'the week, by its Thursday',
    key: '|week',
    wanted: 1,
    yes: ['2026-01-01T00:00:00Z', '2025-12-29T00:00:00Z'],
    no: ['2025-12-28T00:00:00Z', '2026-01-05T00:00:00Z'],
  },
  {
    why: 'keywords anywhere',
    key: '-',
    wanted: ['needle', 7],
    yes: ['a NEEDLE', { b: [1, { c: 'needles' }] }, 70],
    no: ['need', null],
  },
  { why: 'a keyword with a wildcard', key: '-', wanted: ['a*z'], yes: ['x a-z x'], no: ['za'] },
]

test.for([
  { why: 'equals', key: '|fieldref', yes: ['Ab', ['x', 'aB']], no: ['abc', null] },
  { why: 'starts with', key: '|fieldref|startswith', yes: ['ABc'], no: ['cab'] },
  { why: 'ends with', key: '|fieldref|endswith', yes: ['cab'], no: ['abc'] },
  { why: 'contains', key: '|fieldref|contains', yes: ['cabc'], no: ['acb'] },
  { why: 'differs from', key: '|fieldref|neq', yes: ['abc'], no: ['AB'] },
])('a field $why another', ({ key, yes, no }) => {
  expect(yes.filter((found) => !holds(key, 'other', found, { other: 'ab' }))).toEqual([])
  expect(no.filter((found) => holds(key, 'other', found, { other: 'ab' }))).toEqual([])
})

test('all keywords, each in any value', () => {
  expect(holds('|all', ['b', 'c'], 'xb', { other: 'C' })).toBe(false)
  const engine = compileEngine([aSigmaRule('|all', ['b', 'c'])])
  expect(engine.match({ one: 'xb', other: ['C'] })).toHaveLength(1)
  expect(engine.match({ one: 'xb' })).toHaveLength(0)
})

test.for([
  { why: 'the key of that very name', event: { 'a.b': 'x', a: { b: 'y' } }, matches: true },
  {
    why: 'that key, though the way leads to it too',
    event: { 'a.b': 'y', a: { b: 'x' } },
    matches: false,
  },
  { why: 'the way through objects', event: { a: { b: 'x' } }, matches: true },
  { why: 'any of a list on the way', event: { a: [{ b: 'y' }, { b: 'x' }] }, matches: true },
  { why: 'nothing of an own name', event: { a: 'x' }, matches: false },
  { why: 'no inherited name', event: { a: {} }, matches: false },
])('a name with dots is $why', ({ event, matches }) => {
  const engine = compileEngine([aSigmaRule('a.b', 'x'), aSigmaRule('a.toString|exists', true)])
  expect(engine.match(event)).toHaveLength(Number(matches))
})

test.for(CASES)('$why', ({ key = '', wanted, yes = [], no = [] }) => {
  expect(yes.filter((found) => !holds(key, wanted, found))).toEqual([])
  expect(no.filter((found) => holds(key, wanted, found))).toEqual([])
})

test.for([
  { why: 'an unknown modifier', key: 'a|sounds_like', value: 'x', says: 'no modifier' },
  { why: 'a field that is none', key: 'a|fieldref', value: 5, says: 'name of a field' },
  { why: 'an unknown placeholder', key: 'a|expand', value: '%x%', says: '"%x%" is not defined' },
  { why: 'base64 of a wildcard', key: 'a|base64', value: 'x*', says: 'cannot encode a wildcard' },
  {
    why: 'too many dashes',
    key: 'a|windash',
    value: ' -a -b -c -d -e -f',
    says: 'too many variants',
  },
  { why: 'a part of a text', key: 'a|hour|contains', value: 5, says: 'compares numbers only' },
  { why: 'keywords compared', key: '|gt', value: 5, says: 'cannot be compared' },
  { why: 'two ways to compare', key: 'a|gt|re', value: 'x', says: 'exclude each other' },
  { why: 'two places', key: 'a|contains|endswith', value: 'x', says: 'exclude each other' },
  { why: 'a flag without expression', key: 'a|i', value: 'x', says: 'no modifier' },
  { why: 'case where there is none', key: 'a|gt|cased', value: 5, says: 'says nothing' },
  { why: 'exists beside another', key: 'a|exists|all', value: true, says: 'stands alone' },
  { why: 'exists without truth', key: 'a|exists', value: 'yes', says: 'true or false' },
  { why: 'all of one', key: 'a|contains|all', value: 'x', says: 'list of values' },
  { why: 'an empty list', key: 'a', value: [], says: 'empty' },
  { why: 'null in a list', key: 'a', value: ['x', null], says: 'null' },
  { why: 'a list in a list', key: 'a', value: [['x']], says: 'a value is text' },
  { why: 'a map', key: 'a', value: { b: 1 }, says: 'a value is text' },
  { why: 'order of text', key: 'a|gt', value: 'five', says: 'needs a number' },
  { why: 'no network', key: 'a|cidr', value: '10.0.0', says: 'needs a network' },
  { why: 'look-around', key: 'a|re', value: '(?=x)', says: 'RE2' },
  { why: 'a back-reference', key: 'a|re', value: String.raw`(x)\1`, says: 'RE2' },
])('refuses $why', ({ key, value, says }) => {
  expect(() => readItem(key, value, PLACEHOLDERS)).toThrow(says)
})

test('a pattern of many runs takes no more than its share of a long text', () => {
  const tookMs = cpuMsOf(() =>
    expect(holds('', '*a'.repeat(50) + '?b', 'a'.repeat(20_000))).toBe(false),
  )
  expect(tookMs).toBeLessThan(2000)
})
