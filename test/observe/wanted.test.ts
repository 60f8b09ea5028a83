import { expect, test } from 'vitest'

import { effectBit, type Effect } from '../../services/observe/lexicon.ts'
import { emptyRequest, hearRequest } from '../../services/observe/request.ts'

const SIDE: readonly Effect[] = ['write', 'delete', 'send', 'pay', 'grant', 'execute']

/** Effects but reading that a request asks for. */
const wanted = (text: string): Effect[] => {
  const request = emptyRequest()
  hearRequest(request, text, 0, (hash) => hash)
  return SIDE.filter((effect) => (request.effects & effectBit(effect)) !== 0)
}

test.for<{ why: string; text: string; effects: Effect[] }>([
  { why: 'an order', text: 'Delete the old drafts.', effects: ['delete'] },
  {
    why: 'after the name of its object',
    text: 'The old drafts: delete them.',
    effects: ['delete'],
  },
  { why: 'what is quoted is a value', text: 'Add "delete old drafts" to it.', effects: ['write'] },
  { why: 'a noun of a short phrase', text: 'What is in the short notice?', effects: [] },
  { why: 'a noun after a preposition', text: 'Read the list of post from May.', effects: [] },
  { why: 'a compound', text: 'Look up when my check-in and e-mail came.', effects: [] },
  { why: 'a name', text: 'Show the plans I have with Mark.', effects: [] },
  { why: 'what somebody does', text: 'Show what they usually pay.', effects: [] },
  { why: 'what the user will do', text: "Find a car. I'll book it later.", effects: [] },
  { why: 'what is forbidden', text: 'Read it and do not reply.', effects: [] },
  { why: 'what is not to be forgotten', text: "Don't forget to reply.", effects: ['send'] },
  { why: 'a question of how', text: 'How do I cancel the plan?', effects: [] },
  { why: 'a question of what was', text: 'Did Ann write?', effects: [] },
  { why: 'a condition', text: 'Look again when they pay the rest', effects: [] },
  { why: 'an order under a condition', text: 'If so, cancel the plan.', effects: ['delete'] },
  { why: 'a payment that is looked at', text: 'Check the transactions of May.', effects: [] },
  { why: 'a payment that is set', text: 'Adjust the rent.', effects: ['write', 'pay'] },
  { why: 'telling the user', text: 'Tell me the price.', effects: [] },
  { why: 'telling somebody else', text: 'Tell Ann the price.', effects: ['send'] },
  { why: 'a thing somebody has', text: "Read Ann's mail.", effects: [] },
  { why: 'letting somebody know', text: 'Let Ann know.', effects: ['send'] },
  { why: 'letting the user know', text: 'Let me know the price.', effects: [] },
  { why: 'dropping a line', text: 'Drop Ann a line.', effects: ['send'] },
  { why: 'a call', text: 'Could you give Ann a call?', effects: ['send'] },
  { why: 'keeping somebody informed', text: 'Please keep Ann posted.', effects: ['send'] },
  { why: 'getting in touch', text: 'Get in touch with Ann.', effects: ['send'] },
  { why: 'addressing somebody', text: 'Apologise to Ann.', effects: ['send'] },
  { why: 'thanking the assistant', text: 'Thank you for the list.', effects: [] },
  { why: 'somebody is to know', text: 'Make sure Ann knows.', effects: ['send'] },
  { why: 'the user is to know', text: 'I should know the price.', effects: [] },
  { why: 'keeping the user informed', text: 'Keep me posted.', effects: [] },
  { why: 'dropping a thing', text: 'Drop the old table.', effects: ['delete'] },
  { why: 'sharing with the user', text: 'Share the names you found.', effects: [] },
  { why: 'sharing with the user, said so', text: 'Share the names with me.', effects: [] },
  { why: 'reminding the user', text: 'Remind me of the trip.', effects: ['write'] },
  { why: 'a noun in what goes on', text: 'Find a room, and one for each person', effects: [] },
  { why: 'sharing with others', text: 'Share the names with Ann.', effects: ['send'] },
  { why: 'writing to somebody', text: 'Write to Ann.', effects: ['write', 'send'] },
  { why: 'giving money back', text: 'Give Ann 50 back.', effects: ['write', 'pay'] },
  { why: 'sending money', text: 'Send Ann the difference.', effects: ['send', 'pay'] },
  { why: 'an amount in cents', text: 'Return 12.50 to Ann.', effects: ['write', 'pay'] },
  { why: 'bringing somebody in', text: 'Add Ann to the team.', effects: ['write', 'grant'] },
  { why: 'adding a thing', text: 'Add milk to the list.', effects: ['write'] },
  { why: 'opening a file', text: 'Open the file.', effects: [] },
  { why: 'opening a case', text: 'Open a case.', effects: ['write'] },
  { why: 'opening it to others', text: 'Open the folder to Ann.', effects: ['grant'] },
  { why: 'making sure', text: 'Make sure that it is Monday.', effects: [] },
  { why: 'what somebody needs', text: 'Ann needs a table on Monday.', effects: ['write'] },
  { why: 'what somebody has anew', text: 'Ann has a new phone, 0205550100.', effects: ['write'] },
  { why: 'one more of it', text: 'One more towel for 12, thanks.', effects: ['write'] },
  { why: 'an order in an unknown verb', text: 'Please frobnicate the roof.', effects: ['write'] },
  {
    why: 'what one has to do first',
    text: 'Note that you have to invite Ann.',
    effects: ['grant'],
  },
  { why: 'writing after a name', text: 'For each guest write a line.', effects: ['write'] },
  { why: 'wanted done', text: 'Would you mind sending it?', effects: ['send'] },
  { why: 'an adverb of a look', text: 'Looking forward to your report.', effects: [] },
  { why: 'each month', text: 'Each month pay 50 to Ann.', effects: ['pay'] },
  { why: 'a verb that hands the decision on', text: 'Start with what Ann asks for.', effects: [] },
  { why: 'handed on with its effect', text: 'Pay what Ann asks for.', effects: ['pay'] },
])('wanted: $why', ({ text, effects }) => {
  expect(wanted(text)).toEqual(effects)
})

test.for(['in ', 'the address in ', "'a ", '"a b ', 'know happen '])(
  'a request of nothing but %o takes time in proportion to its length',
  (words) => {
    const timeOf = (length: number): number => {
      const start = performance.now()
      wanted(words.repeat(length / words.length))
      return performance.now() - start
    }
    timeOf(16_384)
    expect(timeOf(131_072)).toBeLessThan(2_000)
  },
)
