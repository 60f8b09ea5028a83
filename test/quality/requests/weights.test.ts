import { describe, expect, test } from 'vitest'
import { cuesOf, handingOver } from '../../../services/observe/handing-over.ts'
import { wordHash } from '../../../services/observe/hashing.ts'
import { tokensOf } from '../../../services/observe/tokens.ts'
import { readText } from '../../support/checkout.ts'
import { seenLines, writtenLines, type RequestLine } from './lines.ts'
import { weightsFile } from './weights-file.ts'
import { weightsOf, type Weights } from './weights.ts'

const FILE = 'services/observe/handing-over-weights.ts'

describe('the weights of handing over', () => {
  const written = writtenLines()
  const seen = seenLines()

  test('are those that the lines give', () => {
    expect(weightsFile(weightsOf([...written, ...seen]))).toBe(readText(FILE))
  })

  test('no line is told both ways', () => {
    const texts = new Set(written.map(({ text }) => text.toLowerCase()))
    expect(texts.size).toBe(written.length)
  })

  test('learned from some lines, they tell others: nine pairs of ten are in order', () => {
    const shares = [0, 1, 2].map((fold) => {
      const left = written.filter((_, index) => index % 3 === fold)
      const weights = weightsOf([...written.filter((_, index) => index % 3 !== fold), ...seen])
      return orderedShare(left, weights)
    })
    process.stdout.write(`pairs in order: ${shares.map((share) => share.toFixed(3)).join(', ')}\n`)
    for (const share of shares) expect(share).toBeGreaterThan(0.9)
  })

  test('hold for most of the lines they were learned from', () => {
    const isRight = ({ text, isHandedOver }: RequestLine): boolean =>
      handingOver(text, tokensOf(text)) >= 0.5 === isHandedOver
    expect(written.filter(isRight).length / written.length).toBeGreaterThan(0.9)
  })
})

/** Of all pairs of a line that hands over and one that does not, those that weights put so. */
function orderedShare(lines: readonly RequestLine[], { cues }: Weights): number {
  const sums = lines.map(({ text }) =>
    cuesOf(text, tokensOf(text)).reduce((sum, { place, stem }) => {
      const found = cues[place].find(([written]) => wordHash(written) === stem)
      return sum + (found?.[1] ?? 0)
    }, 0),
  )
  const of = (isHandedOver: boolean): number[] =>
    sums.filter((_, index) => lines[index]?.isHandedOver === isHandedOver)
  const [handed, own] = [of(true), of(false)]
  const ordered = handed.reduce(
    (count, sum) => count + own.filter((other) => other < sum).length,
    0,
  )
  return ordered / (handed.length * own.length)
}
