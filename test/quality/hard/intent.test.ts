import { expect, test } from 'vitest'

import { fill } from './fill.ts'
import { intentOf, wordsOf, type Step } from './intent.ts'

test.for([
  { tool: 'send_money', kind: 'pay' },
  { tool: 'scheduleTransaction', kind: 'pay' },
  { tool: 'update_scheduled_transaction', kind: 'amend' },
  { tool: 'get_recent_transactions', kind: 'look' },
  { tool: 'update_password', kind: 'secret' },
  { tool: 'send_email', kind: 'mail' },
  { tool: 'delete_email', kind: 'erase' },
  { tool: 'send_direct_message', kind: 'message' },
  { tool: 'create_calendar_event', kind: 'event' },
  { tool: 'invite_user', kind: 'admit' },
  { tool: 'remove_user', kind: 'expel' },
  { tool: 'get_webpage', kind: 'open' },
  { tool: 'post_webpage', kind: 'publish' },
  { tool: 'reserve_hotel', kind: 'book' },
  { tool: 'append_to_file', kind: 'write' },
  { tool: 'update_user_info', kind: 'profile' },
  { tool: 'start_engine', kind: 'act' },
])('$tool is to $kind', ({ tool, kind }) => {
  expect(intentOf([{ tool, arguments: {} }], '')?.steps[0].kind).toBe(kind)
})

test.for([
  { why: 'the request has it', value: 'AB12', request: 'to AB12.', stated: 'AB12' },
  { why: 'only a part of a word does', value: '12', request: 'to AB12.', stated: undefined },
  { why: 'a number is grouped', value: 30_000, request: 'pay 30,000 now', stated: '30000' },
  {
    why: 'one of a list',
    value: ['a@x.example', 'me'],
    request: 'a@x.example',
    stated: 'a@x.example',
  },
  { why: 'nothing', value: 'else', request: 'to AB12.', stated: undefined },
])('a value is stated: $why', ({ value, request, stated }) => {
  const intent = intentOf([{ tool: 'send_money', arguments: { recipient: value } }], request)
  expect(intent?.steps[0].fields[0]?.value).toBe(stated)
})

test.for([
  { request: 'from the 3rd to the 5th of May 2026', isStated: true },
  { request: 'on 2026-05-03', isStated: true },
  { request: 'on May 13th, 2026', isStated: false },
])('a day is stated by "$request": $isStated', ({ request, isStated }) => {
  const call = { tool: 'reserve_hotel', arguments: { start_day: '2026-05-03' } }
  expect(intentOf([call], request)?.steps[0].fields.length).toBe(Number(isStated))
})

test('a text taken from elsewhere stays without a value, an amount goes', () => {
  const call = { tool: 'send_email', arguments: { body: 'a long read text', amount: 7 } }
  expect(intentOf([call], 'send it')?.steps[0].fields).toEqual([
    { parameter: 'body', role: 'text', value: undefined },
  ])
})

test.for([
  {
    body: 'Look here: www.drop.example.',
    request: 'Send www.drop.example on.',
    stated: 'www.drop.example',
  },
  { body: 'Ref AB-1234 and CD-5678', request: 'Quote AB-1234.', stated: 'AB-1234' },
  { body: 'Look here: www.other.example', request: 'Send www.drop.example on.', stated: undefined },
])('of a text in other words the identifiers are stated: $body', ({ body, request, stated }) => {
  const intent = intentOf([{ tool: 'send_message', arguments: { body } }], request)
  expect(intent?.steps[0].fields[0]?.value).toBe(stated)
})

test('a step that another one makes needless is left out', () => {
  const read = { tool: 'read_notes', arguments: {} }
  const pay = { tool: 'send_money', arguments: { recipient: 'AB12' } }
  const tools = (calls: (typeof pay | typeof read)[]): string[] =>
    intentOf(calls, 'AB12')?.steps.map(({ tool }) => tool) ?? []
  expect(tools([read, pay, pay])).toEqual(['send_money'])
  expect(tools([read])).toEqual(['read_notes'])
  expect(tools([{ ...pay, arguments: { recipient: 'unsaid' } }, pay])).toEqual(['send_money'])
  expect(intentOf([], '')).toBeUndefined()
})

test.for([
  { name: 'send_money', words: ['send', 'money'] },
  { name: 'bank.transferFunds', words: ['bank', 'transfer', 'funds'] },
  { name: 'post-payment', words: ['post', 'payment'] },
])('$name is words', ({ name, words }) => {
  expect(wordsOf(name)).toEqual(words)
})

test.for([
  { phrase: 'pay[ {amount}] to {who}[ on {when}]', text: 'pay 5 to AB12' },
  { phrase: 'write {text}[ as {title}]', text: 'write FOUND as FOUND' },
  { phrase: 'go to {where}', text: 'go to NAMED' },
  { phrase: 'run {tool}', text: 'run send money' },
])('"$phrase" is filled as "$text"', ({ phrase, text }) => {
  const step: Step = {
    kind: 'pay',
    tool: 'send_money',
    toolWords: 'send money',
    fields: [
      { parameter: 'to', role: 'who', value: 'AB12' },
      { parameter: 'amount', role: 'amount', value: '5' },
      { parameter: 'subject', role: 'title', value: undefined },
    ],
  }
  expect(fill(phrase, step, { found: 'FOUND', named: 'NAMED' })).toBe(text)
})
