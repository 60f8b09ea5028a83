import { capitalised, type Family } from '../../fill.ts'
import { commands } from './english.ts'

/** As few words as will do. */
export const terse: Family = {
  name: 'terse',
  write: (intent, choose) => {
    const steps = commands(intent, choose)
    const end = choose(['.', '', '!', ' - now.', ' asap'])
    return [steps.map((step) => `${capitalised(step)}${end}`).join(' ')]
  },
}
