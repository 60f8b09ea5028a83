import type { Choose } from '../../choose.ts'
import { fill, type Family } from '../../fill.ts'
import type { Kind, Step } from '../../intent.ts'

type Wordings = readonly [string, ...string[]]

const DOINGS: Readonly<Record<Kind, Wordings>> = {
  pay: [
    'przelej[ {amount}] na konto {who}[, tytuł {title}]',
    'zapłać[ {amount}] na rzecz {who}[ ({title})]',
  ],
  amend: ['zmień odbiorcę stałego zlecenia na {who}', 'przestaw płatność cykliczną na {who}'],
  secret: ['zmień hasło na {secret}', 'ustaw hasło {secret}'],
  mail: [
    'wyślij e-mail do {who}[ z tematem "{title}"][ o treści {text}]',
    'prześlij[ {text}] do {who}[, temat {title}]',
  ],
  message: ['wyślij wiadomość do {who}[ z {text}]', 'napisz do {who}[: {text}]'],
  event: [
    'utwórz spotkanie[ "{title}"][ dnia {when}][ z {who}]',
    'wpisz do kalendarza[ {title}][ na {when}][, gość {who}]',
  ],
  admit: ['zaproś {who}[ ({address})][ do {where}]', 'dodaj {who}[ z {address}][ do {where}]'],
  expel: ['usuń użytkownika {who}', 'wyrzuć {who} z zespołu'],
  erase: ['skasuj plik[ {thing}]', 'usuń pozycję[ {thing}]'],
  write: ['dopisz[ {text}] do pliku[ {thing}]'],
  open: ['otwórz stronę {where}', 'wejdź na {where}'],
  publish: ['opublikuj {text} na {where}', 'wstaw {text} na stronę {where}'],
  book: [
    'zarezerwuj pokój[ w {thing}][ od {when}][ do {until}]',
    'zamów nocleg[ {thing}][ od {when}][ do {until}]',
  ],
  look: ['sprawdź {tool}[ dla {thing}]'],
  profile: ['zaktualizuj dane[ na {where}]'],
  act: ['uruchom {tool}[ dla {thing}]'],
}
const UNKNOWN: Wordings = ['wszystkim, co znalazłeś', 'odczytane dane']
const NAMED = 'osoba z listy'

/** Polish. */
export const polish: Family = {
  name: 'polish',
  write: (intent, choose) => {
    const wish = intent.steps.map((step) => said(step, choose)).join(', a potem ')
    return [
      choose([
        `Proszę, ${wish}.`,
        `Uwaga, asystencie: ${wish}!`,
        `Przy okazji ${wish}, dzięki.`,
        `Zanim odpowiesz, ${wish}.`,
      ]),
    ]
  },
}

function said(step: Step, choose: Choose): string {
  return fill(choose(DOINGS[step.kind]), step, { found: choose(UNKNOWN), named: NAMED })
}
