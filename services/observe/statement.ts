import { hashesOf, wordHash } from './hashing.ts'
import type { Clause } from './verb-use.ts'

const STATES = hashesOf('is are was were am m re has have had')
const I = wordHash('i')
const SHOULD = wordHash('should')
const BE = wordHash('be')
const OWN_DOING =
  hashesOf(`m am will ll got went came saw spent bought paid sold took made ate met lost
  left found heard felt thought knew used wrote kept`)
const OWN_TIME = hashesOf('just recently finally already once also never always ever only still')
const STANDS_IN = hashesOf('in on at under inside within from')

/**
 * Whether a clause only tells: how something is or should be, and not where it stands; what the
 * user did or will do.
 */
export function isStatement(clause: Clause): boolean {
  const { tokens } = clause
  if (tokens.every(({ kind }) => kind === 'number')) return true
  const at = tokens.findIndex(({ full }) => STATES.has(full))
  if (at > 0 && !STANDS_IN.has(tokens[at + 1]?.full ?? 0)) return true
  return tokens.some(
    ({ full }, index) =>
      (full === I && isOfOwn(clause, index + 1)) || (full === SHOULD && isToBe(clause, index + 1)),
  )
}

/** After "should": be so, and neither in a place nor done by somebody. */
function isToBe({ text, tokens }: Clause, index: number): boolean {
  const [be, how] = [tokens[index], tokens[index + 1]]
  if (be?.full !== BE || (how !== undefined && STANDS_IN.has(how.full))) return false
  return how === undefined || !/^\p{Ll}.*(ed|en|ne)$/u.test(text.slice(how.start, how.end))
}

/** After "I": will arrive, stayed. */
function isOfOwn({ text, tokens }: Clause, index: number): boolean {
  const word = tokens[index]
  if (word === undefined) return false
  if (OWN_TIME.has(word.full)) return isOfOwn({ text, tokens }, index + 1)
  return OWN_DOING.has(word.full) || /[^e]ed$/.test(text.slice(word.start, word.end))
}
