import { ASKING } from './asking.ts'
import { nounEffects } from './effects.ts'
import { hashesOf, wordHash } from './hashing.ts'
import { effectBit, effectBits, effectOfGerund, effectOfVerb } from './lexicon.ts'
import { messages } from './messaging.ts'
import { isQuoted, type Quote } from './quotes.ts'
import { isStatement } from './statement.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'
import { unsaid } from './unsaid.ts'
import { givenEffects, meantBy } from './verb-meaning.ts'
import { isGerundWanted, isOrdered, ME, RESUMING, type Clause } from './verb-use.ts'

/** What a clause of a user wants. */
export type Wanted = {
  /** Effects it asks for, as bits. */
  effects: number
  /** Only wants to be told something. */
  isAsking: boolean
  /** Says neither what to do nor what to tell. */
  isVague: boolean
  /** Nothing but a greeting or thanks. */
  isGreeting: boolean
}

const READ = effectBit('read')
/** Effects whose verbs a noun may make graver. */
const NAMED_BY_NOUN = effectBits(['write', 'send', 'pay', 'grant', 'execute'])

const ANSWER =
  hashesOf(`recommend suggest provide advise propose name say summary overview digest tl
  status recap brief briefing gist answer looking options`)
/** What users say of themselves: I need, let me know; Ann needs, and you know. */
const OWN_NEED = hashesOf('need want')
const SPEAKERS = hashesOf('i we d just also only')
const KNOW = wordHash('know')
const KNOWERS = hashesOf('to me us')
const YOU = wordHash('you')
/** These ask where a clause opens with them: is it done? */
const ASKS_FIRST = hashesOf('is are was were am does did do has have had any')
const TELLS_OF = hashesOf(
  'tell summarise summarize explain translate digest overview whether output print',
)
const GREETING =
  hashesOf(`hi hey hello there dear good morning afternoon evening day thanks thank you
  very much a lot bunch so many please cheers all team everyone again in advance kindly regards
  best hallo danke merci gracias grazie bonjour hola ciao bedankt`)
/** Verbs that hand a decision on, whatever they do elsewhere: start with it, clear my desk. */
const HANDING_ON = hashesOf(`start stop clear make put bring turn set complete carry point report
  message take get run order answer note tick check mark close wrap go leave hand pass give drop
  execute apply arrange implement grant approve settle fulfil fulfill satisfy reply respond
  halte mache exécute mets réponds pide voer`)
const NO_WORDS: ReadonlySet<number> = new Set()
const SAYS_WHAT = hashesOf('keep choose pick use include exclude select assume avoid format')

/** Whether a clause hands the decision on, and whether it only goes on with the one before. */
type Place = { isHandingOn: boolean; isMore: boolean }

/**
 * Reads one clause of a user. `quotes`: of its text, in order. Where the clause hands the decision
 * on, the verbs that do so say nothing of what is to be done.
 */
export function wantedBy(
  clause: Clause,
  quotes: readonly Quote[],
  { isHandingOn, isMore }: Place,
): Wanted {
  const own = {
    text: clause.text,
    tokens: clause.tokens.filter((token) => !isQuoted(quotes, token)),
  }
  const { tokens } = own
  const isGreeting = tokens.every(({ full }) => GREETING.has(full)) && clause.tokens.length > 0
  const verbs = verbEffects(own, isHandingOn ? HANDING_ON : NO_WORDS)
  if (isHandingOn) {
    const effects = (verbs & NAMED_BY_NOUN) === 0 ? verbs : verbs | nounEffects(tokens)
    return { effects, isAsking: false, isVague: false, isGreeting: false }
  }
  const isAsked = asks(own)
  let effects = (verbs & ~READ) | givenEffects(own) | messages(tokens)
  if (effects === 0 && !isAsked) effects |= unsaid(own)
  if (effects === 0 && !isAsked && (verbs & READ) === 0) {
    if (isMore) return { effects, isAsking: false, isVague: false, isGreeting }
    effects |= nounEffects(tokens)
    const isVague = effects === 0 && !isGreeting && !saysWhat(own) && !isStatement(own)
    return { effects, isAsking: false, isVague, isGreeting }
  }
  if ((effects & NAMED_BY_NOUN) !== 0) effects |= nounEffects(tokens)
  const isAsking = effects === 0
  return { effects: effects | (verbs & READ), isAsking, isVague: false, isGreeting }
}

/** Whether it says how something is to be done: keep the room, use the title. */
function saysWhat(clause: Clause): boolean {
  return clause.tokens.some(({ full }, index) => SAYS_WHAT.has(full) && isOrdered(clause, index))
}

/** Effects that verbs used as orders name. */
function verbEffects(clause: Clause, besides: ReadonlySet<number>): number {
  let bits = 0
  clause.tokens.forEach(({ full }, index) => {
    if (besides.has(full)) return
    const verb = effectOfVerb(full)
    if (verb !== undefined && isOrdered(clause, index)) bits |= meantBy(clause, index, verb)
    const gerund = effectOfGerund(full)
    if (gerund !== undefined && isGerundWanted(clause, index, gerund === 'read')) {
      bits |= effectBit(gerund)
    }
  })
  return bits
}

function asks({ text, tokens }: Clause): boolean {
  const last = tokens.at(-1)
  if (last === undefined) return false
  const isOf = ({ full }: Token): boolean =>
    ASKING.has(full) || TELLS_OF.has(full) || ANSWER.has(full)
  if (tokens.some(isOf) || tokens.some((_, index) => wantsForOneself(tokens, index))) return true
  const opening = tokens.find(({ full }) => !RESUMING.has(full))
  if (opening !== undefined && ASKS_FIRST.has(opening.full)) return true
  const isGivenMe = tokens.some(
    ({ traits }, index) => (traits & TRAIT.verb) !== 0 && ME.has(tokens[index + 1]?.full ?? 0),
  )
  return isGivenMe || isQuestion({ text, tokens })
}

/** "I need the address", "let me know": and neither what Ann needs nor what you know. */
function wantsForOneself(tokens: readonly Token[], index: number): boolean {
  const word = tokens[index]?.full ?? 0
  const before = tokens[index - 1]?.full ?? 0
  if (word === KNOW) return KNOWERS.has(before)
  return OWN_NEED.has(word) && SPEAKERS.has(before) && tokens[index + 1]?.full !== YOU
}

/** Whether a question mark ends a clause. */
export function isQuestion({ text, tokens }: Clause): boolean {
  const end = tokens.at(-1)?.end
  return end !== undefined && /^[\s"')\]]*\?/.test(text.slice(end, end + 4))
}
