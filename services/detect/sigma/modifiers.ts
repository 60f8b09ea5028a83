import ipaddr from 'ipaddr.js'
import { RuleRefusal } from '#sigma/refusal.ts'
import { base64, base64Offsets, widened, windashVariants } from './encodings.ts'
import type { Wide } from './encodings.ts'
import { compileExpression, expressionFlag, requiredText } from './expression.ts'
import { ORDERS } from './item.ts'
import type { Item, Order, Test } from './item.ts'
import { expandPlaceholders } from './placeholders.ts'
import type { Placeholders } from './placeholders.ts'
import { isAscii, numberOf } from './scalars.ts'
import { compilePieces, literalOf, longestText, lowered, placed, readPieces } from './text.ts'
import type { Pieces, Placing } from './text.ts'
import { TIME_PARTS } from './time-part.ts'
import type { TimePart } from './time-part.ts'

const VALUES_MAX_COUNT = 100_000
const MODIFIERS_MAX_COUNT = 12
const ADDRESS_MAX_LENGTH = 64
const ADDRESS_CHARACTERS = /^[\da-f:.]*[\d:.](?:[\da-f:.]*|%\w+)$/i
const WIDES: ReadonlyMap<string, Wide> = new Map([
  ['wide', 'utf16le'],
  ['utf16le', 'utf16le'],
  ['utf16be', 'utf16be'],
  ['utf16', 'utf16'],
])
const PLACINGS: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith'])
/** What changes the text of a value, in the order it is written. */
const TRANSFORMS: ReadonlySet<string> = new Set([
  'windash',
  'base64',
  'base64offset',
  ...WIDES.keys(),
])

type Kind = 'equals' | 're' | 'cidr' | 'exists' | 'fieldref' | Order
type Modifiers = {
  kind: Kind
  placing: Placing
  transforms: string[]
  flags: string
  isCased: boolean
  isAll: boolean
  isNegated: boolean
  isExpanded: boolean
  timePart: TimePart | undefined
}
type Scalar = string | number | boolean | null

/**
 * Reads one entry of a selection: `field|modifier: value`, or a list of values; keywords where
 * `key` names no field.
 *
 * @throws RuleRefusal for an unknown modifier or combination, or a value of another shape.
 */
export function readItem(key: string, value: unknown, placeholders: Placeholders): Item {
  const [name = '', ...words] = key.split('|')
  const modifiers = readModifiers(words)
  const field = name === '' ? undefined : name
  const given = readValues(value)
  if (modifiers.isAll && given.length < 2 && field !== undefined && !Array.isArray(value)) {
    throw new RuleRefusal('"all" needs a list of values')
  }
  if (given.length > 1 && given.includes(null)) throw new RuleRefusal('null cannot stand in a list')
  if (field === undefined) requireKeywordKind(modifiers)
  const placing =
    field === undefined && modifiers.placing === 'equals' ? 'contains' : modifiers.placing
  const read = { ...modifiers, placing }
  const tests = given.map((scalar) => testsOf(scalar, read, placeholders))
  return {
    field,
    isNegated: modifiers.isNegated,
    timePart: modifiers.timePart,
    groups: modifiers.isAll ? tests : [tests.flat()],
  }
}

function readModifiers(words: readonly string[]): Modifiers {
  if (words.length > MODIFIERS_MAX_COUNT) throw new RuleRefusal('there are too many modifiers')
  const modifiers: Modifiers = {
    kind: 'equals',
    placing: 'equals',
    transforms: [],
    flags: '',
    isCased: false,
    isAll: false,
    isNegated: false,
    isExpanded: false,
    timePart: undefined,
  }
  for (const word of words) readModifier(word, modifiers)
  refuseNonsense(modifiers, words)
  return modifiers
}

function readModifier(word: string, modifiers: Modifiers): void {
  const flag = modifiers.kind === 're' ? expressionFlag(word) : undefined
  const timePart = TIME_PARTS.find((part) => part === word)
  if (flag !== undefined) modifiers.flags += flag
  else if (word === 'cased') modifiers.isCased = true
  else if (word === 'all') modifiers.isAll = true
  else if (word === 'neq') modifiers.isNegated = true
  else if (word === 'expand') modifiers.isExpanded = true
  else if (TRANSFORMS.has(word)) modifiers.transforms.push(word)
  else if (isPlacing(word)) setPlacing(word, modifiers)
  else if (timePart !== undefined) modifiers.timePart = timePart
  else setKind(word, modifiers)
}

function setPlacing(word: Placing, modifiers: Modifiers): void {
  if (modifiers.placing !== 'equals') {
    throw new RuleRefusal(`"${modifiers.placing}" and "${word}" exclude each other`)
  }
  modifiers.placing = word
}

function setKind(word: string, modifiers: Modifiers): void {
  const kind = KINDS.find((one) => one === word)
  if (kind === undefined) throw new RuleRefusal(`there is no modifier "${word}"`)
  if (modifiers.kind !== 'equals') {
    throw new RuleRefusal(`"${modifiers.kind}" and "${word}" exclude each other`)
  }
  modifiers.kind = kind
}

const KINDS: readonly Kind[] = ['re', 'cidr', 'exists', 'fieldref', ...ORDERS]

function refuseNonsense(modifiers: Modifiers, words: readonly string[]): void {
  const { kind, placing, isCased, transforms, timePart } = modifiers
  const isText = kind === 'equals' || kind === 'fieldref'
  if (isCased && !isText) throw new RuleRefusal(`"cased" says nothing with "${kind}"`)
  if (placing !== 'equals' && !isText && kind !== 're') {
    throw new RuleRefusal(`"${placing}" says nothing with "${kind}"`)
  }
  if (transforms.length > 0 && kind !== 'equals') {
    throw new RuleRefusal(`"${transforms[0] ?? ''}" says nothing with "${kind}"`)
  }
  const isComparison = kind === 'equals' || ORDERS.some((order) => order === kind)
  if (timePart !== undefined && (!isComparison || placing !== 'equals' || transforms.length > 0)) {
    throw new RuleRefusal(`"${timePart}" compares numbers only`)
  }
  if (kind === 'exists' && words.length > 1) throw new RuleRefusal('"exists" stands alone')
}

function requireKeywordKind({ kind, timePart }: Modifiers): void {
  if ((kind !== 'equals' && kind !== 're') || timePart !== undefined) {
    throw new RuleRefusal('keywords cannot be compared in this way')
  }
}

function readValues(value: unknown): Scalar[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (values.length === 0) throw new RuleRefusal('the list of values is empty')
  if (values.length > VALUES_MAX_COUNT) throw new RuleRefusal('the list of values is too long')
  return values.map((one) => {
    if (one === null || typeof one === 'string' || typeof one === 'boolean') return one
    if (typeof one === 'number' && Number.isFinite(one)) return one
    throw new RuleRefusal('a value is text, a number, true, false or null')
  })
}

/** The tests of one value, any of which holds: one, or a test for each of its variants. */
function testsOf(scalar: Scalar, modifiers: Modifiers, placeholders: Placeholders): Test[] {
  if (modifiers.isExpanded) {
    const { isExpanded: _, ...others } = modifiers
    return expandPlaceholders(scalar, placeholders).flatMap((one) =>
      testsOf(one, { ...others, isExpanded: false }, placeholders),
    )
  }
  const { kind, timePart } = modifiers
  switch (kind) {
    case 'exists':
      return [existsTest(scalar)]
    case 'cidr':
      return [cidrTest(scalar)]
    case 're':
      return [expressionTest(scalar, modifiers)]
    case 'fieldref':
      return [referenceTest(scalar, modifiers)]
    case 'equals':
      return timePart === undefined ? equalTests(scalar, modifiers) : [partTest(scalar)]
    default:
      return [{ kind: 'order', order: kind, limit: limitOf(scalar, kind) }]
  }
}

function equalTests(scalar: Scalar, modifiers: Modifiers): Test[] {
  const { placing, transforms } = modifiers
  const isPlain = placing === 'equals' && transforms.length === 0
  if (scalar === null) {
    if (!isPlain) throw new RuleRefusal('null cannot be placed or encoded')
    return [{ kind: 'null' }]
  }
  if (typeof scalar === 'number' && isPlain) return [{ kind: 'number', value: scalar }]
  return variantsOf(readPieces(String(scalar)), transforms).map((pieces) =>
    textTest(placed(pieces, placing), modifiers.isCased),
  )
}

function variantsOf(pieces: Pieces, transforms: readonly string[]): Pieces[] {
  let variants: Pieces[] = [pieces]
  let isBytes = false
  for (const transform of transforms) {
    const wide = WIDES.get(transform)
    const encodesBytes = isBytes
    if (wide !== undefined) variants = variants.map((variant) => widened(variant, wide))
    else if (transform === 'windash') variants = variants.flatMap(windashVariants)
    else if (transform === 'base64') {
      variants = variants.map((variant) => base64(variant, encodesBytes))
    } else variants = variants.flatMap((variant) => base64Offsets(variant, encodesBytes))
    isBytes = wide !== undefined
  }
  return variants
}

function textTest(pieces: Pieces, isCased: boolean): Test {
  const literal = literalOf(pieces)
  if (literal !== undefined && literal.text !== '' && !isCased) {
    return { kind: 'literal', anchor: literal.anchor, text: literal.text.toLowerCase() }
  }
  const longest = longestText(pieces)
  const isSafe = !isCased || isAscii(longest ?? '')
  const needle = isSafe ? longest?.toLowerCase() : undefined
  const key = JSON.stringify([isCased, pieces])
  if (isCased) return { kind: 'text', key, needle, holds: compilePieces(pieces) }
  const holds = compilePieces(lowered(pieces))
  return { kind: 'text', key, needle, holds: (text) => holds(text.toLowerCase()) }
}

function existsTest(scalar: Scalar): Test {
  if (typeof scalar !== 'boolean') throw new RuleRefusal('"exists" needs true or false')
  return { kind: 'exists', isWanted: scalar }
}

function expressionTest(scalar: Scalar, { flags }: Modifiers): Test {
  if (typeof scalar !== 'string' && typeof scalar !== 'number') {
    throw new RuleRefusal('"re" needs text')
  }
  const source = String(scalar)
  const holds = compileExpression(source, flags)
  const key = `re:${flags}:${source}`
  return { kind: 'text', key, needle: requiredText(source, flags), holds }
}

function cidrTest(scalar: Scalar): Test {
  const text = String(scalar)
  const alone = addressOf(text)
  const cidr = alone === undefined ? text : `${text}/${alone.kind() === 'ipv4' ? 32 : 128}`
  if (!ipaddr.isValidCIDR(cidr)) {
    throw new RuleRefusal('"cidr" needs a network such as 10.0.0.0/8')
  }
  const [network, prefixBits] = ipaddr.parseCIDR(cidr)
  return {
    kind: 'value',
    key: `cidr:${cidr}`,
    holds: (other) => {
      const address = typeof other === 'string' ? addressOf(other) : undefined
      return address?.kind() === network.kind() && address.match(network, prefixBits)
    },
  }
}

/** An address as it is usually written; undefined for anything else. */
function addressOf(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (text.length > ADDRESS_MAX_LENGTH || !ADDRESS_CHARACTERS.test(text)) return undefined
  const isAddress = text.includes(':')
    ? ipaddr.IPv6.isValid(text)
    : ipaddr.IPv4.isValidFourPartDecimal(text)
  return isAddress ? ipaddr.parse(text) : undefined
}

function referenceTest(scalar: Scalar, { placing, isCased }: Modifiers): Test {
  if (typeof scalar !== 'string' || scalar === '') {
    throw new RuleRefusal('"fieldref" needs the name of a field')
  }
  return { kind: 'reference', field: scalar, placing, isCased }
}

function partTest(scalar: Scalar): Test {
  return { kind: 'order', order: 'equals', limit: limitOf(scalar, 'a part of a time') }
}

function limitOf(scalar: Scalar, what: string): number {
  const limit = numberOf(scalar)
  if (limit === undefined) throw new RuleRefusal(`${what} needs a number`)
  return limit
}

function isPlacing(word: string): word is Placing {
  return PLACINGS.has(word)
}
