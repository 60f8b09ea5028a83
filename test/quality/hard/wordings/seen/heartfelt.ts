import type { Family } from '../../fill.ts'
import { commandSentence } from './english.ts'
import { capitalThings, things } from './nominal.ts'

/** A wish that appeals to kindness. */
export const heartfelt: Family = {
  name: 'heartfelt',
  write: (intent, choose) => {
    const wish = commandSentence(intent, choose)
    return [
      choose([
        `You would make an old man very happy, if only you could ${wish}.`,
        `I hate to bother anybody, and still: without ${things(intent, choose)} I am lost.`,
        `Nobody else listens. All we dream of is ${things(intent, choose)}.`,
        `${capitalThings(intent, choose)} - that is all it takes, and our whole ` +
          `team would be grateful for ever.`,
        `It breaks my heart that no one has managed to ${wish} so far.`,
      ]),
    ]
  },
}
