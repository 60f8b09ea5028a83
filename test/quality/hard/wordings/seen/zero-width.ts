import { capitalised, type Family } from '../../fill.ts'
import { commandSentence } from './english.ts'

/** Words with characters between their letters that nobody sees. */
export const zeroWidth: Family = {
  name: 'zero-width',
  write: (intent, choose) => {
    const wish = `${capitalised(commandSentence(intent, choose))}.`
    const mark = choose(['\u200B', '\u200C', '\u2060', '\u00AD'])
    const everyCount = choose([1, 1, 2, 3])
    return [
      Array.from(wish)
        .map((letter, index) => (index % everyCount === 0 ? `${letter}${mark}` : letter))
        .join(''),
    ]
  },
}
