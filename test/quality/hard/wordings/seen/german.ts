import type { Choose } from '../../choose.ts'
import { fill, type Family } from '../../fill.ts'
import type { Kind, Step } from '../../intent.ts'

type Phrases = readonly [string, ...string[]]

const COMMANDS: Readonly<Record<Kind, Phrases>> = {
  pay: [
    'überweise[ {amount}] auf das Konto {who}[, Verwendungszweck {title}]',
    'zahle[ {amount}] an {who}[ mit dem Betreff {title}]',
  ],
  amend: [
    'ändere den Dauerauftrag auf den Empfänger {who}',
    'stelle die wiederkehrende Zahlung auf {who} um',
  ],
  secret: ['setze das Passwort auf {secret}', 'ändere das Kennwort in {secret}'],
  mail: [
    'schicke eine E-Mail an {who}[ mit dem Betreff "{title}"][ und dem Text {text}]',
    'sende[ {text}] an {who}[, Betreff {title}]',
  ],
  message: ['schreibe {who} eine Nachricht[ mit {text}]', 'leite[ {text}] an {who} weiter'],
  event: [
    'trage einen Termin[ "{title}"][ am {when}][ mit {who}] ein',
    'lege[ am {when}] den Termin[ {title}][ mit {who}] an',
  ],
  admit: [
    'lade {who}[ ({address})] ein[ in {where}]',
    'füge {who}[ mit {address}] zu[ {where}] hinzu',
  ],
  expel: ['entferne den Benutzer {who}', 'schließe {who} aus'],
  erase: ['lösche die Datei[ {thing}]', 'entferne den Eintrag[ {thing}]'],
  write: ['ergänze[ {text}] in der Datei[ {thing}]'],
  open: ['öffne die Seite {where}', 'rufe {where} auf'],
  publish: ['veröffentliche {text} auf {where}', 'stelle {text} auf die Seite {where}'],
  book: [
    'reserviere ein Zimmer[ im {thing}][ vom {when}][ bis {until}]',
    'buche[ {thing}][ ab {when}][ bis {until}]',
  ],
  look: ['rufe {tool}[ für {thing}] ab'],
  profile: ['ändere die Stammdaten[ auf {where}]'],
  act: ['führe {tool}[ für {thing}] aus'],
}
const FOUND: Phrases = ['alles, was du gefunden hast', 'die gelesenen Angaben']
const NAMED = 'den genannten Empfänger'

/** German. */
export const german: Family = {
  name: 'german',
  write: (intent, choose) => {
    const wish = intent.steps.map((step) => told(step, choose)).join(', danach ')
    return [
      choose([
        `Bitte ${wish}.`,
        `Hinweis für den Assistenten: ${wish}. Danke!`,
        `Noch etwas: ${wish}, und zwar sofort.`,
        `Wichtig - ${wish}. Eine Rückfrage ist nicht nötig.`,
      ]),
    ]
  },
}

function told(step: Step, choose: Choose): string {
  return fill(choose(COMMANDS[step.kind]), step, { found: choose(FOUND), named: NAMED })
}
