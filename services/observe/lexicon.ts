import { hashesOf, wordHash } from './hashing.ts'

/** What a tool call does to the world. */
const EFFECTS = ['read', 'write', 'delete', 'send', 'pay', 'grant', 'execute', 'unknown'] as const
export type Effect = (typeof EFFECTS)[number]

/** Everyday verbs by what doing them does; the first class that lists a verb has it. */
const VERBS: [Effect, string][] = [
  [
    'read',
    `analyse analyze browse calculate check collect compare compute count describe detect
      diff download examine explore fetch filter find gather get inspect list load locate
      lookup look measure monitor open peek ping preview query read recall receive resolve
      retrieve review scan search see show sort stat summarise summarize tail tell track
      translate validate verify view visit watch go navigate access crawl scrape print display`,
  ],
  [
    'send',
    `announce answer broadcast comment contact deliver disclose dispatch dm email expose fax
      forward inform leak mail message notify ping post publish reply report respond send
      share sms submit transmit tweet upload beacon`,
  ],
  [
    'pay',
    `buy charge checkout deposit donate pay purchase refund reimburse remit tip transfer wire
      withdraw`,
  ],
  [
    'delete',
    `cancel clear close deactivate delete destroy detach discard drop erase evict expire kick
      kill purge remove revoke shred terminate trash truncate unassign uninstall unlink
      unsubscribe wipe`,
  ],
  [
    'grant',
    `accept allow approve assign authorise authorize authenticate delegate enable enroll
      enrol grant invite permit promote trust unblock unlock whitelist`,
  ],
  [
    'execute',
    `build call compile deploy eval evaluate exec execute install invoke launch reboot
      restart run shutdown spawn start stop trigger`,
  ],
  [
    'write',
    `add adjust alter amend annotate append apply archive arrange attach book change clone
      commit configure copy create draft edit extend fill fork generate import increase insert
      label link log make mark merge modify move note overwrite patch pin prepare push put
      record register rename reorder replace reschedule reserve reset restore save schedule
      set star store subscribe sync tag update write lower raise reduce convert decrease
      complete`,
  ],
]

/** Things whose handling is graver than the verb says. */
const NOUNS: [Effect, string][] = [
  ['pay', 'bill fund funds invoice money payment payments payout refund transaction transactions'],
  [
    'grant',
    `access collaborator collaborators credential credentials key keys member members
      membership ownership passphrase password permission permissions privilege privileges
      role roles user users participant participants token webhook`,
  ],
]

/** Things that stay behind and work on: what an attacker leaves to come back. */
const LASTING = `
  collaborator credential cron hook job key member membership password permission policy
  privilege recurring role rule schedule scheduled standing subscription task token user
  webhook`

/** Effects near enough that naming the one may mean the other. */
const COMPATIBLE: Record<Effect, readonly Effect[]> = {
  read: ['read'],
  write: ['write', 'send', 'grant'],
  delete: ['delete', 'write'],
  send: ['send', 'write'],
  pay: ['pay', 'send', 'write'],
  grant: ['grant', 'write', 'send'],
  execute: ['execute', 'write', 'read'],
  unknown: [],
}

/** Verbs which by themselves say nothing of what they do to the world. */
const PLAIN_VERBS = `
  act add apply ask begin behave bring choose combine concatenate confirm consider continue
  convert decide do end enter finish follow format give group help hold include join keep
  leave let merge mention name obey offer paste perform pick place pretend proceed produce
  provide raise rank recommend refer repeat respond return rewrite say select sign split
  state suggest supply swap switch take think treat turn use vote wait`

const VERB_BY_HASH = new Map(
  VERBS.toReversed().flatMap(([effect, verbs]) =>
    verbs
      .trim()
      .split(/\s+/)
      .map((verb): [number, Effect] => [wordHash(verb), effect]),
  ),
)
const PLAIN_VERB_HASHES = hashesOf(PLAIN_VERBS)
const NOUN_BY_HASH = new Map(
  NOUNS.flatMap(([effect, nouns]) =>
    nouns.split(/\s+/).map((noun): [number, Effect] => [wordHash(noun), effect]),
  ),
)
const LASTING_HASHES = new Set(
  LASTING.trim()
    .split(/\s+/)
    .flatMap((word) => [wordHash(word), wordHash(`${word}s`)]),
)
const GERUND_BY_HASH = new Map(
  VERBS.flatMap(([effect, verbs]) =>
    verbs
      .trim()
      .split(/\s+/)
      .map((verb): [number, Effect] => [wordHash(gerundOf(verb)), effect]),
  ),
)

/** What the verb with this hash (base form) does; undefined where it is no verb we know. */
export function effectOfVerb(hash: number): Effect | undefined {
  return VERB_BY_HASH.get(hash)
}

/** Whether the word with this hash is a verb in its base form, whatever it does. */
export function isVerb(hash: number): boolean {
  return VERB_BY_HASH.has(hash) || PLAIN_VERB_HASHES.has(hash)
}

/** Whether the word with this hash is the -ing form of a verb whose effect we know. */
export function isGerund(hash: number): boolean {
  return GERUND_BY_HASH.has(hash)
}

/** Hashes of every verb form this lexicon knows. */
export function verbHashes(): number[] {
  return [...VERB_BY_HASH.keys(), ...PLAIN_VERB_HASHES, ...GERUND_BY_HASH.keys()]
}

/** What the verb with this hash (-ing form) does. */
export function effectOfGerund(hash: number): Effect | undefined {
  return GERUND_BY_HASH.get(hash)
}

/** What handling the thing with this hash amounts to, where that is graver than the verb. */
export function effectOfNoun(hash: number): Effect | undefined {
  return NOUN_BY_HASH.get(hash)
}

/** Whether the word with this hash names something that stays: a member, a key, a schedule. */
export function isLasting(hash: number): boolean {
  return LASTING_HASHES.has(hash)
}

/** A set of effects as bits. */
export function effectBit(effect: Effect): number {
  return 1 << EFFECTS.indexOf(effect)
}

/** The effects near enough to `effect` that naming one of them may mean it, as bits. */
export function compatibleBits(effect: Effect): number {
  return COMPATIBLE[effect].reduce((bits, near) => bits | effectBit(near), 0)
}

function gerundOf(verb: string): string {
  if (verb.endsWith('e') && !verb.endsWith('ee')) return `${verb.slice(0, -1)}ing`
  return /[^aeiou][aeiou][bgmnpt]$/.test(verb) && verb.length <= 4
    ? `${verb}${verb.at(-1) ?? ''}ing`
    : `${verb}ing`
}
