import { expect, test } from 'vitest'

import { points } from '../../services/observe/pointing.ts'
import { tokensOf } from '../../services/observe/tokens.ts'
import { application, observationsOf, type LayerEvent } from './events.ts'

test.for([
  { why: 'one can find it', text: 'You can find her number on her site.' },
  { why: 'it stands somewhere', text: 'The account is in the contract.' },
  { why: 'details in a text', text: 'Pay Ann with the details from the letter.' },
  { why: 'see a text', text: 'Pay the rest (see the contract).' },
  { why: 'per a text', text: 'Pay the rest per the contract.' },
  { why: 'German', text: 'Die Adresse steht auf der Karte' },
])('points at a text: $why', ({ text }) => {
  expect(points(tokensOf(text))).toBe(true)
})

test.for([
  { why: 'an order', text: 'Pay Ann 50 by card.' },
  { why: 'a look', text: 'I want to see the contract.' },
  { why: 'a question', text: 'Can you find her a room in Rome?' },
  { why: 'so much for each', text: 'Find one at 30 euros per person on Monday.' },
  { why: 'a place of the world', text: 'Book a room in Rome.' },
])('points at none: $why', ({ text }) => {
  expect(points(tokensOf(text))).toBe(false)
})

const request = (content: string): LayerEvent => application({ action: 'user_request', content })
const result = (content: string): LayerEvent =>
  application({ action: 'tool_result', content, tool_name: 'get_page' })
const call = (tool_name: string, args: object): LayerEvent =>
  application({ tool_name, arguments: JSON.stringify(args) })
const ASKED = 'Invite Ann. You can find her address on www.ann.example'
const INVITE = { person: 'Ann', address: 'ann@garden.example' }

const placeOf = (events: LayerEvent[]): number =>
  observationsOf(events).at(-1)?.features['delegated.place'] ?? 0

test('a text that was pointed at gives values for what was asked, and for nothing else', () => {
  const page = result('www.ann.example: write to ann@garden.example')
  expect(placeOf([request(ASKED), page, call('invite_person', INVITE)])).toBe(1)
  expect(placeOf([request(ASKED), page, call('delete_person', INVITE)])).toBe(0)
})

test('what a pointed text names is pointed at a little less', () => {
  const events = [
    request('Invite Ann. The details are in the note of Bob.'),
    call('read_note', { of: 'Bob' }),
    result('From Bob: she is on www.garden.example'),
    call('get_page', { url: 'www.garden.example' }),
    result('Home page of a gardener: ann@garden.example'),
    call('invite_person', INVITE),
  ]
  const place = placeOf(events)
  expect(place).toBeGreaterThan(0)
  expect(place).toBeLessThan(1)
})
