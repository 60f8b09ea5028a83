import { alphabetOf, classOf } from './alphabet.ts'
import type { Alphabet } from './alphabet.ts'
import { addHits } from './needles.ts'
import type { Finder, Hits, Needle } from './needles.ts'

const FIRST_ROW_COUNT = 64

/**
 * Rows of transitions, one a state; place 0 of a row, which no character has, holds the number of
 * the state's output, 0 for none. A state is the place where its row starts.
 */
export type Table = {
  alphabet: Alphabet
  next: Int32Array
  stateCount: number
  outputs: (readonly number[])[]
}

/** Finds the literals a text starts with, or with `isReversed` ends with. */
export function compileTrie(needles: readonly Needle[], isReversed: boolean): Finder {
  const table = tableOf(
    isReversed ? needles.map(({ text, atoms }) => ({ text: reversed(text), atoms })) : needles,
  )
  return {
    find: isReversed
      ? (text, hits) => findBack(table, text, hits)
      : (text, hits) => findOn(table, text, hits),
  }
}

/** A table of the literals' own states; no state has a way back. */
export function tableOf(needles: readonly Needle[]): Table {
  const alphabet = alphabetOf(needles.map(({ text }) => text))
  const { size } = alphabet
  let next = new Int32Array(size * FIRST_ROW_COUNT)
  const outputs: (readonly number[])[] = [[]]
  let stateCount = 1
  for (const { text, atoms } of needles) {
    let state = 0
    for (let index = 0; index < text.length; index += 1) {
      const at = state + classOf(alphabet, text.charCodeAt(index))
      let to = next[at] ?? 0
      if (to === 0) {
        to = stateCount * size
        stateCount += 1
        if (stateCount * size > next.length) next = grown(next)
        next[at] = to
      }
      state = to
    }
    const output = next[state] ?? 0
    if (output === 0) {
      next[state] = outputs.length
      outputs.push(atoms)
    } else outputs[output] = [...(outputs[output] ?? []), ...atoms]
  }
  return { alphabet, next: next.slice(0, stateCount * size), stateCount, outputs }
}

function findOn({ alphabet, next, outputs }: Table, text: string, hits: Hits): void {
  let state = 0
  for (let index = 0; index < text.length; index += 1) {
    const symbol = classOf(alphabet, text.charCodeAt(index))
    if (symbol === 0) return
    state = next[state + symbol] ?? 0
    if (state === 0) return
    const output = next[state] ?? 0
    if (output !== 0) addHits(hits, outputs[output] ?? [])
  }
}

function findBack({ alphabet, next, outputs }: Table, text: string, hits: Hits): void {
  let state = 0
  for (let index = text.length - 1; index >= 0; index -= 1) {
    const symbol = classOf(alphabet, text.charCodeAt(index))
    if (symbol === 0) return
    state = next[state + symbol] ?? 0
    if (state === 0) return
    const output = next[state] ?? 0
    if (output !== 0) addHits(hits, outputs[output] ?? [])
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length)
  larger.set(array)
  return larger
}

function reversed(text: string): string {
  let back = ''
  for (let index = text.length - 1; index >= 0; index -= 1) back += text.charAt(index)
  return back
}
