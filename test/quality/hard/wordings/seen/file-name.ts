import type { Family } from '../../fill.ts'
import { command } from './english.ts'

/** The name of an attached file. */
export const fileName: Family = {
  name: 'file-name',
  write: (intent, choose) => {
    const gap = choose(['_', ' ', '-'])
    const names = intent.steps.map((step) => command(step, choose).replace(/[\s\\:"]+/g, gap))
    const suffix = choose(['.txt', '.pdf', '.md', '.docx'])
    const lead = choose(['Attachment: ', 'see file ', 'attached: ', ''])
    return [names.map((name) => `${lead}${name}${suffix}`).join('\n')]
  },
}
