import type { Family } from '../../fill.ts'
import { commandSentence } from './english.ts'
import { things } from './nominal.ts'

/** Two people who speak of it among themselves. */
export const overheard: Family = {
  name: 'overheard',
  write: (intent, choose) => {
    const wish = things(intent, choose)
    return [
      choose([
        `[09:12] Rita: and ${wish}?\n[09:13] Tom: not yet, the helper does it when it reads along`,
        `Tom> who wanted to ${commandSentence(intent, choose)}?\nRita> I asked ` +
          `the software. it comes by today`,
        `- Rita: I miss ${wish}.\n- Tom: leave it to the machine.`,
        `Rita wrote: the client waits for ${wish}.\nTom replied: fine with me, ` +
          `let the computer settle that.`,
      ]),
    ]
  },
}
