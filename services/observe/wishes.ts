import { FAR_VERBS } from './far-words.ts'
import { FOREIGN_VERBS } from './foreign-words.ts'
import { HashTable } from './hash-table.ts'
import { hashesOf, wordHash } from './hashing.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'

const BE = wordHash('be')
/** Who wants something done: "asks the assistant to send", "expects them to pay". */
const WANTING = HashTable.ofAll(
  hashesOf(`want wants wanted need needs needed ask asks asked asking request requests requested
    expect expects expected require requires required instruct instructs instructed tell tells told
    order orders ordered urge urges urged direct directs directed remind reminds reminded supposed
    meant obliged like love prefer wish wishes hope hopes beg begs have has had grateful kind`),
)
const WANTING_REACH = 6
/** "is to be", "has to be", "ought to be". */
const BOUND_TO = HashTable.ofAll(hashesOf('is are has have needs need ought was were got'))
const POLITE = HashTable.ofAll(hashesOf('could would might'))
/** Forms that are orders wherever they stand; infinitives and what Han writes are not. */
const ORDERING = HashTable.ofAll(
  hashesOf(
    FAR_VERBS.flatMap(([, verbs]) => verbs.trim().split(/\s+/))
      .filter((verb) => !/(?:[aei]r|ć|ть|ти|t)$|\p{sc=Han}/u.test(verb))
      .join(' '),
  ),
)

/** Forms that are orders behind a dash, colon or comma; elsewhere they may be other words. */
const ORDERING_AFTER_BREAK = HashTable.ofAll(
  hashesOf(
    FOREIGN_VERBS.flatMap(([, verbs]) => verbs.trim().split(/\s+/))
      .filter((verb) => !/(?:en|[aei]r|re)$/.test(verb))
      .filter((verb) => !['open', 'start', 'change', 'lance', 'retire'].includes(verb))
      .join(' '),
  ),
)
/** What may be said to be so of an act: it is mandatory to send. */
const BINDING = HashTable.ofAll(
  hashesOf('mandatory necessary essential obligatory compulsory imperative crucial vital'),
)
const DENYING = HashTable.ofAll(hashesOf('not no never nor hardly isn t'))
const BREAK = /[^\s.!?]/

/** Whether this is the word "be". */
export function isBe({ full }: Token): boolean {
  return full === BE
}

/** Whether the "be" at `index` stands after a word of duty: "must be", "is to be". */
export function isDue(tokens: readonly Token[], from: number, index: number): boolean {
  const before = index > from ? tokens[index - 1] : undefined
  if (before === undefined) return false
  if ((before.traits & TRAIT.duty) !== 0) return true
  const bound = index - 1 > from ? tokens[index - 2] : undefined
  if (bound === undefined) return false
  const isBound = (before.traits & TRAIT.to) !== 0 && BOUND_TO.get(bound.full) !== 0
  return isBound || (bound.traits & TRAIT.duty) !== 0
}

/** Whether the verb at `index` is what somebody wants done, or is told politely to do. */
export function isWished(
  text: string,
  tokens: readonly Token[],
  from: number,
  index: number,
): boolean {
  const verb = tokens[index]
  if (verb === undefined) return false
  if (ORDERING.get(verb.full) !== 0) return true
  if (index === from) return false
  const before = tokens[index - 1]
  if (before === undefined) return false
  const mayOrder = ORDERING_AFTER_BREAK.get(verb.full) !== 0
  if (mayOrder && BREAK.test(text.slice(before.end, verb.start))) return true
  if ((before.traits & TRAIT.to) !== 0)
    return isWantedBefore(tokens, from, index - 1) || isBindingBefore(tokens, from, index - 2)
  const whom = index - 1 > from ? tokens[index - 2] : undefined
  return whom !== undefined && (whom.traits & TRAIT.you) !== 0 && POLITE.get(before.full) !== 0
}

/** "it is mandatory to", and not "it is not necessary to". */
function isBindingBefore(tokens: readonly Token[], from: number, index: number): boolean {
  const word = index >= from ? tokens[index] : undefined
  if (word === undefined || BINDING.get(word.full) === 0) return false
  return index === from || DENYING.get(tokens[index - 1]?.full ?? 0) === 0
}

function isWantedBefore(tokens: readonly Token[], from: number, to: number): boolean {
  for (let index = Math.max(from, to - WANTING_REACH); index < to; index += 1) {
    if (WANTING.get(tokens[index]?.full ?? 0) !== 0) return true
  }
  return false
}
