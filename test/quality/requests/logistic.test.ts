import { describe, expect, test } from 'vitest'
import { fitLogistic, type Example } from './logistic.ts'

const examples: Example[] = [
  { cues: [0], isPositive: true },
  { cues: [0, 1], isPositive: true },
  { cues: [1], isPositive: false },
  { cues: [2], isPositive: false },
  { cues: [], isPositive: false },
]

describe('fitLogistic', () => {
  test('is where its slopes are none, for each weight and the intercept', () => {
    const strength = 3
    const { intercept, weights } = fitLogistic(examples, 3, strength)
    const slopes = [0, ...weights]
    for (const { cues, isPositive } of examples) {
      const margin = cues.reduce((sum, cue) => sum + (weights[cue] ?? 0), intercept)
      const share = (strength * 5) / 2 / (isPositive ? 2 : 3)
      const slope = share * (1 / (1 + Math.exp(-margin)) - (isPositive ? 1 : 0))
      for (const at of [0, ...cues.map((cue) => cue + 1)]) slopes[at] = (slopes[at] ?? 0) + slope
    }
    for (const slope of slopes) expect(Math.abs(slope)).toBeLessThan(1e-5)
  })

  test('weighs what only one class shows for it', () => {
    const { weights } = fitLogistic(examples, 3, 3)
    expect(weights[0]).toBeGreaterThan(0.5)
    expect(weights[1]).toBeLessThan(weights[0] ?? 0)
    expect(weights[2]).toBeLessThan(0)
  })
})
