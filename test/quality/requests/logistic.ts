import { probabilityOf } from '../../../services/detect/model/trees.ts'

/** What a message shows, as indices of cues, and whether it hands something over. */
export type Example = { cues: readonly number[]; isPositive: boolean }

/** A logistic model: its intercept, and a weight for each cue. */
export type Logistic = { intercept: number; weights: Float64Array }

const SWEEPS_MAX_COUNT = 2_000
const STEP_MIN = 1e-7
/** The second derivative of the logistic loss is nowhere greater. */
const CURVATURE_MAX = 0.25

/**
 * The logistic regression with a ridge that weighs both classes alike: minimises
 * `|w|^2 / 2 + strength * sum of losses`, the intercept left free, one coordinate after the other,
 * each by a step that its greatest curvature allows (Boehning and Lindsay, 1988), until none moves.
 * The same examples in the same order give the same numbers.
 */
export function fitLogistic(
  examples: readonly Example[],
  cueCount: number,
  strength: number,
): Logistic {
  const positiveCount = examples.filter(({ isPositive }) => isPositive).length
  const shares = examples.map(({ isPositive }) => {
    return (
      (strength * examples.length) /
      2 /
      (isPositive ? positiveCount : examples.length - positiveCount)
    )
  })
  const margins = new Float64Array(examples.length)
  const weights = new Float64Array(cueCount)
  const all = examples.map((_, index) => index)
  const byCue: number[][] = Array.from({ length: cueCount }, () => [])
  examples.forEach(({ cues }, index) => cues.forEach((cue) => byCue[cue]?.push(index)))
  let intercept = 0
  const step = (rows: readonly number[], weight: number, ridge: number): number => {
    let slope = ridge * weight
    let curvature = ridge
    for (const row of rows) {
      const share = shares[row] ?? 0
      const label = examples[row]?.isPositive === true ? 1 : 0
      slope += share * (probabilityOf(margins[row] ?? 0) - label)
      curvature += share * CURVATURE_MAX
    }
    const change = -slope / curvature
    for (const row of rows) margins[row] = (margins[row] ?? 0) + change
    return change
  }
  for (let sweep = 0; sweep < SWEEPS_MAX_COUNT; sweep += 1) {
    const change = step(all, intercept, 0)
    intercept += change
    let greatest = Math.abs(change)
    byCue.forEach((rows, cue) => {
      const moved = step(rows, weights[cue] ?? 0, 1)
      weights[cue] = (weights[cue] ?? 0) + moved
      greatest = Math.max(greatest, Math.abs(moved))
    })
    if (greatest < STEP_MIN) break
  }
  return { intercept, weights }
}
