/** What must hold of the atoms of one event. */
export type Formula =
  | { kind: 'atom'; atom: number }
  | { kind: 'not'; of: Formula }
  | { kind: 'and' | 'or'; of: readonly Formula[] }

/** Where a decision ends. */
const NO = -1
export const YES = -2

/**
 * Decisions, one a step: look at an atom, go on to one of two steps or end. A formula of n atoms
 * takes n steps at most.
 */
export type Program = { atoms: number[]; ifHolds: number[]; ifNot: number[] }

export function newProgram(): Program {
  return { atoms: [], ifHolds: [], ifNot: [] }
}

/** Adds a formula to a program; gives the step to start at, or its constant end. */
export function addFormula(program: Program, formula: Formula, ifHolds = YES, ifNot = NO): number {
  if (formula.kind === 'atom') {
    program.atoms.push(formula.atom)
    program.ifHolds.push(ifHolds)
    program.ifNot.push(ifNot)
    return program.atoms.length - 1
  }
  if (formula.kind === 'not') return addFormula(program, formula.of, ifNot, ifHolds)
  const isAnd = formula.kind === 'and'
  let start = isAnd ? ifHolds : ifNot
  for (const part of formula.of.toReversed()) {
    start = isAnd
      ? addFormula(program, part, start, ifNot)
      : addFormula(program, part, ifHolds, start)
  }
  return start
}

/** Whether a formula holds, by what holds of its atoms. */
export function formulaHolds(formula: Formula, holds: (atom: number) => boolean): boolean {
  if (formula.kind === 'atom') return holds(formula.atom)
  if (formula.kind === 'not') return !formulaHolds(formula.of, holds)
  return formula.kind === 'and'
    ? formula.of.every((part) => formulaHolds(part, holds))
    : formula.of.some((part) => formulaHolds(part, holds))
}
