import { isUpper } from './characters.ts'
import { hashesOf, wordHash } from './hashing.ts'
import { effectBit, isMissive, type Effect } from './lexicon.ts'
import { conveys } from './messaging.ts'
import { isMoney } from './money.ts'
import type { Token } from './token.ts'
import { ME, RESUMING, type Clause } from './verb-use.ts'

/** What ordered verbs ask for, by the words behind them: tell me, tell her; share with, share. */

const READ = effectBit('read')
const WRITE = effectBit('write')
const SEND = effectBit('send')
const PAY = effectBit('pay')
const GRANT = effectBit('grant')
const LET = wordHash('let')
const GIVE = hashesOf('give hand return')
const INCLUDE = wordHash('include')
const JOINING = hashesOf('add put')
const PEOPLE = hashesOf('her him them all everyone everybody anyone users members people persons')
const JOINED_TO = hashesOf('to in into on as')
const JOINED_REACH_TOKENS = 6
const NEAR_TOKENS = 5
const LIGHT = hashesOf('drop get')
const TELL = wordHash('tell')
const TOLD_WHAT = hashesOf('what which how whether if when where why who about')
const SHARE = wordHash('share')
const SHARED_WITH = hashesOf('with to on in via under at publicly')
const REMIND = wordHash('remind')
const REPORT = wordHash('report')
const REPORTED = hashesOf('when back once if as done')
const MAKE = wordHash('make')
const NOTE = wordHash('note')
const LOOKS = hashesOf('look see')
const GO = wordHash('go')
const GO_TO = hashesOf('to onto into')
const SEE = wordHash('see')
/** What one sees to know it: see whether, see what. */
const SEEN_WHAT = hashesOf('if whether what how who which when where why that')
const SORT = wordHash('sort')
const AFTER = hashesOf('after to')
const SURE = hashesOf('sure certain that')
const WRITE_VERBS = hashesOf('write make compose drop leave put draft')
const WRITE_TO = wordHash('write')
const TO = wordHash('to')
const OPEN = wordHash('open')
const NEW = hashesOf('a an another new')
const KNOW = wordHash('know')
const CONFIRM = wordHash('confirm')
const CONFIRMED = hashesOf('that whether if to')

/** What an ordered verb asks for, by the words behind it. */
export function meantBy({ text, tokens }: Clause, index: number, effect: Effect): number {
  const word = tokens[index]?.full ?? 0
  const next = tokens[index + 1]?.full ?? 0
  const near = tokens.slice(index + 1, index + 1 + NEAR_TOKENS)
  // Where they convey words, what is said is told of the whole clause: drop her a line.
  if (LIGHT.has(word) && conveys(tokens, index)) return 0
  if (word === TELL) return isTelling(tokens, index) ? SEND : READ
  if (word === SHARE) {
    const at = tokens.findIndex(({ full }, place) => place > index && SHARED_WITH.has(full))
    return at < 0 || ME.has(next) || ME.has(tokens[at + 1]?.full ?? 0) ? READ : SEND
  }
  if (word === REMIND && ME.has(next)) return WRITE
  if (word === REPORT && (index + 1 >= tokens.length || REPORTED.has(next) || isToMe(near))) {
    return READ
  }
  if (LOOKS.has(word) && AFTER.has(next)) return 0
  if (word === GO) return GO_TO.has(next) || tokens[index + 1]?.kind === 'id' ? READ : 0
  // "See the contract" says where it stands; "sort T-5" is to settle it.
  if (word === SEE && isFresh(tokens, index) && !SEEN_WHAT.has(next)) return 0
  if (word === SORT && tokens[index + 1]?.kind === 'id') return 0
  if ((word === MAKE || word === NOTE) && SURE.has(next)) return 0
  if (word === OPEN) {
    if (NEW.has(next)) return WRITE
    return near.some(({ full }) => full === TO) && !isToMe(near) ? GRANT : READ
  }
  if (JOINING.has(word) && isSomebody(text, tokens, index)) return effectBit(effect) | GRANT
  if (WRITE_VERBS.has(word)) {
    if (ME.has(next)) return READ
    const isToSomebody = word === WRITE_TO && (next === TO || isNameAt(text, tokens[index + 1]))
    const isMail = near.some(({ full }) => isMissive(full))
    return effectBit(effect) | (isToSomebody || isMail ? SEND : 0)
  }
  if (effect === 'send' && isMoney(text, tokens, index)) return SEND | PAY
  return effectBit(effect)
}

/** Whether somebody is brought into something: add Ann to the team. */
function isSomebody(text: string, tokens: readonly Token[], index: number): boolean {
  const after = tokens.slice(index + 1, index + 1 + JOINED_REACH_TOKENS)
  const [next] = after
  if (next === undefined || !(PEOPLE.has(next.full) || isNameAt(text, next))) return false
  return after.some(({ full }) => JOINED_TO.has(full))
}

/** Whether nobody is said to do it: it opens the clause, or what a comma parts. */
function isFresh(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]
  return before === undefined || before.end + 1 < (tokens[index]?.start ?? 0)
}

function isToMe(near: readonly Token[]): boolean {
  return near.some(({ full }, at) => full === TO && ME.has(near[at + 1]?.full ?? 0))
}

/** Whether somebody other than the user is to be told. */
function isTelling(tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1]?.full
  return next !== undefined && !ME.has(next) && !TOLD_WHAT.has(next)
}

function isNameAt(text: string, token: Token | undefined): boolean {
  return token !== undefined && isUpper(text.charCodeAt(token.start))
}

/** What giving to others and letting them know amount to. */
export function givenEffects({ text, tokens }: Clause): number {
  let bits = 0
  tokens.forEach(({ full }, index) => {
    const next = tokens[index + 1]?.full ?? 0
    const isFirst = index === 0 || RESUMING.has(tokens[index - 1]?.full ?? 0)
    if (!isFirst || next === 0 || ME.has(next)) return
    if (full === CONFIRM && !CONFIRMED.has(next)) bits |= SEND
    if (full === LET && tokens.slice(index).some((word) => word.full === KNOW)) bits |= SEND
    if (full === INCLUDE && isSomebody(text, tokens, index)) bits |= WRITE | GRANT
    if (GIVE.has(full)) bits |= isMoney(text, tokens, index) ? WRITE | PAY : WRITE
  })
  return bits
}
