import { expect, test } from 'vitest'
import { dataOrigins } from '../../../services/detect/pack/data-origins.ts'

test.for([
  { why: 'a body', name: 'body', counts: true },
  { why: 'a nested body', name: 'message.parts[2].text', counts: true },
  { why: 'a word that ends like an address', name: 'photo', counts: true },
  { why: 'a file', name: 'attachments[0]', counts: true },
  { why: 'a recipient', name: 'recipient', counts: false },
  { why: 'several', name: 'recipients[0]', counts: false },
  { why: 'several addresses', name: 'addresses', counts: false },
  { why: 'words joined by a line', name: 'user_email', counts: false },
  { why: 'words joined by a capital', name: 'message.toAddress', counts: false },
  { why: 'in capitals', name: 'CC', counts: false },
])('$why: counts=$counts', ({ name, counts }) => {
  const argument_origins = { [`${name}.origin`]: 'tool_result', [`${name}.origin_event_id`]: 'e-1' }
  expect(dataOrigins({ argument_origins })).toEqual(counts ? ['e-1'] : [])
})

test('the event with the instruction does not count, nor does what has no origin', () => {
  const argument_origins = { 'body.origin_event_id': 'e-1', 'text.origin': 'model' }
  expect(dataOrigins({ argument_origins, instruction_event_ids: ['e-1'] })).toEqual([])
  expect(dataOrigins({ argument_origins, instruction_event_ids: ['e-2'] })).toEqual(['e-1'])
  expect(dataOrigins({})).toEqual([])
})
