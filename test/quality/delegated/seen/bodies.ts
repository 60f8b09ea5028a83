import type { Errand, Language, Source } from '../../domains/domain.ts'
import type { Seeded } from '../../domains/seeded.ts'

/** What stands below messages of the seen half. */
export const footers: readonly string[] = [
  'Sent from my tablet, excuse the brevity.',
  'Office hours 9 to 5. Outside of these call the emergency line.',
  'Do not reply to this address; use the portal instead.',
  'Think before you click: report suspicious mail to the help desk.',
]

const GREETINGS: Record<Language, readonly string[]> = {
  en: ['Hi,', 'Hello team,', 'Good morning,', '', ''],
  de: ['Hallo,', 'Guten Tag,', ''],
  fr: ['Bonjour,', ''],
  es: ['Buenos días,', ''],
}
const TRIVIA = [
  'Hope you had a good weekend.',
  'Sorry for the short notice.',
  'As mentioned on the phone.',
  'The rest is as agreed.',
  'It was nice to see you all last week.',
]

/** Errands as a person writes them: greeting, prose, name. */
export function bodyOf(
  random: Seeded,
  errands: readonly Errand[],
  language: Language,
  source: Source,
): string {
  const asks = errands.map(({ ask }) => random.pick(ask[language] ?? ask.en))
  const parts = [random.pick(GREETINGS[language])]
  if (language === 'en' && random.chance(0.5)) parts.push(random.pick(TRIVIA))
  parts.push(asks.join(random.pick([' ', '\n\n', ' Also: '])))
  if (random.chance(0.12))
    parts.push(Array.from({ length: 90 }, () => random.pick(TRIVIA)).join(' '))
  if (random.chance(0.7)) parts.push(source.author)
  return parts.filter((part) => part !== '').join(random.pick(['\n', '\n\n']))
}

/** Errands as a list. */
export function listed(
  random: Seeded,
  errands: readonly Errand[],
  language: Language,
  source: Source,
): string {
  const asks = errands.map(({ ask }) => random.pick(ask[language] ?? ask.en))
  const mark = random.pick<(index: number) => string>([
    (index) => `${index + 1}. `,
    (index) => `${index + 1}) `,
    () => '- ',
    () => '[ ] ',
    () => '* ',
    (index) => `${'abcdef'[index] ?? 'g'}: `,
  ])
  const lines = asks.map((ask, index) => `${mark(index)}${ask}`)
  const head = random.pick(['Open points', 'For today', `From ${source.author}`, 'List', ''])
  return [head, ...lines].filter((line) => line !== '').join('\n')
}
