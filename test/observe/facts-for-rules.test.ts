import { expect, test } from 'vitest'

import { textFeatures } from '../../services/observe/text-features.ts'
import { readInventory } from '../../services/observe/config.ts'
import {
  anObserveCore,
  lastAfterRestart,
  application,
  data,
  model,
  network,
  observationsOf,
  outputsOf,
  type LayerEvent,
} from './events.ts'

const search = (text: string): LayerEvent =>
  application({ tool_name: 'search', arguments: JSON.stringify({ text }) })

test('the same call has the same hash, and it says nothing of the arguments', () => {
  const [first, again, other] = observationsOf([search('a'), search('a'), search('b')])
  expect(first?.arguments_hash).toMatch(/^[0-9a-f]{8}$/)
  expect(again?.arguments_hash).toBe(first?.arguments_hash)
  expect(other?.arguments_hash).not.toBe(first?.arguments_hash)
  const [elsewhere] = observationsOf([search('a')], { hashKey: 'another' })
  expect(elsewhere?.arguments_hash).not.toBe(first?.arguments_hash)
})

const met = (server_id: string, tool_name: string, tool_definition_hash: string | null) =>
  application({ server_id, tool_name, tool_definition_hash })

test.for([
  { why: 'the first', events: [met('v1', 'find', 'h1')], count: 1 },
  { why: 'the same again', events: [met('v1', 'find', 'h1'), met('v1', 'find', 'h1')], count: 1 },
  { why: 'a second', events: [met('v1', 'find', 'h1'), met('v1', 'find', 'h2')], count: 2 },
  { why: 'of another tool', events: [met('v1', 'find', 'h1'), met('v1', 'book', 'h2')], count: 1 },
  {
    why: 'of another server',
    events: [met('v1', 'find', 'h1'), met('v2', 'find', 'h2')],
    count: 1,
  },
  { why: 'none is named', events: [met('v1', 'find', 'h1'), met('v1', 'find', null)], count: null },
])('definitions of a tool: $why', ({ events, count }) => {
  expect(observationsOf(events).at(-1)?.tool_definitions).toBe(count)
  expect(lastAfterRestart(events)?.tool_definitions).toBe(count)
})

test('a tool of one name on two servers is counted, whatever the case', () => {
  const events = [met('v1', 'book_seat', null), met('v1', 'book_seat', null)]
  const onTwo = [...events, met('v2', 'Book_Seat', null)]
  expect(observationsOf(events).at(-1)?.features['tool.servers']).toBe(1)
  expect(observationsOf(onTwo).at(-1)?.features['tool.servers']).toBe(2)
  expect(lastAfterRestart(onTwo)?.features['tool.servers']).toBe(2)
})

const ACCOUNT = 'Q7R2-KLM9-4410'
const result = (server_id: string): LayerEvent =>
  application({
    action: 'tool_result',
    tool_name: 'read_note',
    server_id,
    content: `The box is ${ACCOUNT}.`,
  })
const send = (server_id: string | null, text: string): LayerEvent =>
  application({ tool_name: 'send_note', server_id, arguments: JSON.stringify({ text }) })

test.for([
  {
    why: 'from another server',
    events: [result('notes'), send('mail', ACCOUNT)],
    servers: ['notes'],
  },
  { why: 'from its own', events: [result('mail'), send('mail', ACCOUNT)], servers: [] },
  { why: 'from nowhere', events: [result('notes'), send('mail', 'a greeting')], servers: [] },
  { why: 'no server is known', events: [result('notes'), send(null, ACCOUNT)], servers: null },
])('servers the values came from: $why', ({ events, servers }) => {
  expect(observationsOf(events).at(-1)?.origin_server_ids).toEqual(servers)
  expect(lastAfterRestart(events)?.origin_server_ids).toEqual(servers)
})

test('what a call carries in its arguments is looked at', () => {
  const [plain, carries] = observationsOf([
    send('mail', 'a greeting'),
    send('mail', 'the card is 4111 1111 1111 1111'),
  ])
  expect(plain?.sensitive_types).toEqual([])
  expect(carries?.sensitive_types).toEqual(['payment_card'])
})

const layers: readonly [string, (differs: object) => LayerEvent][] = [
  ['application', application],
  ['data', data],
  ['network', network],
  ['model', model],
]

test.for(layers)('who acts, and with which right, is said on %s', ([, event]) => {
  const inventory = { agents: { '*': { servers: ['mail'] } }, servers: {} }
  const [own, other] = observationsOf(
    [
      event({ server_id: 'mail', user_id: 'u1', token_scopes: ['a'], delegation_chain: ['u1'] }),
      event({ server_id: 'shop', user_id: 'u2', delegation_chain: ['u1', 'agent'] }),
    ],
    { inventory },
  )
  expect(own).toMatchObject({ server_allowed: true, token_scopes: ['a'], user_delegated: true })
  expect(other).toMatchObject({ server_allowed: false, token_scopes: null, user_delegated: false })
})

test('what nobody declared or named is not judged', () => {
  const [one] = observationsOf([application({ server_id: 'mail', user_id: 'u1' })])
  expect(one).toMatchObject({ server_allowed: null, token_scopes: null, user_delegated: null })
})

test('an inventory may say which servers an agent uses', () => {
  const read = readInventory('inventory.yaml', { agents: { a: { servers: ['mail'] } } })
  expect(read.agents['a']).toEqual({ servers: ['mail'] })
})

test('scopes beyond the bound are counted as dropped', () => {
  const token_scopes = Array.from({ length: 40 }, (_, index) => `scope-${index}`)
  const [one] = observationsOf([application({ token_scopes })])
  expect(one?.token_scopes).toHaveLength(32)
  expect(one?.facts_dropped).toBe(8)
})

test('scopes and query shapes are learned as names', () => {
  const core = anObserveCore()
  const events = [
    application({ token_scopes: ['mail.read'], agent_id: 'a' }),
    data({ query_fingerprint: 'q1', agent_id: 'a' }),
  ]
  for (const event of events) outputsOf(core, event)
  const sets: Record<string, string[]>[] = []
  core.onWatermark(Infinity, (output) => {
    if (output.schema === 'sessions.v1') sets.push(output.value.sets)
  })
  expect(sets).toMatchObject([{ token_scope: ['mail.read'], query: ['q1'] }])
})

const tags = String.fromCodePoint(0xe0068, 0xe0069)
const flag = String.fromCodePoint(0x1f3f4, 0xe0067, 0xe0062, 0xe0073, 0xe0063, 0xe0074, 0xe007f)

test.for([
  { why: 'two tags', text: `x${tags}`, tagCount: 2, turnCount: 0 },
  { why: 'a flag is no message', text: flag, tagCount: 0, turnCount: 0 },
  { why: 'an override', text: 'a\u202eb\u202dc', tagCount: 0, turnCount: 2 },
  { why: 'a mark of direction is none', text: 'a\u200fb', tagCount: 0, turnCount: 0 },
  { why: 'plain text', text: 'a b', tagCount: 0, turnCount: 0 },
])('hidden characters by kind: $why', ({ text, tagCount, turnCount }) => {
  expect(textFeatures(text)).toMatchObject({
    'text.tag_characters': tagCount,
    'text.direction_overrides': turnCount,
  })
})
