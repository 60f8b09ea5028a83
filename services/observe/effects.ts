import { hashesOf, wordHash } from './hashing.ts'
import { compatibleBits, effectBit, effectOfGerund, effectOfNoun, effectOfVerb } from './lexicon.ts'
import { isLasting, isMissive, isNounToo, isRecordNoun, isVerb, type Effect } from './lexicon.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'

/** What a tool is, as far as its name and annotations tell. */
export type ToolNature = {
  effect: Effect
  /** Deletes, or says of itself that it destroys. */
  destructive: boolean
  /** Leaves something behind that works on: a member, a credential, a schedule. */
  persistent: boolean
  /** Lower-case words of the name. */
  words: readonly string[]
}

const MONEY_VERBS: readonly (Effect | undefined)[] = ['send', 'write', 'grant', 'pay', undefined]
/** `new_event` makes one. */
const NEW = wordHash('new')
const MAKING = hashesOf('create make new issue write compose')
const ACCESS_VERBS: readonly (Effect | undefined)[] = ['write', 'grant', 'pay']
/**
 * Says what a tool does: first verb of its name, then nouns that weigh more. Annotations come from
 * the server and may lie, so they decide only where the name says nothing.
 */
export function toolNature(
  toolName: string,
  annotations: Record<string, string> | null,
): ToolNature {
  const { words, hashes, named } = readName(toolName)
  const effect = named === 'unknown' ? hintedEffect(annotations) : named
  const isDestructive = effect === 'delete' || annotations?.['destructiveHint'] === 'true'
  const isChange = effect !== 'read' && effect !== 'delete' && effect !== 'unknown'
  const isPersistent = effect === 'grant' || (isChange && hashes.some(isLasting))
  return { effect, destructive: isDestructive, persistent: isPersistent, words }
}

/** Effects which these words speak of, as bits: their verbs, and things that are graver. */
export function namedEffects(tokens: readonly Token[]): number {
  let bits = nounEffects(tokens)
  let before = 0
  for (const { full, traits } of tokens) {
    const mayBeVerb = (before & TRAIT.determiner) === 0
    const verb = mayBeVerb ? (effectOfVerb(full) ?? effectOfGerund(full)) : undefined
    if (verb !== undefined) bits |= effectBit(verb)
    before = traits
  }
  return bits
}

/** Effects to which the things these words name raise a verb, as bits. */
export function nounEffects(tokens: readonly Token[]): number {
  let bits = 0
  for (const { full } of tokens) {
    const noun = effectOfNoun(full)
    if (noun !== undefined) bits |= effectBit(noun)
  }
  return bits
}

/** Whether a request with these effects may have meant this one; all of them need to read. */
export function isRequested(effect: Effect, requested: number): boolean | null {
  if (effect === 'unknown') return null
  return effect === 'read' || (compatibleBits(effect) & requested) !== 0
}

/** What a tool's name says by itself. */
type ToolName = { words: readonly string[]; hashes: readonly number[]; named: Effect }

/** Names are few and come again and again. */
const NAMES = new Map<string, ToolName>()
const NAMES_MAX_COUNT = 256

function readName(toolName: string): ToolName {
  const known = NAMES.get(toolName)
  if (known !== undefined) return known
  const words = wordsOfName(toolName)
  const hashes = words.map(wordHash)
  const own = wordsOfName(toolName.split(/[./:]/).findLast((part) => part !== '') ?? '')
  const name = { words, hashes, named: effectOfName(hashes, own.map(wordHash)) }
  if (NAMES.size >= NAMES_MAX_COUNT) NAMES.clear()
  NAMES.set(toolName, name)
  return name
}

/** `send_money`, `sendMoney`, `bank.send-money`: lower-case words. */
function wordsOfName(name: string): string[] {
  return name
    .slice(0, 256)
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 0)
}

/** `own`: of the part behind the last dot, which tells what is done: `page.retrieve`. */
function effectOfName(hashes: readonly number[], own: readonly number[]): Effect {
  const last = hashes.at(-1) ?? 0
  const isNamespaced = hashes.length > 1
  const verb = verbOfName(own, isNamespaced) ?? verbOfName(hashes, isNamespaced)
  // What only names a thing to look at shows it: `patients.record`, `room_rates`.
  if (verb === undefined && isRecordNoun(last)) return 'read'
  if (verb === 'read' || verb === 'delete' || verb === 'execute') return verb
  const nouns = new Set(hashes.map(effectOfNoun))
  const isAccess = nouns.has('grant') && ACCESS_VERBS.includes(verb)
  // "update user info": what is kept of somebody, not what they may do.
  if (isAccess) return verb === 'write' && isRecordNoun(last) ? 'write' : 'grant'
  if (nouns.has('pay') && MONEY_VERBS.includes(verb)) return 'pay'
  // "include member": a verb that says nothing by itself, and somebody it is done to.
  if (nouns.has('grant') && verb === undefined && hashes.some(isVerb)) return 'grant'
  // "create message", "issue mail": whoever makes it sends it.
  const thing = hashes.findLast((hash) => !MAKING.has(hash))
  if (hashes.some((hash) => MAKING.has(hash)) && thing !== undefined && isMissive(thing)) {
    return 'send'
  }
  return verb ?? (hashes.includes(NEW) ? 'write' : 'unknown')
}

/**
 * What the verb of these words does: the first that can be no noun, else the first. `isNamespaced`:
 * more words than these make the name, so that the last may be a thing: `patients.record`.
 */
function verbOfName(hashes: readonly number[], isNamespaced: boolean): Effect | undefined {
  const last = hashes.at(-1) ?? 0
  const isThing = isNamespaced && isRecordNoun(last)
  const verbs = (isThing ? hashes.slice(0, -1) : hashes).filter(
    (hash) => effectOfVerb(hash) !== undefined,
  )
  const [first, second] = verbs.map(effectOfVerb)
  // To run a query, a search or a report is to read; the data layer tells what a query did.
  if (first === 'execute' && second === 'read') return 'read'
  const sure = verbs.find((hash) => !isNounToo(hash))
  return sure === undefined ? first : effectOfVerb(sure)
}

function hintedEffect(annotations: Record<string, string> | null): Effect {
  if (annotations?.['readOnlyHint'] === 'true') return 'read'
  if (annotations?.['destructiveHint'] === 'true') return 'delete'
  return annotations?.['readOnlyHint'] === 'false' ? 'write' : 'unknown'
}
