import { strict as assert } from 'node:assert'

/** The middle of what several rounds measured, and how far apart they were. */
export type Spread = { median: number; min: number; max: number }

/** At least one value. */
export function spreadOf(values: readonly number[]): Spread {
  assert(values.length > 0, 'nothing was measured')
  const sorted = [...values].sort((one, other) => one - other)
  const middle = (sorted.length - 1) / 2
  const [below, above] = [sorted[Math.floor(middle)] ?? 0, sorted[Math.ceil(middle)] ?? 0]
  return { median: (below + above) / 2, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 }
}

/** Of positive numbers; undefined of none. */
export function geometricMean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  const logarithms = values.reduce((sum, value) => sum + Math.log(value), 0)
  return Math.exp(logarithms / values.length)
}
