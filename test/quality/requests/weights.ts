import { cuesOf, MARKS, type Cue } from '../../../services/observe/handing-over.ts'
import { wordHash } from '../../../services/observe/hashing.ts'
import { tokensOf } from '../../../services/observe/tokens.ts'
import type { RequestLine } from './lines.ts'
import { fitLogistic } from './logistic.ts'

/** What a model of requests is made of: cues by their place, with weights in hundredths. */
export type Weights = {
  intercept: number
  cues: Record<Cue['place'], [stem: string, weight: number][]>
}

const STRENGTH = 1
const SUPPORT_MIN = 3
const HUNDREDTHS = 100
/** Weights nearer to nothing than this are left out. */
const WEIGHT_MIN = 4

/**
 * The weights by which the cues of these lines tell whether a message hands something over. A cue
 * counts that three lines show; those of one invented domain count as one, since what they speak
 * of says nothing elsewhere. The same lines in the same order give the same weights.
 */
export function weightsOf(lines: readonly RequestLine[]): Weights {
  const read = lines.map(({ text }) => cuesOf(text, tokensOf(text)))
  const kept = supportedCues(lines, read)
  const numbers = new Map([...kept.keys()].map((key, index) => [key, index]))
  const examples = lines.map(({ isHandedOver }, index) => ({
    cues: (read[index] ?? []).flatMap((cue) => numbers.get(keyOf(cue)) ?? []),
    isPositive: isHandedOver,
  }))
  const { intercept, weights } = fitLogistic(examples, numbers.size, STRENGTH)
  const stems = stemsIn(lines)
  const cues: Weights['cues'] = { anywhere: [], opening: [], second: [] }
  for (const [key, { place, stem }] of kept) {
    const weight = Math.round((weights[numbers.get(key) ?? 0] ?? 0) * HUNDREDTHS)
    const written = stems.get(stem)
    if (written !== undefined && Math.abs(weight) >= WEIGHT_MIN) cues[place].push([written, weight])
  }
  for (const list of Object.values(cues)) list.sort(([one], [other]) => (one < other ? -1 : 1))
  return { intercept: Math.round(intercept * HUNDREDTHS), cues }
}

function supportedCues(lines: readonly RequestLine[], read: readonly Cue[][]): Map<string, Cue> {
  const support = new Map<string, { cue: Cue; witnesses: Set<string> }>()
  lines.forEach(({ domain }, index) => {
    for (const cue of read[index] ?? []) {
      const key = keyOf(cue)
      const known = support.get(key) ?? { cue, witnesses: new Set() }
      known.witnesses.add(domain ?? String(index))
      support.set(key, known)
    }
  })
  const kept = [...support].filter(([, { witnesses }]) => witnesses.size >= SUPPORT_MIN)
  return new Map(kept.map(([key, { cue }]) => [key, cue]))
}

function keyOf({ place, stem }: Cue): string {
  return `${place} ${stem}`
}

/** How the stems of these lines are written: of a word, the beginning that has its hash. */
function stemsIn(lines: readonly RequestLine[]): Map<number, string> {
  const stems = new Map(Object.values(MARKS).map((mark) => [wordHash(mark), mark as string]))
  for (const { text } of lines) {
    for (const { kind, start, end, hash } of tokensOf(text)) {
      if (kind !== 'word' || stems.has(hash)) continue
      const word = text.slice(start, end).toLowerCase()
      for (let length = word.length; length > 0; length -= 1) {
        if (wordHash(word.slice(0, length)) !== hash) continue
        stems.set(hash, word.slice(0, length))
        break
      }
    }
  }
  return stems
}
