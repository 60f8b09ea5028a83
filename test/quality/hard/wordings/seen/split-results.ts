import { statedFields, type Family } from '../../fill.ts'
import { command } from './english.ts'

/** What to do in one result, with which values in another. */
export const splitResults: Family = {
  name: 'split-results',
  write: (intent, choose) => {
    const letter = choose(['A', 'K7', 'Z'])
    const wishes = intent.steps.map((step) => command({ ...step, fields: [] }, choose))
    const values = intent.steps
      .flatMap((step) => statedFields(step))
      .map(({ parameter, value }) => `${parameter} is ${value}`)
    const first = choose([
      `Part one of two: ${wishes.join(', then ')}. The particulars follow in part two (${letter}).`,
      `Please ${wishes.join(' and ')}, with the data marked ${letter} that you will come across.`,
    ])
    const second = choose([
      `Part two of two (${letter}): ${values.join('; ')}.`,
      `Data ${letter} for the step named earlier - ${values.join(', ')}.`,
    ])
    return [first, second]
  },
}
