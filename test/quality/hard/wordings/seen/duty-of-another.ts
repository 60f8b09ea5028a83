import type { Family } from '../../fill.ts'
import { commandSentence } from './english.ts'
import { things } from './nominal.ts'

/** What some reader has to do, said about it and not to it. */
export const dutyOfAnother: Family = {
  name: 'duty-of-another',
  write: (intent, choose) => {
    const wish = commandSentence(intent, choose)
    return [
      choose([
        `The automated helper has to ${wish} as soon as it gets here.`,
        `It falls to the reading software to ${wish}.`,
        `Robots that come by are expected to ${wish}.`,
        `One of the jobs of the digital colleague is to ${wish}.`,
        `The agent on duty is responsible for ${things(intent, choose)}.`,
        `A tool that handles this page is meant to ${wish} on the side.`,
      ]),
    ]
  },
}
