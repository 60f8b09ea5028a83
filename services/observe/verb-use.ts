import { ASKING } from './asking.ts'
import { isUpper } from './characters.ts'
import { hashesOf, wordHash } from './hashing.ts'
import { isNounToo } from './lexicon.ts'
import { NOT } from './made-so.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'

/**
 * How a verb of a user's words is used: as an order to the assistant; as a noun, a name or part of
 * a compound; or told of somebody, asked about, made a condition, or forbidden.
 */

/** The words of one clause, within their text. */
export type Clause = { text: string; tokens: readonly Token[] }

const PREPOSITIONS = hashesOf(
  'for with in on at about per via as than without into of from between during',
)
/** After a determiner these are nouns of time, and an order may follow them: each month pay. */
const TIMES = hashesOf(
  'day morning noon afternoon evening night week weekend month quarter year time',
)
/** Stand between a subject and its verb. */
const ADVERBS = hashesOf(`usually always also just only already normally typically often never still
  now really please kindly then actually ever recently currently`)
const SUBJECTS = hashesOf('i we they he she it who which')
const YOU = wordHash('you')
const WILL = hashesOf('will ll d would can could may might shall')
/** Asks whoever is spoken to: can we pay, let us send. */
const INVITING = hashesOf('can could shall let may')
const ASKS_FACT = hashesOf('did does has have had was were is are am')
const DO = wordHash('do')
const TO = wordHash('to')
const ARTICLES = hashesOf(
  'der die das den dem ein eine einen le la les un une el los las una il lo de het een',
)
/** Whose it is: Ann's mail. */
const POSSESSIVE = wordHash('s')
const NEED = wordHash('need')
/** `How to send`, `the way to pay`: nobody sends or pays yet. */
const TOLD_HOW = hashesOf('how way able ability option chance right supposed going link allowed')
const FORGET = hashesOf('forget fail hesitate omit neglect')
/** Opens a condition, which no comma need end. */
const CONDITION = hashesOf(`if when whenever while before after until unless once because since
  whether that wenn falls bevor nachdem si quand avant après cuando antes se quando prima als`)
const THAT = wordHash('that')
const BOUND = hashesOf('have need must should')
/** A condition in a word: if so, if true. */
const SUCH = hashesOf('so true yes not possible free needed necessary available ok okay fine')
/** The user. */
export const ME = hashesOf('me us myself ourselves mir uns moi nous mí nosotros mi noi')
/** After these the order goes on. */
export const RESUMING = hashesOf('please kindly then and bitte')
/** Verbs whose -ing forms are wanted: mind sending, needs paying. */
const TAKES_GERUND =
  hashesOf(`mind help try start begin keep by consider need needs require requires
  you worth suggest finish`)
const BE = hashesOf('m am are re be')
/** A verb may follow these: go check, help book. */
const OPENING = hashesOf(
  'go come help try ahead quickly instead and finally tomorrow today tonight',
)
const HYPHEN = 45
const OPENING_TRAITS = TRAIT.lead | TRAIT.plea | TRAIT.link | TRAIT.connector

/** Whether the verb at `index`, in its base form, is an order. */
export function isOrdered(clause: Clause, index: number): boolean {
  const { text, tokens } = clause
  const verb = tokens[index]
  if (verb === undefined || isCompound(clause, index)) return false
  const isFresh = opens(clause, index)
  if (!isFresh && (isName(text, verb) || isNoun(clause, index) || isTold(clause, index)))
    return false
  return !isForbidden(tokens, index) && !isAskedAbout(clause, index) && !isCondition(clause, index)
}

/** Whether the -ing form at `index` is wanted done. */
export function isGerundWanted({ tokens }: Clause, index: number, isReading: boolean): boolean {
  const before = tokens[index - 1]
  if (before === undefined) return false
  return TAKES_GERUND.has(before.full) || (isReading && BE.has(before.full))
}

/** Whether something other than blanks stands before the token at `index`, or nothing at all. */
function opens({ text, tokens }: Clause, index: number): boolean {
  const before = tokens[index - 1]
  const token = tokens[index]
  if (before === undefined || token === undefined) return true
  return token.start - before.end !== 1 || text.charCodeAt(before.end) > 32
}

/** `check-up`, `re-order`: a hyphen on either side; an `e-mail` is a mail. */
function isCompound({ text, tokens }: Clause, index: number): boolean {
  const token = tokens[index]
  const before = tokens[index - 1]
  if (token === undefined) return false
  if (text.charCodeAt(token.end) === HYPHEN && tokens[index + 1]?.start === token.end + 1)
    return true
  return before?.end === token.start - 1 && text.charCodeAt(before.end) === HYPHEN
}

/** A capital inside a sentence: a hiking trip with Mark. All in capitals is a shout. */
function isName(text: string, { start }: Token): boolean {
  return isUpper(text.charCodeAt(start)) && !isUpper(text.charCodeAt(start + 1))
}

function isNoun(clause: Clause, index: number): boolean {
  const { tokens } = clause
  const before = tokens[index - 1]
  const word = tokens[index]
  if (before === undefined || word === undefined) return false
  if ((before.traits & TRAIT.determiner) !== 0) return true
  if (!isNounToo(word.full)) return false
  if (PREPOSITIONS.has(before.full) || isContent(before)) return true
  if (ARTICLES.has(before.full) || before.full === POSSESSIVE) return true
  const opening = tokens[index - 2]
  return (
    opening !== undefined &&
    (opening.traits & TRAIT.determiner) !== 0 &&
    !opens(clause, index - 1) &&
    (before.traits & (TRAIT.common | TRAIT.lead | TRAIT.plea)) === 0 &&
    !TIMES.has(before.full)
  )
}

/** Whether a word says something by itself, and opens no order: looking forward, stock check. */
function isContent({ full, weight, traits }: Token): boolean {
  return weight > 0 && (traits & OPENING_TRAITS) === 0 && !OPENING.has(full)
}

/** Somebody does it, will do it, or has done it: what I usually pay, Ann will send. */
function isTold({ tokens }: Clause, index: number): boolean {
  let at = index - 1
  while (ADVERBS.has(tokens[at]?.full ?? 0)) at -= 1
  const before = tokens[at]
  if (before === undefined) return false
  const ahead = tokens[at - 1]?.full ?? 0
  if (SUBJECTS.has(before.full)) return !INVITING.has(ahead)
  if (before.full === YOU) return !isModal(tokens[at - 1])
  if (!WILL.has(before.full)) return false
  return at > 0 && ahead !== YOU && !RESUMING.has(ahead)
}

function isModal(token: Token | undefined): boolean {
  return token !== undefined && (token.traits & (TRAIT.modal | TRAIT.asking | TRAIT.lead)) !== 0
}

function isForbidden(tokens: readonly Token[], index: number): boolean {
  const [third = 0, second = 0, first = 0] = [3, 2, 1].map((step) => tokens[index - step]?.full)
  if (NOT.has(first) && !FORGET.has(tokens[index]?.full ?? 0)) return true
  if (NOT.has(second) && !FORGET.has(first)) return true
  return first === TO && second === NEED && NOT.has(third)
}

/** A question of what is, or of how to. */
function isAskedAbout(clause: Clause, index: number): boolean {
  const { tokens } = clause
  const [first = 0, second = 0] = [tokens[0]?.full, tokens[1]?.full]
  if (tokens[index - 1]?.full === TO && TOLD_HOW.has(tokens[index - 2]?.full ?? 0)) return true
  if (isResumed(clause, 1, index)) return false
  if (ASKING.has(first) || ASKS_FACT.has(first)) return index > 0
  return first === DO && (SUBJECTS.has(second) || second === YOU)
}

function isCondition(clause: Clause, index: number): boolean {
  const { tokens } = clause
  for (let at = index - 1; at >= 0; at -= 1) {
    const word = tokens[at]?.full ?? 0
    if (opens(clause, at + 1) || RESUMING.has(word)) return false
    if (SUCH.has(word) && at === index - 1) return false
    if (word === THAT && isBound(tokens, at, index)) return false
    if (CONDITION.has(word) && (word !== THAT || at > 0)) return true
  }
  return false
}

/** "That you first have to invite her": told as what is to be done. */
function isBound(tokens: readonly Token[], from: number, index: number): boolean {
  const between = tokens.slice(from + 1, index).map(({ full }) => full)
  return between.includes(YOU) && between.some((word) => BOUND.has(word))
}

/** Whether, after the words from `from` on, a comma or a please lets the order at `index` begin. */
function isResumed(clause: Clause, from: number, index: number): boolean {
  for (let at = from; at <= index; at += 1) {
    if (opens(clause, at) || RESUMING.has(clause.tokens[at - 1]?.full ?? 0)) return true
  }
  return false
}
