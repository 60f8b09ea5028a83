import { stringify } from 'yaml'
import { several } from './random.ts'
import type { Random } from './random.ts'
import { aRule } from './rule.ts'

type Plain = Record<string, unknown>
type Mutation = (random: Random) => string

const LIST_MAX_COUNT = 1000
const TEXT_MAX_LENGTH = 20_000
const SCALARS = [
  '.nan',
  '.inf',
  '-.inf',
  '0x7fffffffffffffffffff',
  '1e999',
  '-0',
  '~',
  '2024-01-01',
  '!!binary aGk=',
  '!!js/function "x"',
  '!!set {a, b}',
  '!!float "x"',
  '"\\ud800"',
  '"\\0"',
  '|\n      \tx',
  '>+\n      x\n\n',
  '? a\n: b',
  '*nowhere',
  '{<<: *nowhere}',
  '{__proto__: x, constructor: {prototype: x}}',
  '[[[[[[]]]]]]',
  '{? [a]: b}',
  '',
] as const
const EXPRESSIONS = [
  '(a+)+$',
  '(a|a)*b',
  '(?=a)b',
  '(?<!a)b',
  String.raw`(a)\1`,
  '(?>a)',
  '((a{1,30}){1,30}){1,30}',
  'a{1000}',
  'a{1001}',
  '(x{100}){100}',
  '[',
  '(?P<n>a)(?P<n>b)',
  String.raw`\p{Greek}+`,
  '(?i)ſ',
  '.*.*.*.*.*x',
  String.raw`(\s*\w*)*;`,
  '*',
  '',
  `${'('.repeat(500)}a${')'.repeat(500)}`,
  `${'a|'.repeat(2000)}b`,
  String.raw`\Q(\E`,
  '[[:alpha:]]',
  '(?s-i:.)',
] as const

/** A rule file as mistakes and malice make it; it need not even be YAML. */
export function aMutatedFile(random: Random): string {
  return random.pick(MUTATIONS)(random)
}

const aText = (random: Random): string => stringify(aRule(random, random.below(1e6)))

/** A rule with one item of our own. */
function withItem(random: Random, key: string, value: unknown): string {
  const rule = aRule(random, random.below(1e6))
  return stringify({ ...rule, detection: { sel: { [key]: value }, condition: 'sel' } })
}

const bytesChanged: Mutation = (random) => {
  const characters = Array.from(aText(random))
  for (let count = 1 + random.below(8); count > 0; count -= 1) {
    const place = random.below(characters.length)
    const put = random.pick([
      '',
      '\0',
      '\t',
      ' ',
      '\n',
      ':',
      '-',
      '|',
      '&',
      '*',
      '\uFFFD',
      '{',
      '"',
    ])
    const old = characters[place] ?? ''
    characters[place] = random.pick([put, old + put, String.fromCharCode(random.below(65_536))])
  }
  return characters.join('')
}

const keysDeleted: Mutation = (random) => {
  const rule = structuredClone(aRule(random, 1)) as Plain
  const change = (map: Plain): void => {
    const key = random.pick(Object.keys(map))
    const inner: unknown = map[key]
    const isMap = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    if (isMap && Object.keys(inner).length > 0 && random.chance(60)) return change(inner as Plain)
    if (random.chance(50)) delete map[key]
    else map[key] = random.pick<unknown>([null, [], {}, '', [[]], [null], 1, true, 'x', [{}]])
  }
  for (let count = 1 + random.below(3); count > 0; count -= 1) change(rule)
  return stringify(rule)
}

const deeplyNested: Mutation = (random) => {
  const depth = random.pick([10, 60, 70, 1000, 5000])
  const [begin, end] = random.pick([
    ['[', ']'],
    ['{a: ', '}'],
    ['[{a: ', '}]'],
  ] as const)
  const nested = `${begin.repeat(depth)}x${end.repeat(depth)}`
  return aText(random).replace(/selection_a:[^]*?\n {2}selection_b/, () => {
    return `selection_a: ${nested}\n  selection_b`
  })
}

const hugeList: Mutation = (random) => {
  const count = 1 + random.below(LIST_MAX_COUNT)
  const values = Array.from(
    { length: count },
    (_, place) => `${random.pick(['*', '', '-'])}v${place}`,
  )
  const modifiers = [
    '',
    '|contains',
    '|contains|all',
    '|endswith',
    '|windash',
    '|base64offset',
    '|re',
  ]
  return withItem(random, `tool${random.pick(modifiers)}`, values)
}

const aliasBomb: Mutation = (random) => {
  const levels = several(random, [3, 20], () => random.pick([2, 9]))
  const lines = levels.map((count, place) => {
    const inner = place === 0 ? 'x' : `*l${place - 1}`
    return `l${place}: &l${place} [${Array.from({ length: count }, () => inner).join(', ')}]`
  })
  const search = `detection:\n  sel:\n    tool: *l${levels.length - 1}\n  condition: sel`
  return `title: t\n${lines.join('\n')}\nlogsource: {category: x}\n${search}\n`
}

const weirdScalar: Mutation = (random) => {
  const lines = aText(random).split('\n')
  const place = random.below(lines.length)
  const scalar = random.pick(SCALARS)
  lines[place] = lines[place]!.replace(
    /(: |- ).*$|:$/,
    (_, mark) => `${String(mark ?? ': ')}${scalar}`,
  )
  return lines.join('\n')
}

const longText: Mutation = (random) => {
  const piece = random.pick(['*', '?', '*a', '?a*', '\\', ' -a', '%one%', 'a', '😀', '\0', 'İ'])
  const text = piece.repeat(1 + random.below(TEXT_MAX_LENGTH / piece.length))
  const modifiers = [
    '',
    '|contains',
    '|windash',
    '|expand',
    '|re',
    '|base64offset|contains',
    '|cidr',
  ]
  return withItem(random, `tool${random.pick(modifiers)}`, text)
}

const expression: Mutation = (random) => {
  const flags = random.pick(['', '|i', '|m', '|s', '|x'])
  return withItem(random, `tool|re${flags}`, random.pick(EXPRESSIONS))
}

const modifierSoup: Mutation = (random) => {
  const names = ['all', 'contains', 're', 'cidr', 'neq', 'wide', 'base64', 'gt', 'hour', 'expand']
  const key = several(random, [1, 5], () => random.pick([...names, '', 'what', '__proto__'])).join(
    '|',
  )
  return withItem(random, `tool|${key}`, random.pick<unknown>(['a', 5, null, true, ['a', 5], [[]]]))
}

const wildCondition: Mutation = (random) => {
  const count = random.pick([5, 200, 2000])
  const condition = random.pick([
    `${'('.repeat(count)}selection_a${')'.repeat(count)}`,
    `${'not '.repeat(count)}selection_a`,
    Array.from({ length: count }, () => 'selection_a').join(' or '),
    Array.from({ length: count }, () => 'not (selection_a and selection_b)').join(' and '),
    `1 of ${'*'.repeat(count)}a`,
    `all of ${'s*'.repeat(20)}`,
    'selection_a | count() > 5',
    '1 of',
    'them',
    'constructor',
    '__proto__ or selection_a',
    ')(',
  ])
  const rule = aRule(random, 1)
  return stringify({ ...rule, detection: { ...rule.detection, condition } })
}

const manyDocuments: Mutation = (random) =>
  several(random, [2, 6], () =>
    random.pick([aText(random), '---\n', '# nothing', 'x', '- a']),
  ).join('\n---\n')

const MUTATIONS: readonly Mutation[] = [
  bytesChanged,
  bytesChanged,
  keysDeleted,
  keysDeleted,
  deeplyNested,
  hugeList,
  aliasBomb,
  weirdScalar,
  weirdScalar,
  longText,
  expression,
  modifierSoup,
  wildCondition,
  manyDocuments,
]
