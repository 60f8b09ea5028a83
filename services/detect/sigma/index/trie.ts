import { foldsToAscii } from './alphabet.ts'
import { addHits } from './needles.ts'
import type { Finder, Needle } from './needles.ts'
import { markOutputs, tableOf } from './table.ts'

/** Finds the literals a text starts with. */
export function compilePrefixes(needles: readonly Needle[]): Finder {
  const table = tableOf(needles)
  markOutputs(table)
  const { alphabet, next, outputs } = table
  const { ascii, others, size } = alphabet
  return (text, hits) => {
    let state = 0
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      const symbol = code < 128 ? (ascii[code] as number) : (others.get(code) ?? 0)
      if (symbol === 0) return !foldsToAscii(code)
      state = next[(state >> 1) + symbol] as number
      if (state === 0) return true
      if ((state & 1) === 1) addHits(hits, outputs[(state >> 1) / size] as Int32Array)
    }
    return true
  }
}

/** Finds the literals a text ends with, and those that are all of it. */
export function compileEnds(suffixes: readonly Needle[], exact: readonly Needle[]): Finder {
  const back = ({ text, atoms }: Needle): Needle => ({ text: reversed(text), atoms })
  const table = tableOf([
    ...suffixes.map(back),
    ...exact.map(({ text }) => back({ text, atoms: [] })),
  ])
  const { alphabet, next, outputs } = table
  const { ascii, others, size } = alphabet
  const exactOutputs = new Map<number, readonly number[]>()
  for (const { text, atoms } of exact) exactOutputs.set(rowAt(table, reversed(text)), atoms)
  for (const [row, atoms] of outputs.entries()) if (atoms?.length === 0) outputs[row] = undefined
  markOutputs(table)
  return (text, hits) => {
    let state = 0
    for (let index = text.length - 1; index >= 0; index -= 1) {
      const code = text.charCodeAt(index)
      const symbol = code < 128 ? (ascii[code] as number) : (others.get(code) ?? 0)
      if (symbol === 0) return !foldsToAscii(code)
      state = next[(state >> 1) + symbol] as number
      if (state === 0) return true
      if ((state & 1) === 1) addHits(hits, outputs[(state >> 1) / size] as Int32Array)
    }
    const atoms = exactOutputs.get((state >> 1) / size)
    if (atoms !== undefined) addHits(hits, atoms)
    return true
  }
}

function rowAt({ alphabet, next }: ReturnType<typeof tableOf>, text: string): number {
  let row = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    const symbol = (code < 128 ? alphabet.ascii[code] : alphabet.others.get(code)) ?? 0
    row = ((next[row * alphabet.size + symbol] ?? 0) >> 1) / alphabet.size
  }
  return row
}

function reversed(text: string): string {
  let back = ''
  for (let index = text.length - 1; index >= 0; index -= 1) back += text.charAt(index)
  return back
}
