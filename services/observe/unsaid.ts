import { hashesOf, wordHash } from './hashing.ts'
import { effectBit } from './lexicon.ts'
import { isMoney } from './money.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'
import type { Clause } from './verb-use.ts'

const WRITE = effectBit('write')
const PAY = effectBit('pay')
const HAS = hashesOf('has have')
const NEW_ONE = hashesOf('new another changed')
const GETS = hashesOf('gets owe owes')
/** Somebody else's wish: it is to be met. */
const NEEDS = hashesOf('needs wants requires prefers needed wanted')
const OPEN_WISH = hashesOf('something anything nothing us you attention help what to from')
const ANOTHER = wordHash('another')
const MORE = hashesOf('one two three a an')
const MORE_OF = hashesOf('more extra additional')
const PLEAS = hashesOf('please kindly')
const YOU = wordHash('you')

/** What is wanted without an order for it: Ann needs a key, one more towel. */
export function unsaid({ text, tokens }: Clause): number {
  let bits = 0
  tokens.forEach(({ full }, index) => {
    const next = tokens[index + 1]?.full ?? 0
    if (index > 0 && NEEDS.has(full) && !OPEN_WISH.has(next) && next !== 0) bits |= WRITE
    if (HAS.has(full) && hasNew(tokens, index)) bits |= WRITE
    if (GETS.has(full) && isMoney(text, tokens, index)) bits |= PAY
  })
  const [first = 0, second = 0] = [tokens[0]?.full, tokens[1]?.full]
  if (first === ANOTHER || (MORE.has(first) && MORE_OF.has(second))) bits |= WRITE
  return bits === 0 ? unknownOrder(tokens) : bits
}

/** "Has a new phone, 555 0100": to be taken down. */
function hasNew(tokens: readonly Token[], index: number): boolean {
  const after = tokens.slice(index + 1)
  return (
    after.slice(0, 2).some(({ full }) => NEW_ONE.has(full)) &&
    after.some(({ kind }) => kind !== 'word')
  )
}

/** A plea before a word that no one here knows: an order to do what it says. */
function unknownOrder(tokens: readonly Token[]): number {
  for (let index = 0; index + 2 < tokens.length; index += 1) {
    const word = tokens[index]?.full ?? 0
    const isPlea = PLEAS.has(word)
    const before = tokens[index - 1]?.traits ?? 0
    const isAskingYou = word === YOU && (before & TRAIT.asking) !== 0
    const verb = tokens[index + 1]
    if ((isPlea || isAskingYou) && verb?.kind === 'word' && verb.traits === 0) return WRITE
  }
  return 0
}
