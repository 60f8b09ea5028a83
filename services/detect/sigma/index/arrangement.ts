import type { Atoms } from './atoms.ts'
import { addFormula, newProgram } from './program.ts'
import type { Formula } from './program.ts'
import { chooseWitnesses, inOrder } from './witnesses.ts'

/** Formulas as they are decided: the steps of all of them, and who waits for which atom. */
export type Arrangement = {
  /** By step: the atom to look at, and where to go on. */
  atoms: Int32Array
  ifHolds: Int32Array
  ifNot: Int32Array
  /** By formula: its first step. */
  entries: Int32Array
  /** By atom: the formulas it is a witness of. */
  waitingFor: readonly (Int32Array | undefined)[]
  /** Formulas without a witness: every event is to be asked. */
  open: Int32Array
}

export const NOTHING_ARRANGED: Arrangement = {
  atoms: new Int32Array(),
  ifHolds: new Int32Array(),
  ifNot: new Int32Array(),
  entries: new Int32Array(),
  waitingFor: [],
  open: new Int32Array(),
}

/** Arranges formulas by how often their atoms hold: `costOf`, infinite for one the index lacks. */
export function arrange(
  formulas: readonly Formula[],
  atoms: Atoms,
  costOf: (atom: number) => number,
): Arrangement {
  const program = newProgram()
  const entries = Int32Array.from(formulas, (formula) =>
    addFormula(program, inOrder(formula, atoms, costOf)),
  )
  const waitingFor: (number[] | undefined)[] = Array.from({ length: atoms.lazy.length })
  const open: number[] = []
  for (const [formula, chosen] of chooseWitnesses(formulas, atoms, costOf).entries()) {
    if (chosen === undefined) open.push(formula)
    else for (const atom of chosen.atoms) (waitingFor[atom] ??= []).push(formula)
  }
  return {
    atoms: Int32Array.from(program.atoms),
    ifHolds: Int32Array.from(program.ifHolds),
    ifNot: Int32Array.from(program.ifNot),
    entries,
    waitingFor: waitingFor.map((waiting) => waiting && Int32Array.from(waiting)),
    open: Int32Array.from(open),
  }
}
