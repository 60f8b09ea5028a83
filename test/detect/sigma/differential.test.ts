import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readDocuments } from '#sigma/documents.ts'
import { compileEngine } from '../../../services/detect/sigma/engine.ts'
import { loadSigma } from '../../../services/detect/sigma/load.ts'
import { anEvent } from './generate/event.ts'
import type { PlainEvent } from './generate/event.ts'
import { seeded, several } from './generate/random.ts'
import type { Random } from './generate/random.ts'
import { aRule } from './generate/rule.ts'
import { readSigmaTree } from './generate/sigma-tree.ts'
import type { RuleFile } from './generate/sigma-tree.ts'
import { anEventTowards } from './generate/towards.ts'
import { PLACEHOLDERS } from './generate/vocabulary.ts'
import { naiveMatches } from './naive/interpret.ts'

const IS_SOAK = process.env['TOCSIN_SOAK'] !== undefined
const SOAK_TIMEOUT_MS = 3_600_000
const OPTIONS = { placeholders: PLACEHOLDERS }
const SHOWN_MAX_COUNT = 3
const GENERATED_PREFIX = 'generated-'
const REFUSED_MAX_SHARE = 0.005

type Plain = Readonly<Record<string, unknown>>
type Pair = { rule: Plain; event: PlainEvent; isMatch: boolean }
/** Rules compiled together, and each as YAML gives it. */
type Lane = {
  plain: readonly Plain[]
  byId: ReadonlyMap<string, Plain>
  idsOf: (event: PlainEvent) => ReadonlySet<string>
}

describe('generated rules, 40 compiled together, each with 50 events: 10,000 pairs a seed', () => {
  test.for(Array.from({ length: 10 }, (_, index) => index + 1))('seed %i', (seed) => {
    const random = seeded(seed)
    const pairs: Pair[] = []
    for (let batch = 0; batch < 5; batch += 1) {
      const lane = laneOf(generatedFiles(random, 40))
      for (let place = 0; place < 50; place += 1) {
        const begun = anEvent(random)
        const isNear = random.chance(50)
        const event = isNear ? anEventTowards(random, random.pick(lane.plain), begun) : begun
        const ids = lane.idsOf(event)
        pairs.push(...lane.plain.map((rule) => ({ rule, event, isMatch: isIn(ids, rule) })))
      }
    }
    expect(pairs).toHaveLength(10_000)
    expect(shareOf(pairs)).toBeGreaterThan(0.2)
    expect(shareOf(pairs)).toBeLessThan(0.45)
    expect(disagreements(pairs)).toEqual([])
  })
})

test('a rule alone matches as it does among others: 1,000 generated rules, 3 events each', () => {
  const random = seeded(99)
  const pairs = Array.from({ length: 1000 }, () => {
    const lane = laneOf(generatedFiles(random, 1))
    const rule = lane.plain[0]!
    return several(random, [3, 3], () => {
      const event = anEventTowards(random, rule, random.chance(50) ? anEvent(random) : {})
      return { rule, event, isMatch: isIn(lane.idsOf(event), rule) }
    })
  }).flat()
  expect(disagreements(pairs)).toEqual([])
})

const tree = readSigmaTree()

test.skipIf(tree === undefined)(
  'the published rules, all together: 2,000 events built towards them, every match that is ' +
    'claimed, the rule aimed at and 23 others: at least 48,000 pairs',
  () => {
    const random = seeded(7)
    const lane = laneOf(tree!)
    const pairs: Pair[] = []
    let aimedCount = 0
    for (let place = 0; place < 2000; place += 1) {
      const aim = random.pick(lane.plain)
      const event = anEventTowards(random, aim)
      const ids = lane.idsOf(event)
      if (isIn(ids, aim)) aimedCount += 1
      pairs.push(
        ...pairsOf(lane, event, ids, [
          aim,
          ...several(random, [23, 23], () => random.pick(lane.plain)),
        ]),
      )
    }
    expect(pairs.length).toBeGreaterThanOrEqual(48_000)
    expect(aimedCount).toBeGreaterThan(500)
    expect(disagreements(pairs)).toEqual([])
  },
)

test.skipIf(!IS_SOAK)(
  '100,000 generated events against the published rules and 100 generated ones at once: the ' +
    'engine over every event; the interpreter over every rule for 1,000 of them, and for the ' +
    'rest over every match that is claimed, the rule aimed at and 20 others',
  { timeout: SOAK_TIMEOUT_MS },
  () => {
    const random = seeded(2)
    const lane = laneOf([...(tree ?? []), ...generatedFiles(random, 100)])
    for (let place = 0; place < 100_000; place += 1) {
      const aim = random.pick(lane.plain)
      const event = anEventTowards(random, aim, random.chance(50) ? anEvent(random) : {})
      const ids = lane.idsOf(event)
      const others = several(random, [20, 20], () => random.pick(lane.plain))
      const asked = place % 100 === 0 ? lane.plain : [aim, ...others]
      expect(disagreements(pairsOf(lane, event, ids, asked))).toEqual([])
    }
  },
)

/** The pairs of an event with some rules and with each that the engine says it matches. */
function pairsOf(
  { byId }: Lane,
  event: PlainEvent,
  ids: ReadonlySet<string>,
  asked: readonly Plain[],
): Pair[] {
  const rules = new Set([...Array.from(ids, (id) => byId.get(id)!), ...asked])
  return [...rules].map((rule) => ({ rule, event, isMatch: isIn(ids, rule) }))
}

/** The rules of some files that load: each of those generated, nearly each of those published. */
function laneOf(files: readonly RuleFile[]): Lane {
  const { rules, refused } = loadSigma(files, OPTIONS)
  const isGenerated = files.every(({ file }) => file.startsWith(GENERATED_PREFIX))
  expect(refused.length).toBeLessThanOrEqual(isGenerated ? 0 : files.length * REFUSED_MAX_SHARE)
  const engine = compileEngine(rules)
  const loadedIds = new Set(rules.map(({ id }) => id))
  const plain = files
    .flatMap(({ file, text }) => readDocuments(file, text).documents.map((each) => each.plain))
    .filter((rule) => isIn(loadedIds, rule))
  return {
    plain,
    byId: new Map(plain.map((rule) => [rule['id'] as string, rule])),
    idsOf: (event) => new Set(engine.match(event).map(({ id }) => id)),
  }
}

function generatedFiles(random: Random, count: number): RuleFile[] {
  return Array.from({ length: count }, (_, ordinal) => ({
    file: `${GENERATED_PREFIX}${ordinal}.yml`,
    text: stringify(aRule(random, ordinal)),
  }))
}

const isIn = (ids: ReadonlySet<string>, rule: Plain): boolean => ids.has(rule['id'] as string)

const shareOf = (pairs: readonly Pair[]): number =>
  pairs.filter(({ isMatch }) => isMatch).length / pairs.length

/** The first pairs that engine and interpreter judge differently. */
function disagreements(pairs: readonly Pair[]): unknown[] {
  const found: unknown[] = []
  for (const { rule, event, isMatch } of pairs) {
    if (found.length === SHOWN_MAX_COUNT) break
    if (naiveMatches(rule, event, OPTIONS) === isMatch) continue
    found.push({ engine: isMatch, id: rule['id'], detection: rule['detection'], event })
  }
  return found
}
