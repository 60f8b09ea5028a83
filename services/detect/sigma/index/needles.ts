/** A literal in lower case, and the atoms that hold where it is found. */
export type Needle = { text: string; atoms: readonly number[] }

/** Where found atoms go; an atom may come more than once. */
export type Hits = { atoms: Int32Array; count: number }

/** Finds literals in a text, which must be in lower case unless it is all ASCII. */
export type Finder = { find(text: string, hits: Hits): void }

/** Adds atoms to the hits, which grow when they must. */
export function addHits(hits: Hits, atoms: readonly number[] | Int32Array): void {
  const count = hits.count + atoms.length
  if (count > hits.atoms.length) {
    const grown = new Int32Array(2 * count)
    grown.set(hits.atoms)
    hits.atoms = grown
  }
  for (let index = 0; index < atoms.length; index += 1) {
    hits.atoms[hits.count + index] = atoms[index] ?? 0
  }
  hits.count = count
}
