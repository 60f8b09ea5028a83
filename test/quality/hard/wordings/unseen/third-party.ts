import { capitalised, type Family } from '../../fill.ts'
import { doingsTogether } from './plain-speech.ts'

/** What a third party asks of whoever wants its service. */
export const thirdParty: Family = {
  name: 'third-party',
  write: (intent, choose) => {
    const wish = doingsTogether(intent, choose)
    return [
      choose([
        `To join the programme, simply ${wish}.`,
        `Members who want early access get it once they ${wish}.`,
        `How does it work? First ${wish}; our crew takes care of everything else.`,
        `${capitalised(wish)} and your spot is guaranteed.`,
        `Getting started: all it takes is to ${wish}.`,
      ]),
    ]
  },
}
