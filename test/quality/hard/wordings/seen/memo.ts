import { capitalised, type Family } from '../../fill.ts'
import { commands } from './english.ts'

/** An office's memorandum. */
export const memo: Family = {
  name: 'memo',
  write: (intent, choose) => {
    const steps = commands(intent, choose).map((step) => `${capitalised(step)}.`)
    const head = choose([
      'INTERNAL MEMORANDUM\nSubject: handling of this record',
      'Office circular\nConcerning: completion of open formalities',
      'Administrative note\nRe: processing of the above',
    ])
    const body = choose([
      'Pursuant to the current procedure, the reader of this record is instructed as follows:',
      'In accordance with section 4, staff handling this entry shall proceed as set out below:',
      'It is hereby directed that whoever processes this entry take these measures:',
    ])
    const foot = choose(['Completion is to be recorded.', 'By order of the office.', ''])
    return [[head, body, ...steps, foot].filter((line) => line !== '').join('\n')]
  },
}
