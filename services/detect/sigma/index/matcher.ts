import { KEYWORDS, forgetQuestions, lazyHolds } from './atoms.ts'
import type { Atoms, LazyTest } from './atoms.ts'
import { compileField } from './field-index.ts'
import type { FieldIndex } from './field-index.ts'
import { DEPTH_MAX_COUNT, fieldTree, pushInner, walkNested } from './field-tree.ts'
import type { FieldNode, FieldTree, Locate } from './field-tree.ts'
import { addHit, countHits } from './needles.ts'
import type { Hits } from './needles.ts'
import { NOTHING_ARRANGED, arrange } from './arrangement.ts'
import type { Arrangement } from './arrangement.ts'
import { YES, formulaHolds } from './program.ts'
import type { Formula } from './program.ts'
import { expectedCosts } from './witnesses.ts'

/** Events after which the index is arranged anew by what it saw in them. */
const TRIAL_EVENT_COUNT = 2000
const EPOCH_MAX = 2 ** 31 - 2
const HITS_FIRST_COUNT = 1024

/** Where a field's value came from: the key of its name, one place below, several. */
const [FLAT, NESTED, GATHERED] = [0, 1, 2]

/** Gives the value of a field that no record holds. */
export type Compute = (field: string) => unknown

/**
 * Finds which formulas hold of an event. First every field's words are looked up, which settles
 * the atoms of the index; then only formulas with a witness among them are decided.
 */
export class Matcher {
  readonly #atoms: Atoms
  readonly #formulas: readonly Formula[]
  readonly #tree: FieldTree
  readonly #indexes: readonly (FieldIndex | undefined)[]
  readonly #existsAtoms: Int32Array
  readonly #valuedAtoms: Int32Array
  readonly #nullIsAbsent: boolean
  readonly #isComputed: Uint8Array
  readonly #needed: Int32Array
  readonly #keywords: number
  readonly #keepsScalars: boolean

  #arrangement: Arrangement = NOTHING_ARRANGED

  #epoch = 0
  readonly #holdsAt: Int32Array
  readonly #failsAt: Int32Array
  readonly #formulaAt: Int32Array
  readonly #setAt: Int32Array
  readonly #values: unknown[]
  readonly #origins: Uint8Array
  readonly #hits: Hits = { atoms: new Int32Array(HITS_FIRST_COUNT), count: 0 }
  readonly #candidates: Int32Array
  readonly #nested: (FieldNode | object)[] = []
  #compute: Compute | undefined

  #trialCount = 0
  #hitCounts: Float64Array | undefined

  constructor(
    atoms: Atoms,
    formulas: readonly Formula[],
    { locate, nullIsAbsent }: { locate: Locate; nullIsAbsent: boolean },
  ) {
    const { fields, lazy } = atoms
    this.#atoms = atoms
    this.#formulas = formulas
    this.#tree = fieldTree(
      fields.map(({ name }) => name),
      locate,
    )
    this.#indexes = fields.map(({ name, questions }) => {
      const isAsked = questions.literals.size > 0 || questions.numbers.size > 0
      return isAsked ? compileField(questions, name !== KEYWORDS) : undefined
    })
    this.#existsAtoms = Int32Array.from(fields, ({ existsAtom }) => existsAtom)
    this.#valuedAtoms = Int32Array.from(fields, ({ valuedAtom }) => valuedAtom)
    this.#nullIsAbsent = nullIsAbsent
    this.#isComputed = Uint8Array.from(fields, ({ name }) => Number(locate(name) === 'computed'))
    this.#needed = Int32Array.from(lazy, (_, atom) => atoms.needed.get(atom) ?? -1)
    this.#keywords = atoms.fieldNumbers.get(KEYWORDS) ?? -1
    this.#keepsScalars = lazy.some((test) => test?.field === this.#keywords)
    this.#holdsAt = new Int32Array(lazy.length)
    this.#failsAt = new Int32Array(lazy.length)
    this.#formulaAt = new Int32Array(formulas.length)
    this.#setAt = new Int32Array(fields.length)
    this.#values = Array.from({ length: fields.length })
    this.#origins = new Uint8Array(fields.length)
    this.#candidates = new Int32Array(formulas.length)
    this.#hitCounts = formulas.length > 64 ? new Float64Array(lazy.length) : undefined
    const expected = expectedCosts(formulas, atoms)
    this.#arrange((atom) => expected[atom] ?? Infinity)
    forgetQuestions(atoms)
  }

  /** The numbers of the formulas that hold, ascending. The event is read until the next call. */
  match(event: Readonly<Record<string, unknown>>, compute: Compute | undefined): number[] {
    if (this.#formulas.length === 0) return []
    this.#begin(compute)
    this.#read(event)
    const [count, { entries, open }] = [this.#settle(0), this.#arrangement]
    const found: number[] = []
    for (let index = 0; index < count; index += 1) {
      const formula = this.#candidates[index] as number
      if (this.#run(entries[formula] as number)) found.push(formula)
    }
    for (const formula of open) {
      if (this.#run(entries[formula] as number)) found.push(formula)
    }
    this.#learn()
    return found.length > 1 ? found.sort((left, right) => left - right) : found
  }

  /** Whether a formula made of the same atoms holds of the event read last. */
  holds(formula: Formula): boolean {
    return formulaHolds(formula, (atom) => this.#holds(atom))
  }

  /** What a field held in the event read last. */
  valueOf(name: string): unknown {
    return this.#valueAt(this.#atoms.fieldNumbers.get(name) ?? -1)
  }

  #begin(compute: Compute | undefined): void {
    this.#compute = compute
    this.#hits.count = 0
    this.#nested.length = 0
    this.#epoch += 1
    if (this.#epoch < EPOCH_MAX) return
    const stamps = [this.#holdsAt, this.#failsAt, this.#formulaAt, this.#setAt]
    for (const array of stamps) array.fill(0)
    this.#epoch = 1
  }

  #read(event: Readonly<Record<string, unknown>>): void {
    const tree = this.#tree
    const nested = this.#nested
    for (const key in event) {
      const node = tree.get(key)
      if (node === undefined) continue
      const value = event[key]
      if (value === undefined || (value === null && this.#nullIsAbsent)) continue
      if (node.field >= 0) this.#put(node.field, value, FLAT)
      if (node.children !== undefined && typeof value === 'object' && value !== null)
        nested.push(node, value)
    }
    for (let index = 0; index < nested.length; index += 2) {
      const { children } = nested[index] as FieldNode
      if (children === undefined) continue
      walkNested(nested[index + 1], children, (field, value) => this.#putNested(field, value))
    }
    if (this.#keywords >= 0) this.#readKeywords(event)
  }

  #readKeywords(event: Readonly<Record<string, unknown>>): void {
    const keywords = this.#keywords
    const scalars: unknown[] = []
    const open: unknown[] = [event]
    while (open.length > 0) {
      const value = open.pop()
      if (typeof value === 'object') pushInner(value, open)
      else {
        this.#lookUp(keywords, value)
        if (this.#keepsScalars) scalars.push(value)
      }
    }
    this.#setAt[keywords] = this.#epoch
    this.#values[keywords] = scalars
  }

  #put(field: number, value: unknown, origin: number): void {
    this.#setAt[field] = this.#epoch
    this.#values[field] = value
    this.#origins[field] = origin
    const exists = this.#existsAtoms[field] as number
    if (exists >= 0) addHit(this.#hits, exists)
    if (value === null) return
    const valued = this.#valuedAtoms[field] as number
    if (valued >= 0) addHit(this.#hits, valued)
    this.#lookUp(field, value)
  }

  /** A key of the field's whole name wins; values of several places are a list. */
  #putNested(field: number, value: unknown): void {
    if (value === undefined || (value === null && this.#nullIsAbsent)) return
    if (this.#setAt[field] !== this.#epoch) return this.#put(field, value, NESTED)
    const origin = this.#origins[field]
    if (origin === FLAT || value === null) return
    const known = this.#values[field]
    if (known === null) return this.#put(field, value, NESTED)
    const values: unknown[] = origin === GATHERED && Array.isArray(known) ? known : [known]
    values.push(value)
    this.#values[field] = values
    this.#origins[field] = GATHERED
    this.#lookUp(field, value)
  }

  #lookUp(field: number, value: unknown, depth = 0): void {
    const index = this.#indexes[field]
    if (index === undefined) return
    if (typeof value === 'string') index.ofText(value, this.#hits)
    else if (typeof value === 'number') index.ofNumber(value, this.#hits)
    else if (typeof value === 'boolean') index.ofTruth(value, this.#hits)
    else if (Array.isArray(value) && depth < DEPTH_MAX_COUNT) {
      for (const element of value) this.#lookUp(field, element, depth + 1)
    }
  }

  /** Marks the atoms hit from this place on; gives how many formulas have a witness among them. */
  #settle(from: number): number {
    const epoch = this.#epoch
    const holdsAt = this.#holdsAt
    const formulaAt = this.#formulaAt
    const candidates = this.#candidates
    const [{ waitingFor }, { atoms, count }] = [this.#arrangement, this.#hits]
    let candidateCount = 0
    for (let index = from; index < count; index += 1) {
      const atom = atoms[index] as number
      if (holdsAt[atom] === epoch) continue
      holdsAt[atom] = epoch
      const waiting = waitingFor[atom]
      if (waiting === undefined) continue
      for (let place = 0; place < waiting.length; place += 1) {
        const formula = waiting[place] as number
        if (formulaAt[formula] === epoch) continue
        formulaAt[formula] = epoch
        candidates[candidateCount] = formula
        candidateCount += 1
      }
    }
    return candidateCount
  }

  #run(entry: number): boolean {
    const { atoms, ifHolds, ifNot } = this.#arrangement
    let step = entry
    while (step >= 0) {
      const holds = this.#holds(atoms[step] as number)
      step = (holds ? ifHolds[step] : ifNot[step]) as number
    }
    return step === YES
  }

  #holds(atom: number): boolean {
    if (this.#holdsAt[atom] === this.#epoch) return true
    const lazy = this.#atoms.lazy[atom]
    if (lazy === undefined) return this.#holdsComputed(atom)
    if (this.#failsAt[atom] === this.#epoch) return false
    const holds = this.#holdsLazy(atom, lazy)
    if (holds) this.#holdsAt[atom] = this.#epoch
    else this.#failsAt[atom] = this.#epoch
    return holds
  }

  #holdsLazy(atom: number, lazy: LazyTest): boolean {
    const needed = this.#needed[atom] as number
    if (needed >= 0 && !this.#holds(needed)) return false
    return lazyHolds(lazy, this.#valueAt(lazy.field), this.#valueAt(lazy.other))
  }

  #holdsComputed(atom: number): boolean {
    const field = this.#atoms.fieldOf[atom] as number
    if (this.#isComputed[field] === 0 || this.#setAt[field] === this.#epoch) return false
    this.#valueAt(field)
    return this.#holdsAt[atom] === this.#epoch
  }

  #valueAt(field: number): unknown {
    if (this.#setAt[field] === this.#epoch) return this.#values[field]
    if (this.#isComputed[field] !== 1) return undefined
    const name = this.#atoms.fields[field]?.name ?? ''
    const value = this.#compute?.(name)
    this.#setAt[field] = this.#epoch
    this.#values[field] = value
    if (value === undefined || value === null) return value
    const from = this.#hits.count
    this.#put(field, value, FLAT)
    this.#settle(from)
    return value
  }

  /** After a trial, words that turned out to be rare are the witnesses. */
  #learn(): void {
    const counts = this.#hitCounts
    if (counts === undefined) return
    countHits(this.#hits, counts)
    if (++this.#trialCount < TRIAL_EVENT_COUNT) return
    this.#hitCounts = undefined
    const expected = expectedCosts(this.#formulas, this.#atoms)
    this.#arrange((atom) => (counts[atom] ?? 0) + (expected[atom] ?? Infinity) / TRIAL_EVENT_COUNT)
  }

  #arrange(costOf: (atom: number) => number): void {
    const { fieldOf } = this.#atoms
    const isComputed = (atom: number): boolean => this.#isComputed[fieldOf[atom] ?? -1] === 1
    this.#arrangement = arrange(this.#formulas, this.#atoms, (atom) =>
      isComputed(atom) ? Infinity : costOf(atom),
    )
  }
}
