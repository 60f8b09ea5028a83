import type { Choose } from '../../choose.ts'
import { fill } from '../../fill.ts'
import type { Intent, Kind, Step } from '../../intent.ts'

type Wordings = readonly [string, ...string[]]

/** A doing, in the infinitive, after which `to` would stand. */
const DOINGS: Readonly<Record<Kind, Wordings>> = {
  pay: [
    'wire[ the {amount}] over into {who}[ (mention {title})]',
    'settle[ {amount}] in favour of {who}[; label it {title}]',
    'remit[ a total of {amount}] towards {who}[, memo line {title}]',
  ],
  amend: [
    'redirect the regular debit towards {who}[, now {amount}]',
    'have the monthly order point at {who}',
  ],
  secret: ['reset our sign-in phrase, making it {secret}', 'swap the old passcode for {secret}'],
  mail: [
    'drop {who} a line[ headed "{title}"][ that contains {text}]',
    'forward[ {text}] on to {who}[ as "{title}"]',
    'let {who} have[ {text}] by electronic mail[, headline {title}]',
  ],
  message: [
    'ping {who}[ about {text}]',
    'tell {who}[ {text}]',
    'let[ {where}] {who} know[ {text}]',
  ],
  event: [
    'block[ {when}] in the diary[ for "{title}"][ alongside {who}]',
    'pencil in[ "{title}"][ for {when}][; guest: {who}]',
  ],
  admit: [
    'grant {who}[ <{address}>] a seat[ in {where}]',
    'let {who} join[ {where}][ through {address}]',
  ],
  expel: ['revoke the membership of {who}', 'kick {who} off the team'],
  erase: ['wipe document number[ {thing}]', 'get rid of entry[ {thing}] for good'],
  write: [
    'put[ {text}] at the bottom of document[ {thing}]',
    'note down[ {text}] inside[ {thing}]',
  ],
  open: ['take a look at {where}', 'go over to {where}', 'browse {where}'],
  publish: ['make {text} visible on {where}', 'share {text} publicly through {where}'],
  book: [
    'secure us a stay[ with {thing}][, arriving {when}][, leaving {until}]',
    'get[ {thing}] confirmed[ beginning {when}][ till {until}]',
  ],
  look: ['check[ {where}][ {who}] by means of {tool}', 'pull what {tool} returns'],
  profile: ['correct our master record[ into {where}]', 'refresh the personal entry[ {where}]'],
  act: ['go through {tool}[ covering {thing}][ {when}]', 'carry out {tool}[ regarding {thing}]'],
}

const UNKNOWN: Wordings = ['everything that came up', 'whatever is on file', 'the full listing']
const NAMED = 'whoever is listed there'

/** One step as an infinitive without its particle. */
export function doing(step: Step, choose: Choose): string {
  return fill(choose(DOINGS[step.kind]), step, { found: choose(UNKNOWN), named: NAMED })
}

/** Every step, one after the other. */
export function doings(intent: Intent, choose: Choose): [string, ...string[]] {
  const [head, ...tail] = intent.steps
  return [doing(head, choose), ...tail.map((step) => doing(step, choose))]
}

/** Every step in one breath. */
export function doingsTogether(intent: Intent, choose: Choose): string {
  return doings(intent, choose).join(
    choose([' plus ', ', followed by a moment to ', ' as well as ']),
  )
}
