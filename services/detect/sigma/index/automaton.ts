import type { Alphabet } from './alphabet.ts'
import { addHits } from './needles.ts'
import type { Finder, Hits, Needle } from './needles.ts'
import { tableOf } from './trie.ts'
import type { Table } from './trie.ts'

/**
 * Aho and Corasick's automaton (Communications of the ACM 18, 1975) with every transition written
 * out, so that a character costs one step.
 */
export function compileAutomaton(needles: readonly Needle[]): Finder {
  const table = tableOf(needles)
  const outputs = complete(table)
  const { alphabet, next } = table
  return { find: (text, hits) => find(alphabet, next, outputs, text, hits) }
}

/** Writes out where each state goes on a mismatch; gives all outputs of each state. */
function complete({ alphabet, next, stateCount, outputs }: Table): Int32Array[] {
  const { size } = alphabet
  const all = outputs.map((atoms) => Int32Array.from(atoms))
  const failures = new Int32Array(stateCount)
  const queue = new Int32Array(stateCount)
  let tail = 0
  for (let symbol = 1; symbol < size; symbol += 1) {
    const to = next[symbol] ?? 0
    if (to !== 0) queue[tail++] = to
  }
  for (let head = 0; head < tail; head += 1) {
    const state = queue[head] ?? 0
    const failure = failures[state / size] ?? 0
    joinOutputs(next, state, failure, all)
    for (let symbol = 1; symbol < size; symbol += 1) {
      const onFailure = next[failure + symbol] ?? 0
      const to = next[state + symbol] ?? 0
      if (to === 0) next[state + symbol] = onFailure
      else {
        failures[to / size] = onFailure
        queue[tail++] = to
      }
    }
  }
  return all
}

function joinOutputs(next: Int32Array, state: number, failure: number, all: Int32Array[]): void {
  const inherited = next[failure] ?? 0
  if (failure === 0 || inherited === 0) return
  const own = next[state] ?? 0
  if (own === 0) next[state] = inherited
  else all[own] = Int32Array.from([...(all[own] ?? []), ...(all[inherited] ?? [])])
}

function find(
  { ascii, others }: Alphabet,
  next: Int32Array,
  outputs: readonly Int32Array[],
  text: string,
  hits: Hits,
): void {
  let state = 0
  let last = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    const symbol = code < 128 ? (ascii[code] as number) : (others.get(code) ?? 0)
    if (symbol === 0) {
      state = 0
      continue
    }
    state = next[state + symbol] as number
    const output = next[state] as number
    if (output === 0 || output === last || state === 0) continue
    last = output
    addHits(hits, outputs[output] ?? [])
  }
}
