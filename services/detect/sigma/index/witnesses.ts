import type { Atoms } from './atoms.ts'
import type { Formula } from './program.ts'

/** Atoms of the index, one of which holds wherever the formula does; and how often one will. */
export type Witnesses = { atoms: readonly number[]; cost: number }

/** How much an atom that many rules ask for is held to be commoner than its text says. */
const ASKERS_PER_DOUBLING = 8

/**
 * Witnesses of each formula; undefined where it may hold of an event that has none of its words.
 * Among what a formula needs, the rarest is taken. `costOf` says how often an atom holds.
 */
export function chooseWitnesses(
  formulas: readonly Formula[],
  atoms: Atoms,
  costOf: (atom: number) => number,
): (Witnesses | undefined)[] {
  return formulas.map((formula) => witnessesOf(formula, true, atoms, costOf))
}

/** The cost of atoms before any event was seen: by their words and by how many rules ask. */
export function expectedCosts(formulas: readonly Formula[], atoms: Atoms): Float64Array {
  const askers = new Float64Array(atoms.costs.length)
  for (const formula of formulas) countAskers(formula, atoms, askers)
  return askers.map((count, atom) => (atoms.costs[atom] ?? 1) * (1 + count / ASKERS_PER_DOUBLING))
}

function countAskers(formula: Formula, atoms: Atoms, askers: Float64Array): void {
  if (formula.kind === 'atom') {
    askers[formula.atom] = (askers[formula.atom] ?? 0) + 1
    const needed = atoms.needed.get(formula.atom)
    if (needed !== undefined) askers[needed] = (askers[needed] ?? 0) + 1
  } else if (formula.kind === 'not') countAskers(formula.of, atoms, askers)
  else for (const part of formula.of) countAskers(part, atoms, askers)
}

function witnessesOf(
  formula: Formula,
  isWanted: boolean,
  atoms: Atoms,
  costOf: (atom: number) => number,
): Witnesses | undefined {
  if (formula.kind === 'not') return witnessesOf(formula.of, !isWanted, atoms, costOf)
  if (formula.kind === 'atom') {
    if (!isWanted) return undefined
    const { atom } = formula
    const witness = atoms.lazy[atom] === undefined ? atom : atoms.needed.get(atom)
    const cost = witness === undefined ? Infinity : costOf(witness)
    return witness === undefined || cost === Infinity ? undefined : { atoms: [witness], cost }
  }
  const parts = formula.of.map((part) => witnessesOf(part, isWanted, atoms, costOf))
  return (formula.kind === 'and') === isWanted ? cheapest(parts) : together(parts)
}

function cheapest(parts: readonly (Witnesses | undefined)[]): Witnesses | undefined {
  let best: Witnesses | undefined
  for (const part of parts) {
    if (part !== undefined && part.cost < (best?.cost ?? Infinity)) best = part
  }
  return best
}

function together(parts: readonly (Witnesses | undefined)[]): Witnesses | undefined {
  const all = new Set<number>()
  let cost = 0
  for (const part of parts) {
    if (part === undefined) return undefined
    for (const atom of part.atoms) all.add(atom)
    cost += part.cost
  }
  return { atoms: [...all], cost }
}

const LAZY_COST = 1e6
const NEGATED_COST = 1e5

/** The formula with what will most likely settle it, at least work, first. */
export function inOrder(formula: Formula, atoms: Atoms, costOf: (atom: number) => number): Formula {
  if (formula.kind === 'atom') return formula
  if (formula.kind === 'not') return { kind: 'not', of: inOrder(formula.of, atoms, costOf) }
  const { kind } = formula
  const parts = formula.of.map((part) => inOrder(part, atoms, costOf))
  const weighed = parts.map((part) => ({ part, cost: effort(part, atoms, costOf) }))
  weighed.sort((left, right) => left.cost - right.cost)
  return { kind, of: weighed.map(({ part }) => part) }
}

function effort(formula: Formula, atoms: Atoms, costOf: (atom: number) => number): number {
  if (formula.kind === 'not') return NEGATED_COST + effort(formula.of, atoms, costOf)
  if (formula.kind === 'atom') {
    return atoms.lazy[formula.atom] === undefined ? costOf(formula.atom) : LAZY_COST
  }
  const efforts = formula.of.map((part) => effort(part, atoms, costOf))
  return formula.kind === 'and'
    ? efforts.reduce((least, one) => Math.min(least, one), Infinity)
    : efforts.reduce((sum, one) => sum + one, 0)
}
