import { isAscii, spelledNumber } from '../scalars.ts'
import type { Literal } from '../text.ts'
import { compileAutomaton } from './automaton.ts'
import { addHits } from './needles.ts'
import type { Finder, Hits, Needle } from './needles.ts'
import { compileEnds, compilePrefixes } from './trie.ts'
import { createValueCache } from './value-cache.ts'
import type { ValueCache } from './value-cache.ts'

/** What the rules ask of one field, gathered before it is compiled. */
export type FieldQuestions = {
  literals: Map<string, Literal & { atoms: number[] }>
  numbers: Map<number, number[]>
}

/** Answers for one value of a field which atoms it makes hold. */
export type FieldIndex = {
  ofText(value: string, hits: Hits): void
  ofNumber(value: number, hits: Hits): void
  ofTruth(value: boolean, hits: Hits): void
}

export function newQuestions(): FieldQuestions {
  return { literals: new Map(), numbers: new Map() }
}

/** Asks for a literal, in lower case, on behalf of an atom. */
export function askLiteral(questions: FieldQuestions, literal: Literal, atom: number): void {
  const key = `${literal.anchor} ${literal.text}`
  const asked = questions.literals.get(key)
  if (asked === undefined) questions.literals.set(key, { ...literal, atoms: [atom] })
  else if (asked.atoms.at(-1) !== atom) asked.atoms.push(atom)
}

/** Asks for a number on behalf of an atom; a text that spells it counts. */
export function askNumber(questions: FieldQuestions, value: number, atom: number): void {
  const asked = questions.numbers.get(value)
  if (asked === undefined) questions.numbers.set(value, [atom])
  else if (asked.at(-1) !== atom) asked.push(atom)
}

type Parts = {
  /** Literals of ASCII, and those that only a text beyond ASCII can hold. */
  ascii: readonly Finder[]
  beyond: readonly Finder[]
  /** No shorter text can hold one: the lower case of a character is two at most. */
  lengthMin: number
  /** Whether some literal could be found in a number's text. */
  suitsNumbers: boolean
  suitsTruth: boolean
  numbers: ReadonlyMap<number, readonly number[]> | undefined
  /** Only where looking is dear. */
  cache: ValueCache | undefined
}

/** Literals that share a character which is rare. */
const RARE_MAX_COUNT = 8
const NUMBER_CHARACTERS = /^[-+.\de]+$/
const NOT_FINITE = 'nan infinity -infinity'

/** Compiles what is asked of a field. `isCached` where its values are likely to come again. */
export function compileField(questions: FieldQuestions, isCached: boolean): FieldIndex {
  const { numbers } = questions
  const literals = [...questions.literals.values()]
  const hasInside = literals.some(({ anchor }) => anchor === 'contains')
  const parts: Parts = {
    ascii: compileFinders(literals.filter(({ text }) => isAscii(text))),
    beyond: byRarity(literals.filter(({ text }) => !isAscii(text))).flatMap(compileFinders),
    lengthMin: literals.reduce((least, { text }) => Math.min(least, text.length), Infinity) / 2,
    suitsNumbers: literals.some(
      ({ text }) => NUMBER_CHARACTERS.test(text) || NOT_FINITE.includes(text),
    ),
    suitsTruth: literals.some(({ text }) => 'true false'.includes(text)),
    numbers: numbers.size === 0 ? undefined : numbers,
    cache: isCached && hasInside ? createValueCache() : undefined,
  }
  return {
    ofText: (value, hits) => {
      if (value.length >= parts.lengthMin) textHits(parts, value, hits)
      if (parts.numbers !== undefined) spelledNumberHits(parts.numbers, value, hits)
    },
    ofNumber: (value, hits) => {
      const atoms = parts.numbers?.get(value)
      if (atoms !== undefined) addHits(hits, atoms)
      if (parts.suitsNumbers) findAll(parts, String(value), hits)
    },
    ofTruth: (value, hits) => {
      if (parts.suitsTruth) findAll(parts, String(value), hits)
    },
  }
}

function textHits(parts: Parts, value: string, hits: Hits): void {
  const { cache } = parts
  if (cache === undefined || !cache.takes(value)) return findAll(parts, value, hits)
  const known = cache.get(value)
  if (known !== undefined) return addHits(hits, known)
  const from = hits.count
  findAll(parts, value, hits)
  cache.set(value, hits.atoms.slice(from, hits.count))
}

function findAll({ ascii, beyond }: Parts, value: string, hits: Hits): void {
  let isFolded = true
  for (const find of ascii) isFolded = find(value, hits) && isFolded
  if (isFolded && (beyond.length === 0 || isAscii(value))) return
  const lower = value.toLowerCase()
  if (!isFolded) for (const find of ascii) find(lower, hits)
  for (const find of beyond) find(lower, hits)
}

/**
 * Literals with a character that hardly any other has, and the rest: a table is as wide as the
 * alphabet of its literals.
 */
function byRarity<Text extends Needle>(literals: readonly Text[]): Text[][] {
  const counts = new Map<string, number>()
  for (const { text } of literals) {
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  }
  const isRare = ({ text }: Needle): boolean =>
    Array.from(text).some((character) => (counts.get(character) ?? 0) <= RARE_MAX_COUNT)
  return [literals.filter(isRare), literals.filter((literal) => !isRare(literal))]
}

function compileFinders(literals: readonly (Literal & Needle)[]): Finder[] {
  const ofAnchor = (anchor: Literal['anchor']): Needle[] =>
    literals.filter((literal) => literal.anchor === anchor)
  const prefixes = ofAnchor('prefix')
  const suffixes = ofAnchor('suffix')
  const exact = ofAnchor('exact')
  const inside = ofAnchor('contains')
  return [
    ...(prefixes.length === 0 ? [] : [compilePrefixes(prefixes)]),
    ...(suffixes.length + exact.length === 0 ? [] : [compileEnds(suffixes, exact)]),
    ...(inside.length === 0 ? [] : [compileAutomaton(inside)]),
  ]
}

function spelledNumberHits(
  numbers: ReadonlyMap<number, readonly number[]>,
  value: string,
  hits: Hits,
): void {
  const number = spelledNumber(value)
  const atoms = number === undefined ? undefined : numbers.get(number)
  if (atoms !== undefined) addHits(hits, atoms)
}
