import { Buffer } from 'node:buffer'

const AT = '2024-03-04T05:06:07Z'
const base64 = (text: string, encoding: 'utf8' | 'utf16le' = 'utf8'): string =>
  Buffer.from(text, encoding).toString('base64')

const FOO_SHIFTED = { 'a|base64offset|contains': 'fooé!' }

type Plain = Readonly<Record<string, unknown>>
/** An item, an event it holds in, and one much like it in which it does not. */
type ItemCase = { why: string; item: Plain; holds: Plain; not: Plain }

const TEXTS: readonly ItemCase[] = [
  { why: 'case does not matter', item: { a: 'Éa' }, holds: { a: 'éA' }, not: { a: 'ea' } },
  { why: 'unless cased', item: { 'a|cased': 'Xy*' }, holds: { a: 'Xyz' }, not: { a: 'xyz' } },
  { why: '* takes line ends', item: { a: 'a*b' }, holds: { a: 'a\n\r\nb' }, not: { a: 'a\nbc' } },
  { why: '* takes nothing', item: { a: '*' }, holds: { a: '' }, not: { a: null } },
  { why: '? is a code point', item: { a: '?' }, holds: { a: '😀' }, not: { a: '' } },
  {
    why: String.raw`\* is a star`,
    item: { a: String.raw`a\*b` },
    holds: { a: 'a*b' },
    not: { a: 'axb' },
  },
  {
    why: String.raw`\\* is \ and any run`,
    item: { a: String.raw`a\\*` },
    holds: { a: String.raw`a\z` },
    not: { a: 'az' },
  },
  {
    why: String.raw`\\\* is \*`,
    item: { a: String.raw`a\\\*` },
    holds: { a: String.raw`a\*` },
    not: { a: String.raw`a\z` },
  },
  {
    why: 'two are one',
    item: { a: String.raw`a\\x` },
    holds: { a: String.raw`a\x` },
    not: { a: String.raw`a\\x` },
  },
  {
    why: 'a last backslash is one',
    item: { 'a|startswith': 'a\\' },
    holds: { a: String.raw`a\zz` },
    not: { a: 'a*' },
  },
  { why: 'empty is empty', item: { a: '' }, holds: { a: '' }, not: { a: ' ' } },
  { why: 'a list is an or', item: { a: ['x', 'y'] }, holds: { a: 'Y' }, not: { a: 'xy' } },
  {
    why: 'all over elements',
    item: { 'a|contains|all': ['x', 'y'] },
    holds: { a: ['ax', 'ya'] },
    not: { a: ['ax'] },
  },
  {
    why: 'neq is of the item',
    item: { 'a|neq': ['x', 'y'] },
    holds: { a: 'z' },
    not: { a: ['z', 'Y'] },
  },
  { why: 'neq of what is missing', item: { 'a|neq': 'x' }, holds: {}, not: { a: 'x' } },
]

const SCALARS: readonly ItemCase[] = [
  { why: 'a number by value', item: { a: 5 }, holds: { a: '+5.0e0' }, not: { a: ' 5' } },
  { why: 'no other bases', item: { a: 16 }, holds: { a: '16' }, not: { a: '0x10' } },
  { why: 'a text by text', item: { a: '5*' }, holds: { a: 55 }, not: { a: 4.5 } },
  { why: 'a boolean by text', item: { a: true }, holds: { a: 'TRUE' }, not: { a: 1 } },
  { why: 'null is missing', item: { a: null }, holds: {}, not: { a: '' } },
  { why: 'null is null', item: { a: null }, holds: { a: null }, not: { a: [] } },
  { why: 'null looks at the whole', item: { a: null }, holds: { b: 1 }, not: { a: [null] } },
  { why: 'null exists', item: { 'a|exists': true }, holds: { a: null }, not: { b: 1 } },
  { why: 'exists not', item: { 'a|exists': false }, holds: { b: 1 }, not: { a: [] } },
  { why: 'above', item: { 'a|gt': 5 }, holds: { a: [1, '5.1'] }, not: { a: 5 } },
  { why: 'from', item: { 'a|gte': 5 }, holds: { a: 5 }, not: { a: true } },
  { why: 'below', item: { 'a|lt': 5 }, holds: { a: -1 }, not: { a: '' } },
  { why: 'to', item: { 'a|lte': 5 }, holds: { a: '5' }, not: { a: null } },
  {
    why: 'elements in lists',
    item: { a: 'x' },
    holds: { a: [['y', 'x']] },
    not: { a: { b: 'x' } },
  },
]

const FIELDS: readonly ItemCase[] = [
  { why: 'a path', item: { 'a.b': 'x' }, holds: { a: { b: 'x' } }, not: { a: 'x' } },
  {
    why: 'its very name first',
    item: { 'a.b': 'x' },
    holds: { 'a.b': 'x', a: { b: 'y' } },
    not: { 'a.b': null, a: { b: 'x' } },
  },
  {
    why: 'through a list',
    item: { 'a.b': 'x' },
    holds: { a: [{ b: 'y' }, 5, { b: 'x' }] },
    not: { a: [{ c: 'x' }] },
  },
  {
    why: 'null through a list',
    item: { 'a.b': null },
    holds: { a: [{ b: null }, {}] },
    not: { a: [{ b: null }, { b: 1 }] },
  },
  {
    why: 'no inherited member',
    item: { 'toString|exists': false },
    holds: {},
    not: { toString: 1 },
  },
]

const MODIFIERS: readonly ItemCase[] = [
  {
    why: 'a network',
    item: { 'a|cidr': '10.0.0.0/8' },
    holds: { a: '10.255.255.255' },
    not: { a: '11.0.0.0' },
  },
  {
    why: 'no octal',
    item: { 'a|cidr': '0.0.0.0/0' },
    holds: { a: '10.1.2.3' },
    not: { a: '010.1.2.3' },
  },
  {
    why: 'of its own kind',
    item: { 'a|cidr': '::/0' },
    holds: { a: '::ffff:10.1.2.3' },
    not: { a: '10.1.2.3' },
  },
  { why: 'an expression', item: { 'a|re': 'X.y' }, holds: { a: 'aX\ryb' }, not: { a: 'X\ny' } },
  {
    why: 'its flags',
    item: { 'a|re|i|m|s': '^x.y' },
    holds: { a: 'a\nX\nY' },
    not: { a: 'ax\ny' },
  },
  { why: 'characters, not units', item: { 'a|re': '^.$' }, holds: { a: '😀' }, not: { a: 'ab' } },
  {
    why: 'a dash',
    item: { 'a|windash|contains': ' -f /g' },
    holds: { a: 'x –f ―g' },
    not: { a: 'x +f /g' },
  },
  {
    why: 'no dash inside a word',
    item: { 'a|windash': 'a-b' },
    holds: { a: 'a-b' },
    not: { a: 'a/b' },
  },
  {
    why: 'the last of two dashes',
    item: { 'a|windash': '--f' },
    holds: { a: '-/f' },
    not: { a: '/-f' },
  },
  { why: 'base64', item: { 'a|base64': 'foo' }, holds: { a: 'Zm9v' }, not: { a: 'Zm9vYg==' } },
  {
    why: 'at offset 0',
    item: FOO_SHIFTED,
    holds: { a: base64('fooé!x') },
    not: { a: base64('fooe!x') },
  },
  {
    why: 'at offset 1',
    item: FOO_SHIFTED,
    holds: { a: base64('zfooé!x') },
    not: { a: base64('zfoo') },
  },
  { why: 'at offset 2', item: FOO_SHIFTED, holds: { a: base64('zzfooé!') }, not: { a: 'eno' } },
  {
    why: 'UTF-16',
    item: { 'a|wide|base64offset|contains': 'foé' },
    holds: { a: base64('zfoé!', 'utf16le') },
    not: { a: base64('zfoé!') },
  },
  {
    why: 'with a mark',
    item: { 'a|utf16|base64': 'fo' },
    holds: { a: base64('\uFEFFfo', 'utf16le') },
    not: { a: base64('fo', 'utf16le') },
  },
  {
    why: 'the other order',
    item: { 'a|utf16be|base64': 'f' },
    holds: { a: base64('\0f') },
    not: { a: base64('f\0') },
  },
  {
    why: 'bytes of zero',
    item: { 'a|utf16le|contains': 'fo' },
    holds: { a: 'xf\0o\0' },
    not: { a: 'xfo' },
  },
  {
    why: 'another field',
    item: { 'a|fieldref': 'b' },
    holds: { a: ['x', 'Y'], b: 'y' },
    not: { a: 'x', b: 'x*' },
  },
  {
    why: 'its beginning',
    item: { 'a|fieldref|startswith': 'b' },
    holds: { a: 'xyz', b: 'XY' },
    not: { a: 'xyz', b: 'yz' },
  },
  {
    why: 'null is no other',
    item: { 'a|fieldref': 'b' },
    holds: { a: 5, b: '5' },
    not: { a: null, b: null },
  },
  {
    why: 'a placeholder',
    item: { 'a|expand|contains': '<%who%>' },
    holds: { a: 'x<r t>' },
    not: { a: '<%who%>' },
  },
  { why: 'none without expand', item: { a: '%who%' }, holds: { a: '%who%' }, not: { a: 'root' } },
]

const TIMES: readonly ItemCase[] = [
  { why: 'a minute', item: { 'a|minute': 6 }, holds: { a: AT }, not: { a: '2024-03-04' } },
  {
    why: 'an hour in UTC',
    item: { 'a|hour': 5 },
    holds: { a: '2024-03-04T07:06:07.1+02:00' },
    not: { a: '2024-03-04T05:06:07+02:00' },
  },
  {
    why: 'without a zone',
    item: { 'a|hour|gte': 5 },
    holds: { a: '2024-03-04 05:06:07.123' },
    not: { a: '2024-03-04 04:59:59' },
  },
  {
    why: 'a day there is',
    item: { 'a|day': 29 },
    holds: { a: '2024-02-29T00:00:00Z' },
    not: { a: '2023-02-29T00:00:00Z' },
  },
  {
    why: 'an ISO week',
    item: { 'a|week': 53 },
    holds: { a: '2021-01-01T00:00:00Z' },
    not: { a: '2024-12-30T00:00:00Z' },
  },
  {
    why: 'the week of Thursday',
    item: { 'a|week': 1 },
    holds: { a: '2024-12-30T00:00:00Z' },
    not: { a: AT },
  },
  { why: 'seconds', item: { 'a|month': 3 }, holds: { a: Date.parse(AT) / 1000 }, not: { a: 0 } },
  { why: 'milliseconds', item: { 'a|year': 2024 }, holds: { a: Date.parse(AT) }, not: { a: -1 } },
  {
    why: 'microseconds',
    item: { 'a|year': 2024 },
    holds: { a: Date.parse(AT) * 1000 },
    not: { a: '2024' },
  },
]

const KEYWORDS: readonly ItemCase[] = [
  {
    why: 'anywhere',
    item: { '': 'foo' },
    holds: { a: { b: [{ c: 'xFOOx' }] } },
    not: { foo: 'x' },
  },
  { why: 'in a number', item: { '': 68 }, holds: { a: 4688 }, not: { a: 4699 } },
  {
    why: 'all, in several values',
    item: { '|all': ['foo', 'b?r'] },
    holds: { a: 'foo', b: 'xbarx' },
    not: { a: 'foo' },
  },
  {
    why: 'not across values',
    item: { '': 'foobar' },
    holds: { a: 'foobar' },
    not: { a: 'foo', b: 'bar' },
  },
]

/** What items mean, by what they are about. */
export const ITEM_CASES = {
  texts: TEXTS,
  scalars: SCALARS,
  fields: FIELDS,
  modifiers: MODIFIERS,
  times: TIMES,
  keywords: KEYWORDS,
} as const
