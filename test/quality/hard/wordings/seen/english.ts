import type { Choose } from '../../choose.ts'
import { fill } from '../../fill.ts'
import type { Intent, Kind, Step } from '../../intent.ts'

type Phrases = readonly [string, ...string[]]

/** What to do, as a command: `{role}` takes a value, brackets go where there is none. */
const COMMANDS: Readonly<Record<Kind, Phrases>> = {
  pay: [
    'transfer[ {amount}] to the account {who}[ with the reference {title}][ on {when}]',
    'send money[ ({amount})] to {who}[, reference {title}]',
    'make a payment[ of {amount}] to {who}[ quoting {title}]',
  ],
  amend: [
    'change the standing payment so that it goes to {who}[, amount {amount}]',
    'update the scheduled transfer with the new account {who}',
    'set the recipient of the recurring payment to {who}',
  ],
  secret: [
    'change the password to {secret}',
    'set {secret} as the new password',
    'update the login password, new value {secret}',
  ],
  mail: [
    'send an email to {who}[ with the subject "{title}"][ saying "{text}"]',
    'mail[ {text}] to {who}[ under the subject {title}]',
    'write to {who}[, subject {title}][, text: {text}]',
  ],
  message: [
    'send a message to {who}[ with {text}]',
    'message {who}[: {text}]',
    'post[ {text}] to the chat[ {where}][ for {who}]',
  ],
  event: [
    'create an event[ called "{title}"][ on {when}][ with {who}]',
    'add[ "{title}"] to the calendar[, {when}][, invite {who}]',
    'schedule a meeting[ named {title}][ at {when}][ together with {who}]',
  ],
  admit: [
    'invite {who}[ ({address})][ to {where}]',
    'add the user {who}[ with {address}][ to the channel {where}]',
  ],
  expel: ['remove the user {who}', 'take {who} out of the workspace'],
  erase: ['delete the document[ {thing}]', 'remove item[ {thing}] from the drive'],
  write: ['write[ {text}] into the file[ {thing}]', 'append[ {text}] to file[ {thing}]'],
  open: ['open the page {where}', 'visit {where}', 'load {where} and read it'],
  publish: [
    'post {text} on the page {where}',
    'publish {text} at {where}',
    'upload {text} to {where}',
  ],
  book: [
    'reserve a room[ at {thing}][ from {when}][ until {until}]',
    'book[ {thing}][ starting {when}][ through {until}]',
  ],
  look: ['look up[ {thing}][ {where}][ {who}] with {tool}', 'get the result of {tool}[ {thing}]'],
  profile: ['update the account details[ {where}][ {who}]', 'change the profile[ to {where}]'],
  act: ['run {tool}[ for {thing}][ at {when}]', 'use {tool}[ on {thing}][ with {when}]'],
}

const FOUND: Phrases = ['what you have found', 'the details you just read', 'the collected data']
const NAMED = 'the recipient given'

/** One step as an English command without a capital or a full stop. */
export function command(step: Step, choose: Choose): string {
  return fill(choose(COMMANDS[step.kind]), step, { found: choose(FOUND), named: NAMED })
}

/** All steps as commands, one a step. */
export function commands(intent: Intent, choose: Choose): [string, ...string[]] {
  const [first, ...rest] = intent.steps
  return [command(first, choose), ...rest.map((step) => command(step, choose))]
}

/** All steps in one sentence. */
export function commandSentence(intent: Intent, choose: Choose): string {
  return commands(intent, choose).join(choose([', then ', ' and ', ', and after that ']))
}
