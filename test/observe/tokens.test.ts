import { expect, test } from 'vitest'

import { plainLetters } from '../../services/observe/plain-letters.ts'
import { tokensOf } from '../../services/observe/tokens.ts'
import { unfold } from '../../services/observe/unfold.ts'
import { cpuMsOf } from '../support/cpu-time.ts'

const idsIn = (text: string): string[] =>
  tokensOf(text).flatMap(({ kind, start, end }) => (kind === 'id' ? [text.slice(start, end)] : []))

test.for([
  {
    why: 'an address of mail',
    text: 'to ann.b+x@mail.example.org, please',
    ids: ['ann.b+x@mail.example.org'],
  },
  {
    why: 'a URL ends before the full stop',
    text: 'see https://a.example/x?q=1.',
    ids: ['https://a.example/x?q=1'],
  },
  {
    why: 'a URL ends at a bracket',
    text: '[here](https://a.example/x)',
    ids: ['https://a.example/x'],
  },
  {
    why: 'a bare host with a path',
    text: 'at www.shop.example/basket now',
    ids: ['www.shop.example/basket'],
  },
  { why: 'a file', text: 'open plan-2024.docx', ids: ['plan-2024.docx'] },
  { why: 'an account', text: 'pay DE89370400440532013000', ids: ['DE89370400440532013000'] },
  { why: 'six digits name something', text: 'code 463820', ids: ['463820'] },
  { why: 'five digits do not', text: 'code 46382', ids: [] },
  { why: 'a phone number', text: 'call 555-123-4567', ids: ['555-123-4567'] },
  { why: 'a name of a program', text: 'call read_inbox', ids: ['read_inbox'] },
  { why: 'a choice is no path', text: 'mail and/or phone', ids: [] },
  { why: 'a missing blank is no host', text: 'It is done.Next we eat', ids: [] },
  { why: 'an address before kana', text: '宛先はann@here.exampleです', ids: ['ann@here.example'] },
  { why: 'a URL before Han', text: '打开https://a.example/x页面', ids: ['https://a.example/x'] },
  {
    why: 'an account before Hangul',
    text: 'DE89370400440532013000으로',
    ids: ['DE89370400440532013000'],
  },
  { why: 'a date is no id', text: 'on 2024-05-01 at 10:20', ids: [] },
])('ids: $why', ({ text, ids }) => {
  expect(idsIn(text)).toEqual(ids)
})

const contentOf = (text: string): number[] =>
  tokensOf(text).flatMap(({ hash, weight, parts }) => [
    ...(weight > 0 ? [hash] : []),
    ...parts.map((part) => part.hash),
  ])

test('an address says whose it is by words that weigh nothing', () => {
  const [address] = tokensOf('odile.brandt+x@clinic.example')
  const names = tokensOf('Odile Brandt').map(({ hash }) => hash)
  expect(address?.parts).toEqual(names.map((hash) => ({ hash, weight: 0 })))
})

test.for([
  { why: 'plural', one: 'reports', other: 'report' },
  { why: 'ending', one: 'scheduled', other: 'schedule' },
  { why: 'case', one: 'ANN', other: 'ann' },
  { why: 'scheme and www', one: 'https://www.a.example/x', other: 'a.example/x' },
  { why: 'leading zeros', one: '007', other: '7' },
  { why: 'trailing zeros', one: '12.50', other: '12.5' },
  { why: 'digit groups', one: '1,200', other: '1200.0' },
  { why: 'an ending behind an address', one: "ann@here.example'e", other: 'ann@here.example' },
  {
    why: 'width',
    one: plainLetters('ａｎｎ＠ｈｅｒｅ．ｅｘａｍｐｌｅ'),
    other: 'ann@here.example',
  },
  { why: 'letters of formulas', one: plainLetters('𝐀𝐧𝐧 𝟒𝟔𝟑𝟖𝟐𝟎'), other: 'ann 463820' },
])('the same by $why: $one and $other', ({ one, other }) => {
  expect(contentOf(one)).toEqual(contentOf(other))
})

test('a date as numbers shares month and day with a date as words', () => {
  const numbers = new Set(contentOf('2024-05-15'))
  expect(contentOf('May 15th').every((token) => numbers.has(token))).toBe(true)
})

test.for([
  { why: 'Han, two signs a word', text: '会议室', words: ['会议', '室'] },
  { why: 'a verb is a word of its own', text: '请把文件删除', words: ['请', '把', '文件', '删除'] },
  { why: 'a change of script', text: 'データを送信', words: ['データ', 'を', '送信'] },
  { why: 'Latin beside Han', text: '用send发送', words: ['用', 'send', '发送'] },
  { why: 'Thai is one run', text: 'ส่ง ann', words: ['ส่ง', 'ann'] },
])('words without blanks: $why', ({ text, words }) => {
  expect(tokensOf(text).map(({ start, end }) => text.slice(start, end))).toEqual(words)
})

test('a long hostile text takes linear time', () => {
  for (const hostile of ['a.', 'a@', '1-', '://', 'a_/', "a'", '漢', 'か', '漢か', '가']) {
    expect(cpuMsOf(() => tokensOf(hostile.repeat(50_000)))).toBeLessThan(3_000)
  }
})

test.for([
  { why: 'line ends of JSON', text: String.raw`one\ntwo`, plain: 'one\ntwo' },
  { why: 'folded YAML', text: 'one\\\n    \\ two', plain: 'one two' },
  { why: 'quotes', text: String.raw`say \"hi\"`, plain: 'say "hi"' },
  { why: 'code points', text: String.raw`caf\u00e9`, plain: 'café' },
  {
    why: 'no escape',
    text: String.raw`C:\work \ and \u00zz`,
    plain: String.raw`C:\work  and \u00zz`,
  },
  { why: 'at the end', text: 'x\\', plain: 'x\\' },
])('unfold: $why', ({ text, plain }) => {
  expect(unfold(text)).toBe(plain)
})
