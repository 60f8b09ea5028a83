import { alphabetOf, classOf } from './alphabet.ts'
import type { Alphabet } from './alphabet.ts'
import type { Needle } from './needles.ts'

/**
 * The literals' own states as rows of transitions. A state is twice the place where its row starts,
 * one more where it has an output; place 0 of a row is for characters that no literal has.
 */
export type Table = {
  alphabet: Alphabet
  next: Int32Array
  rowCount: number
  /** By row: the atoms of the literals that end there; undefined for none. */
  outputs: (Int32Array | undefined)[]
}

/**
 * A table in which no state has a way back: 0 stands for no transition. Rows stand by depth, so
 * that those which most characters lead to are close together.
 */
export function tableOf(needles: readonly Needle[]): Table {
  const sorted = [...needles].sort((left, right) => (left.text < right.text ? -1 : 1))
  const alphabet = alphabetOf(sorted.map(({ text }) => text))
  const { size } = alphabet
  const next = new Int32Array(size * rowsOf(sorted))
  const outputs: (Int32Array | undefined)[] = [undefined]
  let open = sorted.map((needle) => ({ needle, row: 0 }))
  for (let depth = 0; open.length > 0; depth += 1) {
    for (const one of open) {
      const { text, atoms } = one.needle
      if (depth === text.length) {
        outputs[one.row] = Int32Array.from([...(outputs[one.row] ?? []), ...atoms])
        continue
      }
      const place = one.row * size + classOf(alphabet, text.charCodeAt(depth))
      const to = next[place] ?? 0
      if (to === 0) {
        one.row = outputs.push(undefined) - 1
        next[place] = 2 * one.row * size
      } else one.row = (to >> 1) / size
    }
    open = open.filter(({ needle }) => needle.text.length > depth)
  }
  return { alphabet, next, rowCount: outputs.length, outputs }
}

/** Marks in every transition whether the state it leads to has an output. */
export function markOutputs({ alphabet, next, outputs }: Table): void {
  const { size } = alphabet
  for (let place = 0; place < next.length; place += 1) {
    const to = next[place] ?? 0
    if (to !== 0 && outputs[(to >> 1) / size] !== undefined) next[place] = to | 1
  }
}

/** One for the root, and for each literal one a character beyond what it shares with the last. */
function rowsOf(sorted: readonly Needle[]): number {
  let count = 1
  let last = ''
  for (const { text } of sorted) {
    let shared = 0
    while (shared < text.length && text[shared] === last[shared]) shared += 1
    count += text.length - shared
    last = text
  }
  return count
}
