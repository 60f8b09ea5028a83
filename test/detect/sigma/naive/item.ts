import ipaddr from 'ipaddr.js'
import { RE2JS } from 're2js'
import { base64, base64Offsets, utf16 } from './encode.ts'
import { leavesOf, numberOf, scalarsOf, valueAt } from './fields.ts'
import type { Scalar } from './fields.ts'
import {
  expand,
  isMatch,
  isUnreadable,
  literalText,
  open,
  readPattern,
  withAnyDash,
} from './pattern.ts'
import type { Pattern, Placeholders } from './pattern.ts'
import { NaiveRefusal } from './refusal.ts'
import { TIME_PARTS, timePart } from './times.ts'

const COMPARISONS: Record<string, (found: number, wanted: number) => boolean> = {
  lt: (found, wanted) => found < wanted,
  lte: (found, wanted) => found <= wanted,
  gt: (found, wanted) => found > wanted,
  gte: (found, wanted) => found >= wanted,
}
const TRANSFORMS: Record<string, (pattern: Pattern, placeholders: Placeholders) => Pattern[]> = {
  contains: (pattern) => [open(pattern, 'both')],
  startswith: (pattern) => [open(pattern, 'after')],
  endswith: (pattern) => [open(pattern, 'before')],
  windash: withAnyDash,
  expand,
  base64: (pattern) => [base64(pattern)],
  base64offset: base64Offsets,
  wide: (pattern) => [utf16(pattern, 'le')],
  utf16le: (pattern) => [utf16(pattern, 'le')],
  utf16be: (pattern) => [utf16(pattern, 'be')],
  utf16: (pattern) => [utf16(pattern, 'marked')],
}
const REGEX_FLAGS: Record<string, number> = {
  i: RE2JS.CASE_INSENSITIVE,
  ignorecase: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  multiline: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
  dotall: RE2JS.DOTALL,
}
const SHAPES = ['contains', 'startswith', 'endswith', 'all', 'neq', 'cased', 'exists', 'fieldref']
const KNOWN = new Set([
  ...[TRANSFORMS, COMPARISONS, REGEX_FLAGS].flatMap((each) => Object.keys(each)),
  ...[SHAPES, TIME_PARTS, ['re', 'cidr']].flat(),
])
const regexes = new Map<string, RE2JS>()

type Item = {
  field: string
  modifiers: readonly string[]
  event: Readonly<Record<string, unknown>>
  placeholders: Placeholders
}

/** Whether `field|modifiers: value` holds in an event; without a field, anywhere in it. */
export function itemHolds(
  key: string,
  value: unknown,
  event: Readonly<Record<string, unknown>>,
  placeholders: Placeholders,
): boolean {
  const [field = '', ...modifiers] = key.split('|')
  if (modifiers.some((each) => !KNOWN.has(each))) throw new NaiveRefusal('an unknown modifier')
  const item = { field, modifiers, event, placeholders }
  const values: unknown[] = Array.isArray(value) ? value : [value]
  const hasAll = modifiers.includes('all')
  const holds = hasAll
    ? values.every((each) => valueHolds(each, item))
    : values.some((each) => valueHolds(each, item))
  return modifiers.includes('neq') ? !holds : holds
}

function valueHolds(value: unknown, item: Item): boolean {
  const { field, modifiers, event } = item
  const found = field === '' ? leavesOf(event) : valueAt(event, field)
  if (modifiers.includes('exists')) {
    return (found !== undefined) === (String(value).toLowerCase() === 'true')
  }
  if (value === null && field !== '') return found === undefined || found === null
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    throw new NaiveRefusal('the value is no scalar')
  }
  return scalarsOf(found).some((scalar) => scalarHolds(value as Scalar, scalar, item))
}

function scalarHolds(value: Scalar, scalar: Scalar, item: Item): boolean {
  const { modifiers } = item
  const part = TIME_PARTS.find((each) => modifiers.includes(each))
  const comparison = modifiers.find((each) => Object.hasOwn(COMPARISONS, each))
  if (part !== undefined || comparison !== undefined) {
    const wanted = numberOf(value)
    const found = part === undefined ? numberOf(scalar) : timePart(scalar, part)
    if (wanted === undefined) throw new NaiveRefusal('the value is no number')
    if (found === undefined) return false
    return comparison === undefined ? found === wanted : COMPARISONS[comparison]!(found, wanted)
  }
  if (modifiers.includes('re')) return regexHolds(String(value), modifiers, String(scalar))
  if (modifiers.includes('cidr')) return cidrHolds(value, scalar, item)
  if (modifiers.includes('fieldref')) return referenceHolds(String(value), scalar, item)
  const transforms = modifiers.filter((each) => Object.hasOwn(TRANSFORMS, each))
  if (typeof value === 'number' && transforms.length === 0 && item.field !== '') {
    return numberOf(scalar) === value
  }
  const isCased = modifiers.includes('cased')
  return patternsOf(value, transforms, item).some((each) => isMatch(each, String(scalar), isCased))
}

function patternsOf(value: Scalar, transforms: readonly string[], item: Item): Pattern[] {
  let patterns = [readPattern(String(value))]
  for (const transform of transforms) {
    const apply = TRANSFORMS[transform]!
    patterns = patterns.flatMap((pattern) => apply(pattern, item.placeholders))
  }
  if (patterns.some(isUnreadable)) throw new NaiveRefusal('the bytes are no text')
  const isAnchored = ['startswith', 'endswith'].some((each) => transforms.includes(each))
  if (item.field !== '' || isAnchored) return patterns
  return patterns.map((pattern) => open(pattern, 'both'))
}

function regexHolds(source: string, modifiers: readonly string[], text: string): boolean {
  const flags = modifiers.reduce((all, each) => all | (REGEX_FLAGS[each] ?? 0), 0)
  const key = `${flags} ${source}`
  const regex = regexes.get(key) ?? RE2JS.compile(source, flags)
  if (regexes.size < 10_000) regexes.set(key, regex)
  return regex.matcher(text).find()
}

function cidrHolds(value: Scalar, scalar: Scalar, item: Item): boolean {
  const texts = item.modifiers.includes('expand')
    ? expand(readPattern(String(value)), item.placeholders).map(literalText)
    : [String(value)]
  const address = typeof scalar === 'string' ? addressOf(scalar) : undefined
  return texts.some((text) => {
    const whole = addressOf(text)?.kind() === 'ipv4' ? `${text}/32` : `${text}/128`
    const [network, bits] = ipaddr.parseCIDR(text.includes('/') ? text : whole)
    return address?.kind() === network.kind() && address.match(network, bits)
  })
}

function addressOf(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined
}

function referenceHolds(name: string, scalar: Scalar, { modifiers, event }: Item): boolean {
  const fold = (each: Scalar): string =>
    modifiers.includes('cased') ? String(each) : String(each).toLowerCase()
  const text = fold(scalar)
  return scalarsOf(valueAt(event, name)).some((other) => {
    if (modifiers.includes('contains')) return text.includes(fold(other))
    if (modifiers.includes('startswith')) return text.startsWith(fold(other))
    if (modifiers.includes('endswith')) return text.endsWith(fold(other))
    return text === fold(other)
  })
}
