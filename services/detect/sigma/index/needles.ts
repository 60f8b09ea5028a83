/** A literal in lower case, and the atoms that hold where it is found. */
export type Needle = { text: string; atoms: readonly number[] }

/** Where found atoms go; an atom may come more than once. */
export type Hits = { atoms: Int32Array; count: number }

/**
 * Finds literals in a text of any case. Gives false where some character must be put into lower
 * case first; the same text in lower case is then to be asked for again.
 */
export type Finder = (text: string, hits: Hits) => boolean

/** Adds atoms to the hits, which grow when they must. */
export function addHits(hits: Hits, atoms: readonly number[] | Int32Array): void {
  const count = hits.count + atoms.length
  if (count > hits.atoms.length) {
    const grown = new Int32Array(2 * count)
    grown.set(hits.atoms)
    hits.atoms = grown
  }
  const { atoms: all } = hits
  for (let index = 0; index < atoms.length; index += 1) {
    all[hits.count + index] = atoms[index] as number
  }
  hits.count = count
}

/** Adds one atom. */
export function addHit(hits: Hits, atom: number): void {
  if (hits.count < hits.atoms.length) {
    hits.atoms[hits.count] = atom
    hits.count += 1
  } else addHits(hits, [atom])
}

/** Adds one to the count of each atom hit. */
export function countHits({ atoms, count }: Hits, counts: Float64Array): void {
  for (let index = 0; index < count; index += 1) {
    const atom = atoms[index] as number
    counts[atom] = (counts[atom] as number) + 1
  }
}
