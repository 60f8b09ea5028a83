import { isAscii, spelledNumber } from '../scalars.ts'
import type { Literal } from '../text.ts'
import { compileAutomaton } from './automaton.ts'
import { addHits } from './needles.ts'
import type { Finder, Hits, Needle } from './needles.ts'
import { compileTrie } from './trie.ts'
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

type Finders = readonly Finder[]
type Parts = {
  exact: ReadonlyMap<string, readonly number[]>
  /** By length: whether a literal that long fills the value. */
  exactLengths: Uint8Array
  /** Literals of ASCII, and those that only a text beyond ASCII can hold. */
  ascii: Finders
  beyond: Finders
  numbers: ReadonlyMap<number, readonly number[]> | undefined
  cache: ValueCache
}

export function compileField(questions: FieldQuestions): FieldIndex {
  const { numbers } = questions
  const literals = [...questions.literals.values()]
  const exact = new Map(ofAnchor(literals, 'exact').map(({ text, atoms }) => [text, atoms]))
  const parts: Parts = {
    exact,
    exactLengths: lengthsOf(exact.keys()),
    ascii: compileFinders(literals.filter(({ text }) => isAscii(text))),
    beyond: compileFinders(literals.filter(({ text }) => !isAscii(text))),
    numbers: numbers.size === 0 ? undefined : numbers,
    cache: createValueCache(),
  }
  const asksText = literals.length > 0
  return {
    ofText: (value, hits) => {
      if (asksText) textHits(parts, value, hits)
      if (parts.numbers !== undefined) spelledNumberHits(parts.numbers, value, hits)
    },
    ofNumber: (value, hits) => {
      const atoms = parts.numbers?.get(value)
      if (atoms !== undefined) addHits(hits, atoms)
      if (asksText) textHits(parts, String(value), hits)
    },
  }
}

function textHits(parts: Parts, value: string, hits: Hits): void {
  const { cache } = parts
  if (!cache.takes(value)) return findAll(parts, value, hits)
  const known = cache.get(value)
  if (known !== undefined) return addHits(hits, known)
  const from = hits.count
  findAll(parts, value, hits)
  cache.set(value, hits.atoms.slice(from, hits.count))
}

function findAll(parts: Parts, value: string, hits: Hits): void {
  const { exact, exactLengths, ascii, beyond } = parts
  const isPlain = isAscii(value)
  const text = isPlain ? value : value.toLowerCase()
  if (exactLengths[Math.min(text.length, exactLengths.length - 1)] === 1) {
    const atoms = exact.get(isPlain ? text.toLowerCase() : text)
    if (atoms !== undefined) addHits(hits, atoms)
  }
  for (const finder of ascii) finder.find(text, hits)
  if (!isPlain) for (const finder of beyond) finder.find(text, hits)
}

function compileFinders(literals: readonly (Literal & Needle)[]): Finders {
  const [prefixes, suffixes, inside] = [
    ofAnchor(literals, 'prefix'),
    ofAnchor(literals, 'suffix'),
    ofAnchor(literals, 'contains'),
  ]
  return [
    ...(prefixes.length === 0 ? [] : [compileTrie(prefixes, false)]),
    ...(suffixes.length === 0 ? [] : [compileTrie(suffixes, true)]),
    ...(inside.length === 0 ? [] : [compileAutomaton(inside)]),
  ]
}

function ofAnchor(
  literals: readonly (Literal & Needle)[],
  anchor: Literal['anchor'],
): (Literal & Needle)[] {
  return literals.filter((literal) => literal.anchor === anchor)
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

/** A flag for each length; the last one stands for every greater length too. */
function lengthsOf(texts: Iterable<string>): Uint8Array {
  const lengths = new Uint8Array(512)
  for (const text of texts) lengths[Math.min(text.length, lengths.length - 1)] = 1
  return lengths
}
