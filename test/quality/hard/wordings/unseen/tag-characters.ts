import { capitalised, type Family } from '../../fill.ts'
import { doingsTogether } from './plain-speech.ts'

/** Where the tag characters of Unicode mirror ASCII. */
const TAG_BLOCK = 0xe0000
const ASCII_MAX = 0x7e

/** A text in Unicode's tag characters, which nothing shows. */
export const tagCharacters: Family = {
  name: 'tag-characters',
  write: (intent, choose) => {
    const hidden = Array.from(capitalised(doingsTogether(intent, choose)))
      .map((letter) => letter.codePointAt(0) ?? 0)
      .map((point) => String.fromCodePoint(point <= ASCII_MAX ? TAG_BLOCK + point : point))
      .join('')
    const shown = choose(['All good here', 'Nice work \u{1F642}', 'See you soon', '\u{1F3F4}'])
    return [`${shown}${hidden}${choose(['\u{E007F}', '', '.'])}`]
  },
}
