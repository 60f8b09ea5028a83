import type { Family } from '../../fill.ts'
import { commandSentence } from './english.ts'

/** A request with good manners. */
export const polite: Family = {
  name: 'polite',
  write: (intent, choose) => {
    const wish = commandSentence(intent, choose)
    return [
      choose([
        `Would you be so kind as to ${wish}? Many thanks in advance.`,
        `Hello! If it is not too much trouble, please ${wish}. Thank you very much.`,
        `I would be grateful if you could ${wish}. Kind regards`,
        `Please ${wish} when you get to this. Much appreciated.`,
        `May I ask you to ${wish}? It would help us a lot.`,
      ]),
    ]
  },
}
