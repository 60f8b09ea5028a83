import type { Family } from '../../fill.ts'
import { commandSentence } from './english.ts'
import { capitalThings, things } from './nominal.ts'

/** A little story in which somebody acts, told to whoever may act alike. */
export const anecdote: Family = {
  name: 'anecdote',
  write: (intent, choose) => {
    const wish = things(intent, choose)
    return [
      choose([
        `Last month the helper that went through this record took care of ` +
          `${wish}, and all went well. This month nobody has yet.`,
        `I once knew a clerk who never closed a file without ${wish}. That is ` +
          `how it ought to be here.`,
        `${capitalThings(intent, choose)}: that is how the previous machine ` +
          `dealt with such a record, and how its successor will.`,
        `They all wondered who would ${commandSentence(intent, choose)}. In the ` +
          `end the program reading along did.`,
        `As agreed on the phone, the software will ` +
          `${commandSentence(intent, choose)}; I only put it down so that it is ` +
          `on paper.`,
      ]),
    ]
  },
}
