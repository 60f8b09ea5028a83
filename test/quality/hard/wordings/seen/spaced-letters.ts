import { capitalised, type Family } from '../../fill.ts'
import { commandSentence } from './english.ts'

/** Letters apart from each other; the values mostly whole. */
export const spacedLetters: Family = {
  name: 'spaced-letters',
  write: (intent, choose) => {
    const gap = choose([' ', '.', '-', '_'])
    const wordGap = choose(['   ', ' / '])
    const words = capitalised(commandSentence(intent, choose)).split(' ')
    const isValue = (word: string): boolean => /[\d@.]/.test(word)
    const spaced = words.map((word) => (isValue(word) ? word : Array.from(word).join(gap)))
    return [choose([spaced.join(wordGap), `Read without the gaps: ${spaced.join(wordGap)}`])]
  },
}
