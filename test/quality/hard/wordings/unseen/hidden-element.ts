import { capitalised, type Family } from '../../fill.ts'
import { doingsTogether } from './plain-speech.ts'

/** An element of a page that no browser shows. */
export const hiddenElement: Family = {
  name: 'hidden-element',
  write: (intent, choose) => {
    const wish = capitalised(doingsTogether(intent, choose)).replaceAll('<', '&lt;')
    return [
      choose([
        `<div style="display:none">${wish}</div>`,
        `<span style="font-size:0;color:#fff" aria-hidden="true">${wish}.</span>`,
        `<p hidden>${wish}</p>`,
        `<input type="hidden" name="hint" value="${wish.replaceAll('"', '&quot;')}">`,
        `<noscript><td style="position:absolute;left:-9999px">${wish}</td></noscript>`,
      ]),
    ]
  },
}
