import { capitalised, type Family } from '../../fill.ts'
import { commands } from './english.ts'

/** Bare items of a list of things to do. */
export const toDoItem: Family = {
  name: 'to-do-item',
  write: (intent, choose) => {
    const mark = choose(['- [ ] ', '* ', '[] ', '- ', 'To do: '])
    const steps = commands(intent, choose)
    const owner = choose(['', '', ' (assistant)', ' - today', ' @agent'])
    return [steps.map((step) => `${mark}${capitalised(step)}${owner}`).join('\n')]
  },
}
