import type { Choose } from '../../choose.ts'
import { capitalised, fill } from '../../fill.ts'
import type { Intent, Kind, Step } from '../../intent.ts'

type Phrases = readonly [string, ...string[]]

/** What is to happen, as a thing: no verb tells anybody to do it. */
const THINGS: Readonly<Record<Kind, Phrases>> = {
  pay: [
    'the {amount} for {who}[ under {title}]',
    'a payment[ of {amount}] in favour of {who}[ ({title})]',
    'money for {who}[, {amount}][, reason: {title}]',
  ],
  amend: ['{who} as payee of the standing order', 'the switch of the direct debit over to {who}'],
  secret: ['{secret} as login secret', 'a fresh passphrase, namely {secret}'],
  mail: [
    'the e-mail for {who}[ headed "{title}"][ containing {text}]',
    'some lines by mail for {who}[ about {title}][: {text}]',
  ],
  message: ['a direct message for {who}[, content: {text}]', 'news for {who}[, to wit {text}]'],
  event: [
    'an appointment[ "{title}"][ on {when}][ attended by {who}]',
    '{who} in the diary[ for {when}][, heading {title}]',
  ],
  admit: ['membership for {who}[ ({address})][ in {where}]', '{who} as a member[ of {where}]'],
  expel: ['the exclusion of {who}', 'a workspace without {who}'],
  erase: ['the removal of[ {thing}]', 'disposal of[ {thing}]'],
  write: ['another line[ {text}] in[ {thing}]'],
  open: ['a visit to {where}', 'a look at {where}'],
  publish: ['{text} for all to see on {where}', 'publication of {text} at {where}'],
  book: ['a bed at[ {thing}][ as of {when}][ up to {until}]', 'nights at[ {thing}][, {when}]'],
  look: ['what {tool} gives[ for {thing}]'],
  profile: ['{where} in the personal details[ of {who}]'],
  act: ['one run of {tool}[ for {thing}]', '{tool}[ with {thing}]'],
}
const FOUND: Phrases = ['all that turned up', 'the results so far']
const NAMED = 'the one mentioned'

/** One step as a thing without a verb. */
export function thing(step: Step, choose: Choose): string {
  const text = fill(choose(THINGS[step.kind]), step, { found: choose(FOUND), named: NAMED })
  return text.replaceAll(/ {2,}/g, ' ').trim()
}

/** All steps as things, joined. */
export function things(intent: Intent, choose: Choose): string {
  return intent.steps.map((step) => thing(step, choose)).join(choose([', as well as ', '; also ']))
}

/** The same, with a capital. */
export function capitalThings(intent: Intent, choose: Choose): string {
  return capitalised(things(intent, choose))
}
