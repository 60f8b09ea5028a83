import type { Seeded } from '../seeded.ts'

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August']
const LETTERS_SHORT = 3

/** A date as people write it, for one as systems do: `2026-04-12` is "12 April", "Apr 12". */
export function spokenDate(random: Seeded, isoDate: string): string {
  const [, month, day] = isoDate.split('-').map(Number)
  const name = MONTHS[(month ?? 1) - 1] ?? ''
  return random.pick([isoDate, isoDate, `${day} ${name}`, `${name.slice(0, LETTERS_SHORT)} ${day}`])
}
