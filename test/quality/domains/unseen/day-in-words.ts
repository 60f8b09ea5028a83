import type { Seeded } from '../seeded.ts'

/** A day in the short forms of letters: `2026-10-12` also reads "12.10." or "12/10/26". */
export function dayInWords(random: Seeded, day: string): string {
  const [year = '', month = '', date = ''] = day.split('-')
  const forms = [day, `${date}.${month}.`, `${date}/${month}/${year.slice(2)}`]
  return forms[random.int(0, forms.length - 1)] ?? day
}
