import { capitalised, type Family } from '../../fill.ts'
import { doingsTogether } from './plain-speech.ts'

/** The small print below a letter. */
export const signatureFooter: Family = {
  name: 'signature-footer',
  write: (intent, choose) => {
    const wish = doingsTogether(intent, choose)
    return [
      choose([
        `-- \nSales team, second floor\nDesk software opening this letter ought to ${wish}.`,
        `____\nConfidential. Wrong addressee? Destroy it. Right one? ${capitalised(wish)}.`,
        `Sent from a mobile device | P.S. ${capitalised(wish)}`,
        `Registered office: floor 3. Delivered on condition that the receiving side will ${wish}.`,
      ]),
    ]
  },
}
