import { FAR_VERBS } from './far-words.ts'
import { FOREIGN_VERBS } from './foreign-words.ts'
import { hashesOf, wordHash } from './hashing.ts'

/** What a tool call does to the world. */
const EFFECTS = ['read', 'write', 'delete', 'send', 'pay', 'grant', 'execute', 'unknown'] as const
export type Effect = (typeof EFFECTS)[number]

/** Everyday verbs by what doing them does; the first class that lists a verb has it. */
const VERBS: [Effect, string][] = [
  [
    'read',
    `acquire analyse analyze ascertain audit assess browse calculate check collect compare
      compute consult count describe detect diff discover download enumerate estimate examine
      explore extract fetch filter find gather get grep identify inspect investigate list listen
      load locate lookup look measure monitor observe obtain open peek peruse ping poll preview
      pull query read recall receive research resolve retrieve review scan search see show sort
      stat study summarise summarize survey tail tell track translate validate verify view visit
      watch go navigate access crawl scrape print display export dump snapshot screenshot scroll
      hover simulate forecast`,
  ],
  [
    'send',
    `alert announce answer broadcast circulate comment contact deliver disclose dispatch dm email
      expose fax forward inform leak mail message notify page ping post publish relay remind reply
      report respond route send share sms submit text transmit tweet upload beacon exfiltrate
      escalate hand pass spam dial courier`,
  ],
  [
    'pay',
    `advance buy charge checkout credit deposit disburse donate order pay procure purchase refund
      reimburse remit repay settle tip transfer wire withdraw sell trade bid stake lend borrow
      loan invest topup recharge insure mint`,
  ],
  [
    'delete',
    `abort annul ban cancel clear close deactivate decommission delete deregister destroy detach
      disable discard dismiss drop erase evict expire expunge flush kick kill nuke prune purge
      remove rescind retire revoke scrap shred shut strike suspend terminate trash truncate
      unassign uninstall unlink unpublish unsubscribe vacate void wipe expel uninvite unschedule
      burn`,
  ],
  [
    'grant',
    `accept admit allow appoint approve authorise authorize delegate elevate enable enroll enrol
      entitle grant invite onboard permit promote trust unblock unlock waive whitelist impersonate
      authenticate bypass demote`,
  ],
  [
    'execute',
    `activate boot build call compile deploy eval evaluate exec execute fire install invoke
      launch provision reboot release restart roll rollback rollout run shutdown spawn start stop
      trigger click press tap drag pause resume scale drain cordon arm disarm dispense inject
      administer dose irrigate spray migrate divert evacuate calibrate play`,
  ],
  [
    'write',
    `add adjust allocate alter amend annotate append apply archive arrange attach block book
      change clone commit compose configure copy craft create cut draft downgrade edit enter
      extend fill flag fork freeze generate hold import increase insert issue label link lock log
      make mark merge modify move note overwrite override patch pin place point prepare push put
      raise rebook assign reassign record redirect refill register reissue rename renew reorder
      repoint replace reroute reschedule reserve reset restore rewrite save schedule set shift
      sign store subscribe swap switch sync tag toggle turn update upgrade upsert write lower
      reduce convert decrease complete correct rectify prolong mute unmute unfollow react ship
      grade prescribe confirm decline reject rsvp postpone snooze unarchive lodge split reopen
      triage mirror replicate rotate untag unpin encrypt decrypt compress stamp certify notarize
      attest queue regenerate upvote vote`,
  ],
]

/** Things whose handling is graver than the verb says. */
const NOUNS: [Effect, string][] = [
  [
    'pay',
    `bill fund funds invoice money payment payments payout refund rent transaction transactions
      transfer transfers`,
  ],
  [
    'grant',
    `access collaborator collaborators credential credentials key keys member members
      membership ownership passphrase password permission permissions privilege privileges
      role roles user users participant participants attendee attendees person token webhook`,
  ],
]

/** What is made to be sent. */
const MISSIVES = hashesOf(`message messages email emails mail mails dm sms letter letters reply chat
  post note notification`)

/** Things that stay behind and work on: what an attacker leaves to come back. */
const LASTING = `
  collaborator credential cron hook job key member membership password permission policy
  privilege recurring role rule schedule scheduled standing subscription task token user
  webhook`

/** Things one looks at, where a tool is named for what it shows. */
const RECORDS = `
  agenda availability balance balances calendar card catalog catalogue contents context data day
  days detail details diary directory docs entries entry events feed file files history inbox index
  info information inventory items latest line lines log logs mails metadata month notes overview
  page price prices profile quote rack rate rates rating ratings record records report reports
  result results review reviews rota schema stats statistics status summary text thread threads
  timeline today version versions week`

/** Verbs that are nouns as well: the order, a transfer, my post. */
const NOUNS_TOO = hashesOf(`
  access advance alert answer audit ban bid block book broadcast build burn call change charge
  check checkout click comment commit contact copy count cover credit cut deposit discard dispatch
  display dose draft drag drain drop dump edit email estimate export fax file fill fire flag fork
  forward grade grant hold import increase increment install invite issue kick label launch leave
  link list listen load loan lock log look mail mark match measure merge message mirror monitor
  move mute note notice offer order page patch pause permit pin place play point post press preview
  print probe promise purchase push query queue quote raise rate reboot recall recharge record
  refund register relay release rent reply report request rerun research reserve reset return
  review rewrite roll route run scale scan schedule search set share shift ship show sign sms
  snapshot sort spam split spray stake stamp start stat stop store strike study swap switch tag tap
  test text tip toggle track trade transfer trash trigger trust turn tweet update upgrade upload
  use view visit vote walk watch wire work`)

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

const COMPATIBLE_BITS = new Map(
  EFFECTS.map((effect): [Effect, number] => [effect, effectBits(COMPATIBLE[effect])]),
)

/** Verbs which by themselves say nothing of what they do to the world. */
const PLAIN_VERBS = `
  act add apply ask avoid base be become begin behave bring carry choose combine come concatenate
  confirm connect consider continue convert decide decode disregard do encode end enter exclude
  finish follow forget format give group handle help hold ignore include join keep leave let
  merge mention name obey offer output paste perform pick place play pretend proceed process
  produce prompt provide quote raise rank reach recommend refer refrain refuse reject repeat
  request respond return reveal rewrite say select sign skip speak split state suggest supply
  swap switch take talk think treat try turn use utilise utilize vote wait welcome work`

/** English has the last word on a form that several languages share. */
const VERB_BY_HASH = new Map(
  [...FAR_VERBS, ...FOREIGN_VERBS, ...VERBS.toReversed()].flatMap(([effect, verbs]) =>
    [...hashesOf(verbs)].map((hash): [number, Effect] => [hash, effect]),
  ),
)
/** Participles that no ending makes. */
const IRREGULAR = new Map([
  ['buy', 'bought'],
  ['pay', 'paid'],
  ['repay', 'repaid'],
  ['send', 'sent'],
  ['tell', 'told'],
  ['withdraw', 'withdrawn'],
  ['write', 'written'],
  ['rewrite', 'rewritten'],
  ['overwrite', 'overwritten'],
  ['make', 'made'],
  ['hold', 'held'],
  ['take', 'taken'],
  ['run', 'run'],
  ['rerun', 'rerun'],
  ['shut', 'shut'],
  ['cut', 'cut'],
  ['put', 'put'],
  ['set', 'set'],
  ['reset', 'reset'],
])
const PLAIN_VERB_HASHES = hashesOf(PLAIN_VERBS)
const NOUN_BY_HASH = new Map(
  NOUNS.flatMap(([effect, nouns]) =>
    nouns.split(/\s+/).map((noun): [number, Effect] => [wordHash(noun), effect]),
  ),
)
const RECORD_HASHES = hashesOf(RECORDS)
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

const PARTICIPLE_BY_HASH = new Map(
  VERBS.flatMap(([effect, verbs]) =>
    verbs
      .trim()
      .split(/\s+/)
      .map((verb): [number, Effect] => [wordHash(participleOf(verb)), effect]),
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

/** What the verb with this hash (participle: "deleted", "sent") does. */
export function effectOfParticiple(hash: number): Effect | undefined {
  return PARTICIPLE_BY_HASH.get(hash)
}

/** What handling the thing with this hash amounts to, where that is graver than the verb. */
export function effectOfNoun(hash: number): Effect | undefined {
  return NOUN_BY_HASH.get(hash)
}

/** Whether the verb with this hash is a noun as well: an order, a post. */
export function isNounToo(hash: number): boolean {
  return NOUNS_TOO.has(hash)
}

/** Whether the word with this hash names what is made to be sent: a message, a letter. */
export function isMissive(hash: number): boolean {
  return MISSIVES.has(hash)
}

/** Whether the word with this hash names something that stays: a member, a key, a schedule. */
export function isLasting(hash: number): boolean {
  return LASTING_HASHES.has(hash)
}

/** Whether the word with this hash names something one looks at: a record, rates, a history. */
export function isRecordNoun(hash: number): boolean {
  return RECORD_HASHES.has(hash)
}

/** A set of effects as bits. */
export function effectBit(effect: Effect): number {
  return 1 << EFFECTS.indexOf(effect)
}

/** Several effects as bits. */
export function effectBits(effects: readonly Effect[]): number {
  return effects.reduce((bits, effect) => bits | effectBit(effect), 0)
}

/** The effects near enough to `effect` that naming one of them may mean it, as bits. */
export function compatibleBits(effect: Effect): number {
  return COMPATIBLE_BITS.get(effect) ?? 0
}

function gerundOf(verb: string): string {
  if (verb.endsWith('e') && !verb.endsWith('ee')) return `${verb.slice(0, -1)}ing`
  return /[^aeiou][aeiou][bgmnpt]$/.test(verb) && verb.length <= 4
    ? `${verb}${verb.at(-1) ?? ''}ing`
    : `${verb}ing`
}

function participleOf(verb: string): string {
  const irregular = IRREGULAR.get(verb)
  if (irregular !== undefined) return irregular
  if (verb.endsWith('e')) return `${verb}d`
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ied`
  const doubles = /[^aeiou][aeiou][bgmnpt]$/.test(verb) && verb.length <= 4
  return `${verb}${doubles ? (verb.at(-1) ?? '') : ''}ed`
}
