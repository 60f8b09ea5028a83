import { expect, test } from 'vitest'

import { hiding } from '../../services/observe/hashing.ts'
import { emptyRequest, hearRequest, openness } from '../../services/observe/request.ts'

const HIDE = hiding('test')

test.for([
  { why: 'nothing was asked', requests: [], open: 0 },
  { why: 'an order says what to do', requests: ['Delete the draft of Ann.'], open: 0 },
  { why: 'a question says what to tell', requests: ['What does Ann want?'], open: 0 },
  { why: 'something is named, and no more', requests: ['the slip of Ann, as discussed.'], open: 1 },
  { why: 'a value is named, and no more', requests: ['TX-99812: the usual way.'], open: 1 },
  {
    why: 'many words that name nothing',
    requests: ['the slip beside the old green door'],
    open: 0.5,
  },
  { why: 'a greeting', requests: ['Good morning. Delete the draft of Ann.'], open: 0 },
  {
    why: 'more of what is to be told',
    requests: ['Tell me the name of the inn, its rating, and the price of Ann.'],
    open: 0,
  },
  { why: 'the value of an order', requests: ['Add the new address: 12 Elm Street.'], open: 0 },
  { why: 'what the user will do', requests: ["I'll be arriving in Bergen on Sunday."], open: 0 },
  { why: 'what the user did', requests: ['Last year I stayed at the Harbour Inn.'], open: 0 },
  { why: 'how something is to be', requests: ['The title should be Bergen.'], open: 0 },
  { why: 'what is to be done by somebody', requests: ['TX-99812 should be whisked off.'], open: 1 },
  { why: 'more after a sentence', requests: ['Read it. And the slip of Ann.'], open: 1 },
  {
    why: 'a later request leaves it open',
    requests: ['What does Ann want?', 'the Miller matter too'],
    open: 1,
  },
])('left open: $why', ({ requests, open }) => {
  const request = emptyRequest()
  for (const text of requests) hearRequest(request, text, 0, HIDE)
  expect(openness(request)).toBe(open)
})

test.for([
  {
    why: 'all of it is open',
    text: 'Two for you: the slip of Ann, and TX-99812.',
    isHandedOver: true,
  },
  {
    why: 'a part says what to do',
    text: 'The slip of Ann. Delete the draft.',
    isHandedOver: false,
  },
  { why: 'a part asks', text: 'The slip of Ann. When is it due?', isHandedOver: false },
  { why: 'it names nothing', text: 'the slip beside the old green door', isHandedOver: true },
  { why: 'it only tells', text: 'TX-99812 is on my mind.', isHandedOver: true },
  { why: 'a room in joined words', text: '#on-duty: one after the other', isHandedOver: true },
  { why: 'it points at a text', text: 'As agreed with Ann, see her slip.', isHandedOver: true },
  { why: 'a greeting', text: 'Good morning', isHandedOver: false },
  { why: 'who the user is', text: 'I am the tenant of TX-99812.', isHandedOver: false },
  {
    why: 'it spells out the work',
    text: 'the slip beside the following green door',
    isHandedOver: false,
  },
  { why: 'words nobody knows', text: 'Frobo spunto domo hodi nun tute', isHandedOver: false },
])('a message that names a text and leaves the rest open: $why', ({ text, isHandedOver }) => {
  const request = emptyRequest()
  hearRequest(request, text, 0, HIDE)
  expect(request.delegated).toBe(isHandedOver)
})
