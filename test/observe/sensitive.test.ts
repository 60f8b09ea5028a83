import { expect, test } from 'vitest'

import { sensitiveSpans, sensitiveTypes } from '../../services/observe/sensitive.ts'
import { cpuMsOf } from '../support/cpu-time.ts'

const letters = 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU1vW0xY3zA5'

/** A number of this length that begins so and whose last digit makes the check hold. */
function checked(opening: string, length: number): string {
  const body = opening.padEnd(length - 1, '0')
  const sum = Array.from(body)
    .toReversed()
    .reduce((total, digit, index) => {
      const weighed = Number(digit) * (index % 2 === 0 ? 2 : 1)
      return total + (weighed > 9 ? weighed - 9 : weighed)
    }, 0)
  return `${body}${(10 - (sum % 10)) % 10}`
}

test.for([
  { why: 'a social security number', text: 'SSN 219-09-9999', types: ['ssn'] },
  { why: 'an area never given out', text: '666-12-3456 000-12-3456 900-12-3456', types: [] },
  { why: 'the areas beside them', text: '665-12-3456', types: ['ssn'] },
  { why: 'the last area given out', text: '899-12-3456', types: ['ssn'] },
  { why: 'a group never given out', text: '219-00-1234', types: [] },
  { why: 'a serial never given out', text: '219-09-0000', types: [] },
  { why: 'the first serial', text: '219-09-0001', types: ['ssn'] },
  { why: 'no hyphens and no word', text: 'order 219099999', types: [] },
  { why: 'no hyphens and a word', text: 'his social security number: 219099999', types: ['ssn'] },
  { why: 'blanks and a word', text: 'SSN 219 09 9999', types: ['ssn'] },
  { why: 'a number before the next column', text: '219-09-9999 2024', types: ['ssn'] },
  { why: 'a longer number with hyphens', text: '219-09-9999-1', types: [] },
  { why: 'the end of a longer number', text: '1-219-09-9999', types: [] },
  { why: 'a card', text: 'card 4111 1111 1111 1111.', types: ['payment_card'] },
  {
    why: 'a card before the next column',
    text: '4111 1111 1111 1111 2028',
    types: ['payment_card'],
  },
  { why: 'a card in one go', text: '5500005555555559', types: ['payment_card'] },
  { why: 'a wrong check digit', text: '4111 1111 1111 1112', types: [] },
  { why: 'a wrong check digit and a word', text: 'card 4111111111111112', types: [] },
  { why: 'no issuer', text: '9111111111111111', types: [] },
  { why: 'the first of an issuer', text: checked('2221', 16), types: ['payment_card'] },
  { why: 'one before it', text: checked('2220', 16), types: [] },
  { why: 'the last of an issuer', text: checked('2720', 16), types: ['payment_card'] },
  { why: 'one after it', text: checked('2721', 16), types: [] },
  { why: 'an issuer and another length', text: checked('51', 15), types: [] },
  { why: 'a short card with a word', text: `card ${checked('5018', 12)}`, types: ['payment_card'] },
  { why: 'a short number without', text: `order ${checked('5018', 12)}`, types: [] },
  { why: 'a card too short with a word', text: `card ${checked('5018', 11)}`, types: [] },
  { why: 'the longest with a word', text: `card ${checked('5018', 19)}`, types: ['payment_card'] },
  { why: 'a longer one with a word', text: `card ${checked('5018', 20)}`, types: [] },
  { why: 'an old card is a bar code elsewhere', text: 'item 4222222222222', types: [] },
  { why: 'an old card with a word', text: 'visa 4222222222222', types: ['payment_card'] },
  { why: 'one digit over and over', text: 'card 0000000000000000', types: [] },
  { why: 'inside a longer code', text: 'x4111111111111111', types: [] },
  { why: 'an amount', text: '4111111111111111.25', types: [] },
  { why: 'an account', text: 'to DE89370400440532013000', types: ['iban'] },
  { why: 'an account in small letters', text: 'de89370400440532013000', types: ['iban'] },
  { why: 'an account in groups', text: 'GB33 BUKB 2020 1555 5555 55', types: ['iban'] },
  { why: 'an account in uneven groups', text: 'GB33B UKB2 0201 5555 5555 5', types: [] },
  { why: 'a wrong account', text: 'DE89370400440532013001', types: [] },
  { why: 'a country without accounts', text: 'ZZ89370400440532013000', types: [] },
  { why: 'an account with one more', text: 'DE893704004405320130001', types: [] },
  { why: 'a date and a phone number', text: '2024-05-01, 555-123-4567', types: [] },
  { why: 'several, sorted', text: '219-09-9999 DE89370400440532013000', types: ['iban', 'ssn'] },
  { why: 'a mail address opens nothing', text: 'mail desk@harbour.example', types: [] },
])('$why', ({ text, types }) => {
  expect(sensitiveTypes(text)).toEqual(types)
})

test.for([
  { why: 'a card in groups', text: 'card 4111 1111 1111 1111.', found: [['payment_card', 5, 24]] },
  { why: 'an account in groups', text: 'GB33 BUKB 2020 1555 5555 55', found: [['iban', 0, 27]] },
  { why: 'a mail address', text: 'to <a.b+c@mail.harbour.example>.', found: [['email', 4, 30]] },
  { why: 'no domain', text: 'a@harbour', found: [] },
  { why: 'a picture for two pixels', text: 'icon@2x.png', found: [] },
  { why: 'a remote of git', text: 'git@harbour.example:a/b', found: [] },
  { why: 'a network address', text: 'from 192.0.2.255,', found: [['ip_address', 5, 16]] },
  { why: 'an address and a port', text: '192.0.2.1:80', found: [['ip_address', 0, 9]] },
  { why: 'a part too large', text: '192.0.2.256', found: [] },
  { why: 'five parts', text: '1.2.3.4.5', found: [] },
  { why: 'three parts', text: '1.2.3', found: [] },
  { why: 'a part with a zero before it', text: '192.0.02.1', found: [] },
  { why: 'a version', text: 'version 1.2.3.4', found: [] },
  { why: 'the version of a browser', text: 'Chrome/120.0.0.0', found: [] },
  { why: 'an address in a link', text: 'http://192.0.2.1/', found: [['ip_address', 7, 16]] },
  { why: 'a long address', text: 'at 2001:db8:0:1:1:1:1:1.', found: [['ip_address', 3, 23]] },
  { why: 'a shortened one', text: '[2001:db8::1]', found: [['ip_address', 1, 12]] },
  { why: 'nine groups', text: '2001:db8:0:1:1:1:1:1:1', found: [] },
  { why: 'two gaps', text: '2001::db8::1', found: [] },
  { why: 'a time', text: '12:30:45', found: [] },
  { why: 'names in a language', text: 'std::add::fade', found: [] },
])('places: $why', ({ text, found }) => {
  expect(sensitiveSpans(text).map(({ type, start, end }) => [type, start, end])).toEqual(found)
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const url64 = (text: string): string => Buffer.from(text).toString('base64url')
const hex = (text: string): string => Buffer.from(text).toString('hex')
const key = `key: ghp_${letters}`
const card = 'card: 4111 1111 1111 1111 until 2028-01'

test.for([
  { why: 'base64', text: base64(key), types: ['api_key'] },
  { why: 'base64 for addresses', text: `?q=${url64(`${key} ???>>>`)}`, types: ['api_key'] },
  { why: 'hexadecimal', text: hex(key), types: ['api_key'] },
  { why: 'URL encoding', text: `?q=a%20ghp%5F${letters}`, types: ['api_key'] },
  { why: 'a card', text: `{"data": "${base64(card)}"}`, types: ['payment_card'] },
  { why: 'base64 in URL encoding', text: encodeURIComponent(base64(key)), types: ['api_key'] },
  { why: 'three layers', text: hex(encodeURIComponent(base64(key))), types: ['api_key'] },
  { why: 'a layer too many', text: base64(base64(base64(base64(key)))), types: [] },
  { why: 'bytes that are no text', text: base64('\u0001\u0002\u0003'.repeat(20)), types: [] },
  { why: 'a login that a config holds', text: base64('p://a1:Xy7-kk@db'), types: ['password'] },
])('decodes: $why', ({ text, types }) => {
  expect(sensitiveTypes(text)).toEqual(types)
})

test('what is found inside an encoded run has the place of the run', () => {
  const run = base64(key)
  const [span] = sensitiveSpans(`data ${run} end`)
  expect(span).toMatchObject({ type: 'api_key', start: 5, end: 5 + run.length })
})

test('the innermost run tells the place', () => {
  const run = base64(`${key}, ok`)
  const text = `https://harbour.example/?q=${run}&r=%20`
  const start = text.indexOf(run)
  expect(sensitiveSpans(text).map((span) => [span.start, span.end])).toEqual([
    [start, start + run.length],
  ])
})

test('what stands there already is not found once more by decoding', () => {
  const spans = sensitiveSpans('a%20|192.0.2.1|%20b desk@harbour.example')
  expect(spans.map(({ type, start }) => [type, start])).toEqual([
    ['ip_address', 5],
    ['email', 20],
  ])
})

test('decoding stops where all that may be decoded is spent', () => {
  const run = `${base64('plain words, no. 1. '.repeat(6))} `
  expect(sensitiveTypes(`${run.repeat(1000)}${base64(key)}`)).toEqual(['api_key'])
  expect(sensitiveTypes(`${run.repeat(1200)}${base64(key)}`)).toEqual([])
})

test('the beginning of a run that is too long is decoded', () => {
  const long = 'plain words, no. 1. '.repeat(6000)
  expect(sensitiveTypes(base64(`${key} ${long}`))).toEqual(['api_key'])
  expect(sensitiveTypes(base64(`${long} ${key}`))).toEqual([])
})

test.for([
  { why: 'a newline', joint: '\n', types: ['api_key'] },
  { why: 'a newline of mail', joint: '\r\n', types: ['api_key'] },
  { why: 'an escaped newline and blanks', joint: '\\n  ', types: ['api_key'] },
  { why: 'a comma', joint: ',', types: [] },
])('a run wrapped in the middle of a key by $why', ({ joint, types }) => {
  const run = base64(`${'plain words and '.repeat(2)} ${key}, no. 2, and more words after that`)
  const lines = run.match(/.{1,64}/g) ?? []
  expect(sensitiveTypes(lines.join(joint))).toEqual(types)
})

test.for(['sk-', 'eyJ-', 'eyJabcdefgh.', 'a@', '%41', 'curl -u ', '1 ', 'a=', 'A1', '::', '1.'])(
  'a text of nothing but %j is read in no time',
  (unit) => {
    const text = unit.repeat(131_072 / unit.length)
    expect(cpuMsOf(() => sensitiveSpans(text))).toBeLessThan(1000)
  },
)
