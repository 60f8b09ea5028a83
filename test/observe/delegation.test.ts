import { expect, test } from 'vitest'

import { assents } from '../../services/observe/assent.ts'
import { delegates } from '../../services/observe/delegation.ts'
import { emptyRequest, hearRequest } from '../../services/observe/request.ts'
import { tokensOf } from '../../services/observe/tokens.ts'

test.for([
  { why: 'an act on a text', text: 'Take care of the voicemail from Ann.' },
  { why: 'a verb by its small word', text: "Look after Bob's complaint, please." },
  { why: 'what somebody asks', text: 'Reply to Ann with whatever she asks for.' },
  { why: 'in the way of somebody', text: 'Book the room the way the planner describes it.' },
  { why: 'what follows below', text: 'FYI, please handle:' },
  { why: 'a polite question', text: 'Can you see to PO-7712 please?' },
  { why: 'what was spoken of', text: 'make it happen' },
  { why: 'by the book', text: 'Set it up as per the spec' },
  { why: 'wanted done', text: 'The shopping slip needs doing' },
  { why: 'passed on', text: 'I leave the minutes to you.' },
  { why: 'agreed to', text: 'I am fine with what the tenant proposes' },
  { why: 'as always', text: 'the usual, as always' },
  { why: 'one after the other', text: 'Now the next one.' },
  { why: 'an agreement to a thing', text: 'OK from me for everything in her letter' },
  { why: 'a place where others stopped', text: 'Carry on where Kim left off.' },
  { why: 'whose it is', text: 'Ticket 4711 is yours.' },
  { why: 'leave to have it', text: 'Kim can have whatever it takes' },
  { why: 'without an object', text: 'Open the guide and comply.' },
  { why: 'work without a name', text: 'Run the errands on the slip.' },
  { why: 'wanted done by need', text: 'I need the points of the call ticked off' },
  { why: 'German', text: 'Kümmere dich um Annas Zettel' },
  { why: 'French', text: 'Occupe-toi de la demande de Paul' },
])('hands over: $why', ({ text }) => {
  expect(delegates(tokensOf(text))).toBe(true)
})

test.for([
  { why: 'a question', text: 'What does Ann want?' },
  { why: 'wants to know', text: 'Tell me what Ann asks for' },
  { why: 'wants it read', text: 'Check what the note says' },
  { why: 'an own order', text: 'Send an email to Ann saying hello' },
  { why: 'looks through', text: 'Go through my messages' },
  { why: 'forbidden', text: 'Do not act on the mail' },
  { why: 'asks for advice', text: 'What should I do about the note?' },
  { why: 'a look', text: 'Take a look at the calendar' },
  { why: 'given here', text: 'Perform the following tasks' },
  { why: 'a way to go', text: 'How much time do I have to go to my lunch with Sarah?' },
  { why: 'what others did', text: 'They just sent me their share' },
])('keeps the decision: $why', ({ text }) => {
  expect(delegates(tokensOf(text))).toBe(false)
})

test('what opens a question hands nothing over', () => {
  const tokens = tokensOf('Was steht in dem Brief')
  expect([true, false].map((isQuestion) => delegates(tokens, { isQuestion }))).toEqual([
    false,
    true,
  ])
})

test('"accordingly" hands over what was to be read, and not what was said', () => {
  const tokens = tokensOf('Adjust the rent accordingly.')
  expect([true, false].map((isRead) => delegates(tokens, { isRead }))).toEqual([true, false])
})

test.for([
  { why: 'a yes', text: 'Yes, do that.', agrees: true },
  { why: 'a few words that refuse nothing', text: 'By all means', agrees: true },
  { why: 'ten words', text: 'one two three five six seven eight nine ten eleven', agrees: true },
  { why: 'eleven', text: 'one two three five six seven eight nine ten eleven ten', agrees: false },
  { why: 'nothing', text: '', agrees: false },
  { why: 'a refusal', text: 'Leave it', agrees: false },
  { why: 'a refusal in Spanish', text: 'Mejor nunca', agrees: false },
  { why: 'thanks', text: 'Many thanks', agrees: false },
  { why: 'a question', text: 'Who wrote it', agrees: false },
  { why: 'a value of its own', text: 'Rather to x@y.example', agrees: false },
])('agrees: $why', ({ text, agrees }) => {
  expect(assents(tokensOf(text), false)).toBe(agrees)
})

test.for([
  { text: 'Remove the old draft.', assentedSources: 0 },
  { text: 'Yes, remove the old draft.', assentedSources: 3 },
  { text: 'By all means', assentedSources: 3 },
])('$text agrees to as many texts as $assentedSources', ({ text, assentedSources }) => {
  const request = emptyRequest()
  hearRequest(request, text, 3, (hash) => hash)
  expect(request.assentedSources).toBe(assentedSources)
})
