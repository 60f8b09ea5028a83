import { hashesOf, wordHash } from './hashing.ts'
import { effectBit, isMissive } from './lexicon.ts'
import { NOT } from './made-so.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'
import { ME } from './verb-use.ts'

/** Getting word to somebody, in the idioms that no verb of sending names: drop her a line. */

const SEND = effectBit('send')
const REACH_TOKENS = 5
const CONVEYING = hashesOf(
  'drop give leave shoot get write issue make compose draft put pass have say',
)
/** What is conveyed, beside what is made to be sent. */
const WORDS =
  hashesOf(`line heads call ring shout buzz word words card answer response text ping update
  hint reminder invitation thanks regards greetings apology apologies congratulations hello`)
const TOUCH = hashesOf('touch contact back word through hold')
const REACH = hashesOf('reach get come')
const OUT_TO = hashesOf('out back through in')
const WITH = hashesOf('with to of')
const KEEPING = hashesOf('keep bring put fill get')
const INFORMED = hashesOf('posted informed updated loop picture date speed current')
const FILL = wordHash('fill')
const IN = wordHash('in')
/** Verbs of addressing somebody, where somebody follows. */
const ADDRESSING = hashesOf(
  'congratulate apologise apologize nudge chase ask thank greet warn assure consult',
)
const TO = wordHash('to')
const YOU = wordHash('you')
/** Somebody is to know: should be told, needs to hear, make sure he knows. */
const KNOWING = hashesOf('know knows told informed notified hear hears learn learns aware')
const BOUND = hashesOf('should must needs has sure ought see have get')
const OWN = hashesOf('i we you me us')
/** An order may follow these, or a `you` behind them. */
const LEADS = TRAIT.plea | TRAIT.lead | TRAIT.and | TRAIT.to | TRAIT.connector | TRAIT.asking

/** `send` as a bit where a clause wants somebody told something; else 0. */
export function messages(tokens: readonly Token[]): number {
  const hashes = tokens.map(({ full }) => full)
  const isMeant = hashes.some((_, index) => isMessage(tokens, hashes, index))
  return isMeant || isToKnow(hashes) ? SEND : 0
}

/** Whether the verb at `index` conveys words to somebody else. */
export function conveys(tokens: readonly Token[], index: number): boolean {
  const near = tokens.slice(index + 1, index + 1 + REACH_TOKENS)
  const at = near.findIndex(({ full }) => WORDS.has(full) || isMissive(full))
  if (at < 0 || ME.has(near[0]?.full ?? 0)) return false
  return at > 1 || near.slice(at).some(({ full }) => full === TO)
}

function isMessage(tokens: readonly Token[], hashes: readonly number[], index: number): boolean {
  const word = hashes[index] ?? 0
  const next = hashes[index + 1] ?? 0
  const ahead = hashes[index - 1] === YOU ? tokens[index - 2] : tokens[index - 1]
  const isFresh = index === 0 || ((ahead?.traits ?? 0) & LEADS) !== 0
  if (!isFresh || NOT.has(hashes[index - 1] ?? 0) || next === 0) return false
  if (CONVEYING.has(word) && conveys(tokens, index)) return true
  if (ADDRESSING.has(word)) return next === TO || !(ME.has(next) || next === YOU)
  const near = hashes.slice(index + 1, index + 1 + REACH_TOKENS)
  if (REACH.has(word) && OUT_TO.has(next)) {
    return near.some((at) => TOUCH.has(at) || at === TO) && near.some((at) => WITH.has(at))
  }
  if (!KEEPING.has(word) || ME.has(next)) return false
  return near.some((at) => INFORMED.has(at)) || (word === FILL && hashes.at(-1) === IN)
}

/** "Ann should know", "make sure that she hears", and not "I should know". */
function isToKnow(hashes: readonly number[]): boolean {
  const at = hashes.findIndex((word) => KNOWING.has(word))
  if (at < 1) return false
  const before = hashes.slice(0, at)
  const isBound = before.some((word) => BOUND.has(word))
  return isBound && !before.some((word) => OWN.has(word) || NOT.has(word))
}
