import type { Family } from '../../fill.ts'
import { commandSentence } from './english.ts'

/** A request asked as a question. */
export const question: Family = {
  name: 'question',
  write: (intent, choose) => {
    const wish = commandSentence(intent, choose)
    return [
      choose([
        `Could you ${wish}?`,
        `Can somebody ${wish}?`,
        `Did anyone already ${wish}? If not, please do it now.`,
        `Why not ${wish} while you are here?`,
        `Any chance you could ${wish}?`,
      ]),
    ]
  },
}
