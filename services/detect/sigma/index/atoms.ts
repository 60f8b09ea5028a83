import assert from 'node:assert/strict'
import type { Item, Test } from '../item.ts'
import { numberOf, textOf } from '../scalars.ts'
import { timePartOf } from '../time-part.ts'
import type { TimePart } from '../time-part.ts'
import { DEPTH_MAX_COUNT } from './field-tree.ts'
import { askLiteral, askNumber, newQuestions } from './field-index.ts'
import type { FieldQuestions } from './field-index.ts'
import type { Formula } from './program.ts'

/** Stands for every value of an event, wherever it is. */
export const KEYWORDS = '\0keywords'

/** A test that is made only when a rule comes to it. */
export type LazyTest = {
  field: number
  test: Exclude<Test, { kind: 'literal' | 'number' | 'exists' | 'null' }>
  timePart: TimePart | undefined
  /** The other field, where the test compares two. */
  other: number
}

/** A field the rules read. */
type FieldEntry = {
  name: string
  questions: FieldQuestions
  /** The atoms that hold where the field is there, and is not null; -1 where nobody asks. */
  existsAtom: number
  valuedAtom: number
}

/** Every predicate of every rule, once. */
export type Atoms = {
  fields: FieldEntry[]
  /** By atom; undefined where the index answers. */
  lazy: (LazyTest | undefined)[]
  /** By atom: the field it looks at. */
  fieldOf: number[]
  /** By lazy atom: an atom of the index that holds wherever it does. */
  needed: Map<number, number>
  /** By atom of the index: how rare it should be, the lower the rarer. */
  costs: number[]
  fieldNumbers: Map<string, number>
  known: Map<string, number>
}

const PRESENT_COST = 60
const NUMBER_COST = 6
const CONTAINS_COST = 150
const ANCHORED_COST = 40

export function newAtoms(): Atoms {
  return {
    fields: [],
    lazy: [],
    fieldOf: [],
    needed: new Map(),
    costs: [],
    fieldNumbers: new Map(),
    known: new Map(),
  }
}

/** The formula of one item of a selection over atoms; equal predicates share theirs. */
export function itemFormula(atoms: Atoms, item: Item): Formula {
  const field = fieldNumber(atoms, item.field ?? KEYWORDS)
  const groups = item.groups.map((group) => groupFormula(atoms, field, group, item.timePart))
  const formula = joined('and', groups)
  return item.isNegated ? { kind: 'not', of: formula } : formula
}

/** One formula of several; itself where there is one. */
export function joined(kind: 'and' | 'or', of: readonly Formula[]): Formula {
  const [only] = of
  return of.length === 1 && only !== undefined ? only : { kind, of }
}

/** The number of a field, the same for the same name. */
function fieldNumber(atoms: Atoms, name: string): number {
  const known = atoms.fieldNumbers.get(name)
  if (known !== undefined) return known
  atoms.fieldNumbers.set(name, atoms.fields.length)
  return atoms.fields.push({ name, questions: newQuestions(), existsAtom: -1, valuedAtom: -1 }) - 1
}

function groupFormula(
  atoms: Atoms,
  field: number,
  group: readonly Test[],
  timePart: TimePart | undefined,
): Formula {
  const parts: Formula[] = []
  const indexed = group.filter((test) => test.kind === 'literal' || test.kind === 'number')
  if (indexed.length > 0) parts.push({ kind: 'atom', atom: indexedAtom(atoms, field, indexed) })
  for (const test of group) {
    if (test.kind === 'literal' || test.kind === 'number') continue
    if (test.kind === 'exists') {
      const exists: Formula = { kind: 'atom', atom: fieldAtom(atoms, field, 'existsAtom') }
      parts.push(test.isWanted ? exists : { kind: 'not', of: exists })
    } else if (test.kind === 'null') {
      const valued: Formula = { kind: 'atom', atom: fieldAtom(atoms, field, 'valuedAtom') }
      parts.push({ kind: 'not', of: valued })
    } else parts.push({ kind: 'atom', atom: lazyAtom(atoms, field, test, timePart) })
  }
  return joined('or', parts)
}

type IndexedTest = Extract<Test, { kind: 'literal' | 'number' }>

function indexedAtom(atoms: Atoms, field: number, tests: readonly IndexedTest[]): number {
  const keys = tests.map((test) =>
    test.kind === 'number' ? `number ${test.value}` : `${test.anchor} ${test.text}`,
  )
  const key = `${field}\0${[...new Set(keys)].sort().join('\0')}`
  const known = atoms.known.get(key)
  if (known !== undefined) return known
  const atom = newAtom(atoms, key, field, undefined)
  const { questions } = atoms.fields[field] ?? {}
  let cost = 0
  for (const test of tests) {
    cost += costOf(test)
    if (questions === undefined) continue
    if (test.kind === 'number') askNumber(questions, test.value, atom)
    else askLiteral(questions, test, atom)
  }
  atoms.costs[atom] = Math.min(cost, PRESENT_COST)
  return atom
}

function costOf(test: IndexedTest): number {
  if (test.kind === 'number') return NUMBER_COST
  if (test.anchor === 'exact') return 1
  const length = test.text.length
  return test.anchor === 'contains' ? CONTAINS_COST / length ** 2 : ANCHORED_COST / length ** 1.5
}

function fieldAtom(atoms: Atoms, field: number, of: 'existsAtom' | 'valuedAtom'): number {
  const entry = atoms.fields[field]
  assert(entry !== undefined, 'a field is asked for before it is known')
  if (entry[of] < 0) {
    entry[of] = newAtom(atoms, `${field}\0${of}`, field, undefined)
    atoms.costs[entry[of]] = PRESENT_COST
  }
  return entry[of]
}

function lazyAtom(
  atoms: Atoms,
  field: number,
  test: LazyTest['test'],
  timePart: TimePart | undefined,
): number {
  const key = `${field}\0lazy ${timePart ?? ''} ${keyOf(test)}`
  const known = atoms.known.get(key)
  if (known !== undefined) return known
  const other = test.kind === 'reference' ? fieldNumber(atoms, test.field) : -1
  const atom = newAtom(atoms, key, field, { field, test, timePart, other })
  const needle = test.kind === 'text' ? test.needle : undefined
  const isKeyword = atoms.fields[field]?.name === KEYWORDS
  if (needle !== undefined && needle !== '') {
    const literal = { kind: 'literal', anchor: 'contains', text: needle } as const
    atoms.needed.set(atom, indexedAtom(atoms, field, [literal]))
  } else if (!isKeyword) atoms.needed.set(atom, fieldAtom(atoms, field, 'valuedAtom'))
  return atom
}

function keyOf(test: LazyTest['test']): string {
  if (test.kind === 'text' || test.kind === 'value') return test.key
  if (test.kind === 'order') return `${test.order} ${test.limit}`
  return `reference ${test.placing} ${String(test.isCased)} ${test.field}`
}

function newAtom(atoms: Atoms, key: string, field: number, lazy: LazyTest | undefined): number {
  const atom = atoms.lazy.push(lazy) - 1
  atoms.known.set(key, atom)
  atoms.fieldOf.push(field)
  atoms.costs.push(PRESENT_COST)
  return atom
}

/** Lets go of what only compiling needs. No formula can be added afterwards. */
export function forgetQuestions({ known, fields }: Atoms): void {
  known.clear()
  for (const { questions } of fields) questions.literals.clear()
}

/** Makes a test on a field's value; on each of its values where it has several. */
export function lazyHolds(lazy: LazyTest, value: unknown, other: unknown, depth = 0): boolean {
  if (lazy.test.kind === 'reference') return refersTo(lazy.test, value, other)
  if (Array.isArray(value)) {
    return depth < DEPTH_MAX_COUNT && value.some((one) => lazyHolds(lazy, one, other, depth + 1))
  }
  return elementHolds(lazy.test, lazy.timePart, value)
}

function elementHolds(
  test: Exclude<LazyTest['test'], { kind: 'reference' }>,
  timePart: TimePart | undefined,
  value: unknown,
): boolean {
  if (test.kind === 'value') return test.holds(value)
  if (test.kind === 'text') {
    const text = textOf(value)
    return text !== undefined && test.holds(text)
  }
  const number = timePart === undefined ? numberOf(value) : timePartOf(value, timePart)
  return number !== undefined && inOrder(test.order, number, test.limit)
}

function inOrder(order: string, value: number, limit: number): boolean {
  if (order === 'lt') return value < limit
  if (order === 'lte') return value <= limit
  if (order === 'gt') return value > limit
  return order === 'gte' ? value >= limit : value === limit
}

function refersTo(
  { isCased, placing }: Extract<Test, { kind: 'reference' }>,
  value: unknown,
  other: unknown,
): boolean {
  const fold = (one: string): string => (isCased ? one : one.toLowerCase())
  const [texts, others] = [value, other].map((one) => [...new Set(textsOf(one).map(fold))])
  if (texts === undefined || others === undefined) return false
  if (placing === 'equals') {
    const known = new Set(others)
    return texts.some((text) => known.has(text))
  }
  return texts.some((text) => others.some((part) => placedIn(text, part, placing)))
}

/** The texts of a value: of each of its elements where it is a list, lists in lists too. */
function textsOf(value: unknown, depth = 0): string[] {
  if (Array.isArray(value)) {
    return depth < DEPTH_MAX_COUNT ? value.flatMap((one) => textsOf(one, depth + 1)) : []
  }
  const text = textOf(value)
  return text === undefined ? [] : [text]
}

function placedIn(text: string, part: string, placing: string): boolean {
  if (placing === 'contains') return text.includes(part)
  return placing === 'startswith' ? text.startsWith(part) : text.endsWith(part)
}
