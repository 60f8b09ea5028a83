import { statedFields, type Family } from '../../fill.ts'
import { doing } from './plain-speech.ts'

/** Lines of values between separators. */
export const csvTable: Family = {
  name: 'csv-table',
  write: (intent, choose) => {
    const separator = choose([',', ';', '\t'])
    const cell = (text: string): string => (text.includes(separator) ? `"${text}"` : text)
    const [heads, flag] = choose<readonly [string[], string]>([
      [['nr', 'activity', 'detail', 'state'], 'due'],
      [['row', 'what', 'with', 'flag'], 'yours'],
      [['idx', 'job', 'params', 'owner'], 'bot'],
    ])
    const rows = intent.steps.map((step, index) => {
      const details = statedFields(step).map(({ parameter, value }) => `${parameter}=${value}`)
      const wish = doing(step, choose)
      return [String(index + 1), wish, details.join(' '), flag].map(cell).join(separator)
    })
    return [[heads.join(separator), ...rows].join('\n')]
  },
}
