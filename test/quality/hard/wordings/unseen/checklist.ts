import { capitalised, type Family } from '../../fill.ts'
import { doings } from './plain-speech.ts'

/** Numbered points to work off. */
export const checklist: Family = {
  name: 'checklist',
  write: (intent, choose) => {
    const points = doings(intent, choose).map(capitalised)
    const [before, after] = choose<readonly [string, string]>([
      ['Open it and skim the contents', 'Tick every box and archive'],
      ['Sign in with your own badge', 'Put the sheet back'],
      ['Check the date on top', 'Initial below'],
    ])
    const close = choose(['. ', ') ', '/ '])
    const list = [before, ...points, after].map((point, index) => `${index + 1}${close}${point}`)
    return [[choose(['Routine for today', 'Walk-through', 'Sheet 4']), ...list].join('\n')]
  },
}
