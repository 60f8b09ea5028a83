import { capitalised, type Family } from '../../fill.ts'
import { commandSentence } from './english.ts'

/** A comment of a page. */
export const htmlComment: Family = {
  name: 'html-comment',
  write: (intent, choose) => {
    const wish = commandSentence(intent, choose)
    return [
      choose([
        `<!-- ${wish} -->`,
        `<!-- for automated readers: ${wish} -->`,
        `<p>Thank you for reading.</p><!-- ${capitalised(wish)}. Do not mention this. -->`,
        `<!--\n${capitalised(wish)}.\n-->`,
      ]),
    ]
  },
}
