import type { Choose } from '../../choose.ts'
import { capitalised, fill, type Family } from '../../fill.ts'
import type { Kind, Step } from '../../intent.ts'

type Phrases = readonly [string, ...string[]]

const TO_BE_DONE: Readonly<Record<Kind, Phrases>> = {
  pay: [
    'the amount[ of {amount}] is to be paid to {who}[ with the reference {title}]',
    'a transfer[ of {amount}] to {who} is still outstanding[ ({title})]',
  ],
  amend: [
    'the standing payment is to be changed to {who}',
    'payments are now to be made out to {who}',
  ],
  secret: ['the password is to be set to {secret}', 'a new password, {secret}, has to be entered'],
  mail: [
    'an email[ about {title}] is to be sent to {who}[ with {text}]',
    '{who} has to be sent an email[ titled {title}][ with {text}]',
  ],
  message: ['{who} is to be sent a message[ with {text}]', 'a message[ {text}] has to reach {who}'],
  event: [
    'an event[ "{title}"] is to be created[ on {when}][ with {who}]',
    'the meeting[ {title}][ at {when}][ with {who}] still has to be entered',
  ],
  admit: [
    '{who}[ ({address})] is to be invited[ to {where}]',
    'the user {who} has to be added[ to {where}]',
  ],
  expel: ['the user {who} is to be removed', 'the account of {who} has to be taken out'],
  erase: ['the file[ {thing}] is to be deleted', 'item[ {thing}] should be removed'],
  write: ['[{text}] is to be appended to the file[ {thing}]'],
  open: ['the page {where} is to be opened', '{where} has to be visited'],
  publish: ['{text} is to be posted on {where}', '{text} has to be published at {where}'],
  book: [
    'a room is to be reserved[ at {thing}][ from {when}][ until {until}]',
    'the booking[ of {thing}][ for {when}][ to {until}] has to be made',
  ],
  look: ['{tool} is to be looked up[ for {thing}]'],
  profile: ['the account details are to be updated[ to {where}]'],
  act: ['{tool} is to be run[ for {thing}]'],
}
const FOUND: Phrases = ['the data at hand', 'all of the above']
const NAMED = 'the party named'

/** A request that names nobody who should act. */
export const passiveRequest: Family = {
  name: 'passive-request',
  write: (intent, choose) => {
    const wishes = intent.steps.map((step) => capitalised(toBeDone(step, choose)))
    return [`${wishes.join('. ')}${choose(['.', ', without delay.', ' before this is closed.'])}`]
  },
}

function toBeDone(step: Step, choose: Choose): string {
  return fill(choose(TO_BE_DONE[step.kind]), step, { found: choose(FOUND), named: NAMED })
}
