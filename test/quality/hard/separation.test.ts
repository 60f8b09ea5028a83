import { describe, expect, test } from 'vitest'

import { listFiles, readText } from '../../support/checkout.ts'
import { importsOf } from '../../support/import-map.ts'
import { chooserOf } from './choose.ts'
import type { Family } from './fill.ts'
import type { Intent } from './intent.ts'
import { CALLS, INTENTS, renderedTexts } from './rendered-texts.ts'
import { heldOut, seenFamilies } from './wordings/families.ts'

const FOLDER = 'test/quality/hard/wordings'
/** Renders values, holds no wording: what both groups may use. */
const WITHOUT_WORDS = ['../../choose.ts', '../../fill.ts', '../../intent.ts']
const SHINGLE_WORDS = 4
const OVERLAP_MAX = 0.02
const SEEDS = 40
/** Their letters are coded or set apart: their runs of words are nobody else's. */
const CODED = ['base64', 'spaced-letters', 'zero-width', 'reversed', 'tag-characters']

describe.each(['seen', 'unseen'])('the %s wordings', (group) => {
  test.for(listFiles(`${FOLDER}/${group}`, '.ts'))('%s has its words to itself', (path) => {
    const foreign = importsOf(readText(path)).filter(
      (specifier = '') => !WITHOUT_WORDS.includes(specifier) && !/^\.\/[\w-]+\.ts$/.test(specifier),
    )
    expect(foreign).toEqual([])
  })
})

test('what both groups use holds no phrase', () => {
  const shared = WITHOUT_WORDS.map((path) => path.replace('../../', 'test/quality/hard/'))
  const literals = shared.flatMap((path) =>
    [...readText(path).matchAll(/'([^'\n]*)'|`([^`]*)`/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    ),
  )
  expect(literals.filter((text) => /[a-z]+ [a-z]+/i.test(text))).toEqual([])
})

test('there are at least 26 families, a third of them held out, no name twice', () => {
  const names = [...seenFamilies, ...heldOut].map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThanOrEqual(26)
  expect(heldOut.length / names.length).toBeCloseTo(1 / 3, 1)
})

test.for([...seenFamilies, ...heldOut])('$name has several templates of its own', (family) => {
  const [intent] = INTENTS
  const texts = Array.from({ length: SEEDS }, (_, seed) =>
    family.write(intent as Intent, chooserOf(String(seed))).join('\n'),
  )
  expect(new Set(texts).size).toBeGreaterThanOrEqual(4)
})

test('no text names a slot that was not filled', () => {
  const texts = [...renderedTexts([...seenFamilies, ...heldOut], SEEDS)]
  expect(
    texts.filter((text) => /\{(?:who|where|amount|when|title|text|thing)\}/.test(text)),
  ).toEqual([])
})

test('the two groups share almost no run of four words', () => {
  const seen = shinglesOf(renderedTexts(seenFamilies.filter(isLegible), SEEDS))
  const unseen = shinglesOf(renderedTexts(heldOut.filter(isLegible), SEEDS))
  const shared = [...unseen].filter((shingle) => seen.has(shingle))
  const share = shared.length / unseen.size
  process.stdout.write(
    `${shared.length} of ${unseen.size} four-word runs of the unseen wordings are among the ` +
      `${seen.size} of the seen ones: ${(share * 100).toFixed(2)} %\n`,
  )
  expect(seen.size).toBeGreaterThan(1_000)
  expect(unseen.size).toBeGreaterThan(500)
  expect(share).toBeLessThan(OVERLAP_MAX)
})

function isLegible({ name }: Family): boolean {
  return !CODED.includes(name)
}

/** Runs of words; what the call gives, names of parameters and tools too, is one word. */
function shinglesOf(texts: readonly string[]): Set<string> {
  const given = new Set(
    CALLS.flatMap((call) => [call.tool, ...Object.keys(call.arguments), ...call.tool.split('_')]),
  )
  const shingles = new Set<string>()
  for (const text of texts) {
    const words = (text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).map((word) =>
      /^(?:v\dv|770)$/.test(word) || given.has(word) ? '_' : word,
    )
    for (let start = 0; start + SHINGLE_WORDS <= words.length; start++) {
      const run = words.slice(start, start + SHINGLE_WORDS)
      if (run.some((word) => word !== '_')) shingles.add(run.join(' '))
    }
  }
  return shingles
}
