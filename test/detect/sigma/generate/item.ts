import { several } from './random.ts'
import type { Random } from './random.ts'
import {
  ALL_FIELDS,
  FIELDS,
  FLAGS,
  NETWORKS,
  NUMBERS,
  REGEXES,
  SECRETS,
  TEXT_FIELDS,
  TIME_VALUES,
  WORDS,
} from './vocabulary.ts'

/** A field with its modifiers, and the value or values it is held to. */
type Item = readonly [key: string, value: unknown]
type MakeItem = (random: Random) => Item

const SHAPES = ['', '', '', '|contains', '|contains', '|startswith', '|endswith'] as const

/** A word as a rule writes it: its own wildcards escaped, others put in. */
export function aPattern(random: Random): string {
  const word = random.pick(WORDS)
  const style = random.below(10)
  if (style === 0) return word
  const escaped = word.replaceAll(/\\(?=[*?\\]|$)|[*?]/g, String.raw`\$&`)
  if (style > 5) return escaped
  const characters = Array.from(word)
  const cut = random.below(characters.length + 1)
  const [begin, end] = [characters.slice(0, cut).join(''), characters.slice(cut).join('')]
  return [`${begin}*`, `*${end}`, `${begin}*${end}`, `${begin}?`, `*${word}*`][style - 1]!
}

/** A map of one or two items, each of any construct but keywords. */
export function aSelection(random: Random): Record<string, unknown> {
  return Object.fromEntries(several(random, [1, 2], () => random.pick(WEIGHED)(random)))
}

const textItem: MakeItem = (random) => {
  const shape = random.pick(SHAPES)
  const values = several(random, random.chance(60) ? [1, 1] : [2, 4], () => aPattern(random))
  const all = values.length > 1 && random.chance(25) ? '|all' : ''
  const cased = random.chance(15) ? '|cased' : ''
  const neq = random.chance(8) ? '|neq' : ''
  const key = `${random.pick(TEXT_FIELDS)}${shape}${cased}${all}${neq}`
  return [key, values.length === 1 ? values[0] : values]
}

/** Many values in one list, as rules with sets have. */
const longList: MakeItem = (random) => [
  `${random.pick(TEXT_FIELDS)}${random.pick(SHAPES)}`,
  [...several(random, [8, 20], () => `${aPattern(random)}${random.below(9)}`), random.pick(WORDS)],
]

const scalarItem: MakeItem = (random) => {
  const field = random.pick([...FIELDS.number, ...FIELDS.flag, ...TEXT_FIELDS])
  const one = (): unknown => random.pick<unknown>([...NUMBERS, true, false, '5', '5*', '', 'True'])
  const shape = random.chance(15) ? '|contains' : ''
  return [`${field}${shape}`, random.chance(70) ? one() : several(random, [2, 4], one)]
}

const nullItem: MakeItem = (random) => [random.pick(ALL_FIELDS), null]
const existsItem: MakeItem = (random) => [`${random.pick(ALL_FIELDS)}|exists`, random.chance(60)]

const comparisonItem: MakeItem = (random) => [
  `${random.pick([...FIELDS.number, 'tool'])}|${random.pick(['lt', 'lte', 'gt', 'gte'])}`,
  random.pick(NUMBERS),
]

const cidrItem: MakeItem = (random) => [
  `${random.pick(FIELDS.address)}|cidr${random.chance(10) ? '|neq' : ''}`,
  random.chance(60) ? random.pick(NETWORKS) : several(random, [2, 3], () => random.pick(NETWORKS)),
]

const expandedNetworkItem: MakeItem = (random) => [
  `${random.pick(FIELDS.address)}|${random.pick(['cidr|expand', 'expand|cidr'])}`,
  '%networks%',
]

const regexItem: MakeItem = (random) => {
  const flags = random.pick(['', '', '', '|i', '|m', '|s', '|i|m|s', '|neq'])
  const field = random.pick([...TEXT_FIELDS, 'count', 'active'])
  const values = several(random, [1, 2], () => random.pick(REGEXES))
  const all = values.length > 1 && random.chance(40) ? '|all' : ''
  return [`${field}|re${flags}${all}`, values.length === 1 ? values[0] : values]
}

const windashItem: MakeItem = (random) => {
  const modifiers = random.pick(['|windash|contains', '|contains|windash', '|windash'])
  const values = several(random, [1, 3], () => random.pick(FLAGS))
  const all = values.length > 1 && random.chance(40) ? '|all' : ''
  return [`${random.pick(FIELDS.command)}${modifiers}${all}`, values]
}

const encodedItem: MakeItem = (random) => {
  const wide = random.pick(['', '', '|windash', '|wide', '|utf16le', '|utf16be', '|utf16'])
  const encoding = random.pick(['|base64offset|contains', '|base64|contains', '|base64'])
  const cased = random.chance(30) ? '|cased' : ''
  const texts = wide === '|windash' ? FLAGS : SECRETS
  const values = several(random, [1, 2], () => random.pick(texts))
  return [`payload${wide}${encoding}${cased}`, values.length === 1 ? values[0] : values]
}

const expandItem: MakeItem = (random) => {
  const shape = random.pick(['|expand', '|expand|contains', '|startswith|expand'])
  return [
    `${random.pick(TEXT_FIELDS)}${shape}`,
    random.pick(['%tools%', '%one%', 'a%one%', '%one%%tools%', 'beta']),
  ]
}

const referenceItem: MakeItem = (random) => {
  const shape = random.pick(['', '', '|startswith', '|endswith', '|contains', '|neq', '|cased'])
  return [`${random.pick(TEXT_FIELDS)}|fieldref${shape}`, random.pick([...TEXT_FIELDS, 'count'])]
}

const timeItem: MakeItem = (random) => {
  const part = random.pick(Object.keys(TIME_VALUES))
  const values = TIME_VALUES[part]!
  const comparison = random.pick(['', '', '', '|gte', '|lt', '|neq'])
  return [`at|${part}${comparison}`, random.chance(70) ? random.pick(values) : values.slice(0, 2)]
}

const WEIGHED: readonly MakeItem[] = [
  ...Array.from({ length: 8 }, () => textItem),
  longList,
  scalarItem,
  scalarItem,
  nullItem,
  existsItem,
  comparisonItem,
  comparisonItem,
  cidrItem,
  expandedNetworkItem,
  regexItem,
  regexItem,
  windashItem,
  encodedItem,
  expandItem,
  referenceItem,
  timeItem,
]
