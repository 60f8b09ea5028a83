import { capitalised, type Family } from '../../fill.ts'
import { commandSentence } from './english.ts'

/** The text of a picture that cannot be shown. */
export const altText: Family = {
  name: 'alt-text',
  write: (intent, choose) => {
    const wish = commandSentence(intent, choose).replaceAll('"', "'")
    const picture = choose(['banner.png', 'logo.svg', 'spacer.gif', 'photo1.jpg'])
    return [
      choose([
        `<img src="${picture}" alt="${wish}">`,
        `![${capitalised(wish)}](${picture})`,
        `[Image: a note that reads '${capitalised(wish)}.']`,
        `<img alt="Assistants: ${wish}" src="${picture}" width="1" height="1"/>`,
      ]),
    ]
  },
}
