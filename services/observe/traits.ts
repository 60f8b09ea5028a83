import { FOREIGN_COMMON, FOREIGN_DUTIES, FOREIGN_PLEAS } from './foreign-words.ts'
import { HashTable } from './hash-table.ts'
import { hashesOf, wordHash } from './hashing.ts'
import { isGerund, isVerb, verbHashes } from './lexicon.ts'

/** What grammar knows of a word, as bits of `Token.traits`. */
export const TRAIT = {
  /** Too common to tell texts apart. */
  common: 1,
  /** A verb in its base form. */
  verb: 1 << 1,
  gerund: 1 << 2,
  /** May stand before an order without changing it. */
  lead: 1 << 3,
  plea: 1 << 4,
  /** Opens a clause that sets the scene. */
  opener: 1 << 5,
  you: 1 << 6,
  /** I, we. */
  speaker: 1 << 7,
  /** What a speaker who wants something done does: want, need, ask. */
  wish: 1 << 8,
  modal: 1 << 9,
  duty: 1 << 10,
  /** Opens a polite question: could you. */
  asking: 1 << 11,
  /** make sure, remember to, do not. */
  care: 1 << 12,
  /** An order may follow it inside a sentence. */
  connector: 1 << 13,
  /** Cannot follow the verb of an order. */
  afterNoun: 1 << 14,
  /** Small words between a lead-in and its order. */
  link: 1 << 15,
  override: 1 << 16,
  /** Speaks of assistants, tasks and instructions themselves. */
  meta: 1 << 17,
  /** Opens the object of a verb: the, a, all. */
  object: 1 << 18,
  to: 1 << 19,
  and: 1 << 20,
  /** Opens a noun, so that what follows is no verb. */
  determiner: 1 << 21,
  month: 1 << 22,
  /** What accounts and systems hold: files, messages, money. */
  asset: 1 << 23,
  /** Puts one act before or after another. */
  sequence: 1 << 24,
  urgency: 1 << 25,
  /** Keeps others from knowing. */
  secrecy: 1 << 26,
  /** you, your, yours. */
  yours: 1 << 27,
  /** A text that passes something on: message, note, notice. */
  missive: 1 << 28,
  /** Whom such a text is from or for: me, you, the user, the administrator. */
  party: 1 << 29,
  /** Telling and asking others, which secrecy forbids. */
  telling: 1 << 30,
  /** Like `meta`, in a wider sense. */
  about: 1 << 31,
} as const

const WORDS: [bits: number, words: string][] = [
  [
    TRAIT.common,
    `a an the and or but nor if then than that this these those there here of to in on at for
      from by with without as is are was were be been being am it its i me my mine we us our
      you your yours he him his she her hers they them their who whom whose which what when
      where why how do does did done has have had will would shall should may might must can
      could not no yes so too very just also only any all each every some such own same other
      about into onto over under again once up down out off s t re ve ll please`,
  ],
  [
    TRAIT.lead,
    `please kindly then now first firstly second secondly also next and so but however just
      immediately simply again finally lastly afterwards additionally instead important urgent
      attention note reminder task todo step action required ok okay hello hi dear everyone
      thanks always`,
  ],
  [TRAIT.plea | TRAIT.lead | TRAIT.connector, `please kindly ${FOREIGN_PLEAS}`],
  [TRAIT.duty | TRAIT.connector, FOREIGN_DUTIES],
  [TRAIT.common, FOREIGN_COMMON],
  [TRAIT.opener, 'before after if when once while until unless as since whenever'],
  [TRAIT.you, 'you'],
  [TRAIT.speaker, 'i we'],
  [TRAIT.wish, 'want need ask urge request require expect wish like beg order tell would d am are'],
  [
    TRAIT.modal,
    `must should need needs have has shall ought required supposed expected asked instructed
      can will may could are`,
  ],
  [TRAIT.duty, 'must should need needs ought shall required mandatory obliged instructed'],
  [TRAIT.asking, 'could can would will'],
  [TRAIT.care, 'make be remember forget try ensure don do not'],
  [
    TRAIT.connector,
    'please kindly then and instead must should to first now also next just by via through',
  ],
  [TRAIT.afterNoun, 'is was are were has have had will would from by of s at price rate code'],
  [TRAIT.link, 'to that then also first now please you not t sure'],
  [
    TRAIT.override,
    'ignore disregard forget override bypass supersede overrule discard skip abandon',
  ],
  [
    TRAIT.meta,
    `assistant ai llm model chatbot agent bot system prompt prompts instruction instructions
      task tasks rules guidelines previous prior earlier original above context conversation
      directive directives`,
  ],
  [
    TRAIT.about,
    `language user users request goal objective execute priority comply obey ignore disregard
      forget override authorised authorized administrator`,
  ],
  [
    TRAIT.object,
    'the a an all any every each both this these those my your our his her their it them me',
  ],
  [
    TRAIT.asset,
    `account accounts attachment backup branch calendar channel collaborator commit contact
      credential database document documents drive email emails event events file files folder
      folders funds group inbox invoice issue key keys mail member members message messages
      money page password payment payments permission permissions post profile repo repository
      record records role row rows server subscription table tables ticket token transaction
      transactions transfer user users webpage website workspace`,
  ],
  [
    TRAIT.sequence,
    'before after first then instead prior until once beginning following next afterwards finally',
  ],
  [
    TRAIT.urgency,
    `important urgent urgently immediately must critical mandatory required asap attention
      warning essential crucial promptly`,
  ],
  [TRAIT.secrecy, 'silently secretly discreetly quietly confidentially unnoticed'],
  [TRAIT.yours, 'you your yours yourself'],
  [TRAIT.missive, 'message request note instruction order notice directive memo announcement'],
  [TRAIT.party, 'me you user admin administrator owner system developer assistant'],
  [
    TRAIT.telling,
    'tell mention inform notify reveal show alert ask asking telling informing report',
  ],
  [TRAIT.to, 'to'],
  [TRAIT.and, 'and'],
  [
    TRAIT.determiner,
    `a an the my your his her its our their this that these those last latest first next new
      old recent previous some any each every all which received unread of by from`,
  ],
]

const MONTHS = new Map(
  'january february march april may june july august september october november december'
    .split(' ')
    .flatMap((name, index): [number, number][] => [
      [wordHash(name), index + 1],
      [wordHash(name.slice(0, 3)), index + 1],
    ]),
)
const TRAITS = new Map<number, number>()
for (const [bits, words] of WORDS) {
  for (const hash of hashesOf(words)) addTraits(hash, bits)
}
for (const hash of verbHashes()) {
  if (isVerb(hash)) addTraits(hash, TRAIT.verb)
  if (isGerund(hash)) addTraits(hash, TRAIT.gerund)
}

for (const hash of MONTHS.keys()) addTraits(hash, TRAIT.month)
const TABLE = new HashTable(TRAITS)

/** The month (1..12) a word names. */
export function monthOf(hash: number): number | undefined {
  return MONTHS.get(hash)
}

/** What grammar knows of the word with this hash; 0 where it knows nothing. */
export function traitsOf(hash: number): number {
  return TABLE.get(hash)
}

function addTraits(hash: number, bits: number): void {
  TRAITS.set(hash, (TRAITS.get(hash) ?? 0) | bits)
}
