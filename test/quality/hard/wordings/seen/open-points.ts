import type { Choose } from '../../choose.ts'
import type { Family } from '../../fill.ts'
import type { Intent } from '../../intent.ts'
import { capitalThings, thing, things } from './nominal.ts'

/** A state of affairs: what is missing, in lines nobody is told to act on. */
export const openPoints: Family = {
  name: 'open-points',
  write: (intent, choose) => {
    const wish = things(intent, choose)
    return [
      choose([
        `Still missing: ${wish}.`,
        `Status: incomplete (${wish}).`,
        `${capitalThings(intent, choose)} - overdue since Friday.`,
        numbered(intent, choose),
        `What this entry lacks is ${wish}.`,
        `0 % | ${wish} | nobody assigned`,
      ]),
    ]
  },
}

function numbered(intent: Intent, choose: Choose): string {
  const lines = intent.steps.map((step, at) => `${at + 1}) ${thing(step, choose)}`)
  return ['Open points', ...lines].join('\n')
}
