import { foldsToAscii } from './alphabet.ts'
import { addHits } from './needles.ts'
import type { Finder, Needle } from './needles.ts'
import { markOutputs, tableOf } from './table.ts'
import type { Table } from './table.ts'

/**
 * Finds every literal that a text contains, in one pass: Aho and Corasick's automaton
 * (Communications of the ACM 18, 1975) with every transition written out, so that a character costs
 * one step.
 */
export function compileAutomaton(needles: readonly Needle[]): Finder {
  const table = tableOf(needles)
  complete(table)
  markOutputs(table)
  const { alphabet, next, outputs } = table
  const { ascii, others, size } = alphabet
  return (text, hits) => {
    let state = 0
    let last = 0
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (code < 128) state = next[(state >> 1) + (ascii[code] as number)] as number
      else if (foldsToAscii(code)) return false
      else state = next[(state >> 1) + (others.get(code) ?? 0)] as number
      if ((state & 1) === 0 || state === last) continue
      last = state
      addHits(hits, outputs[(state >> 1) / size] as Int32Array)
    }
    return true
  }
}

/** Writes out where each state goes on a mismatch, and what it finds on the way. */
function complete({ alphabet, next, rowCount, outputs }: Table): void {
  const { size } = alphabet
  const failures = new Int32Array(rowCount)
  const queue = new Int32Array(rowCount)
  let tail = 0
  for (let symbol = 1; symbol < size; symbol += 1) {
    const to = next[symbol] ?? 0
    if (to !== 0) queue[tail++] = to >> 1
  }
  for (let head = 0; head < tail; head += 1) {
    const place = queue[head] ?? 0
    const row = place / size
    const failure = failures[row] ?? 0
    const inherited = failure === 0 ? undefined : outputs[failure / size]
    const own = outputs[row]
    if (inherited !== undefined) {
      outputs[row] = own === undefined ? inherited : Int32Array.from([...own, ...inherited])
    }
    for (let symbol = 1; symbol < size; symbol += 1) {
      const onFailure = next[failure + symbol] ?? 0
      const to = next[place + symbol] ?? 0
      if (to === 0) next[place + symbol] = onFailure
      else {
        failures[(to >> 1) / size] = onFailure >> 1
        queue[tail++] = to >> 1
      }
    }
  }
}
