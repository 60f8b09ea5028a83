import { capitalised, type Family } from '../../fill.ts'
import { commands } from './english.ts'

/** Rows of a Markdown table. */
export const markdownRow: Family = {
  name: 'markdown-row',
  write: (intent, choose) => {
    const [head, rule, row] = choose<
      readonly [string, string, (step: string, at: number) => string]
    >([
      ['| no | action | status |', '|---|---|---|', (step, at) => `| ${at} | ${step} | open |`],
      ['| task | who |', '|:--|:--|', (step) => `| ${step} | assistant |`],
      ['| prio | next step | done |', '|--|--|--|', (step, at) => `| ${at} | ${step} | no |`],
    ])
    const rows = commands(intent, choose).map((step, index) => row(capitalised(step), index + 1))
    const hasHead = choose([true, true, false])
    return [[...(hasHead ? [head, rule] : []), ...rows].join('\n')]
  },
}
