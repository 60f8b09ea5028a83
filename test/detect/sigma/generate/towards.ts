import { Buffer } from 'node:buffer'
import type { PlainEvent } from './event.ts'
import { inOtherCase } from './random.ts'
import type { Random } from './random.ts'
import { PLACEHOLDERS } from './vocabulary.ts'

type Plain = Readonly<Record<string, unknown>>

/**
 * An event built towards a rule: it holds what most of the rule's selections ask for, exactly or
 * all but one character of it, on top of what `begun` holds. It need not match.
 */
export function anEventTowards(random: Random, rule: Plain, begun: PlainEvent = {}): PlainEvent {
  const event = structuredClone(begun)
  const detection = rule['detection'] as Plain
  for (const [name, search] of Object.entries(detection)) {
    if (name === 'condition' || name === 'timeframe') continue
    if (random.chance(/filter|_b$/.test(name) ? 25 : 90)) fulfil(random, event, search)
  }
  return event
}

function fulfil(random: Random, event: PlainEvent, search: unknown): void {
  if (Array.isArray(search)) return fulfil(random, event, random.pick<unknown>(search))
  if (typeof search !== 'object' || search === null) {
    return put(random, event, 'message', aText(random, String(search), ['contains']))
  }
  for (const [key, value] of Object.entries(search)) {
    const [field = '', ...modifiers] = key.split('|')
    const values: unknown[] = Array.isArray(value) ? value : [value]
    const chosen = modifiers.includes('all') ? values : [random.pick(values)]
    const made = chosen.map((each) => aValue(random, each, modifiers))
    const isText = made.length > 1 && made.every((each) => typeof each === 'string')
    const isJoined = isText && modifiers.includes('contains') && random.chance(80)
    const whole = isJoined ? made.join(random.pick(['', ' '])) : made
    put(random, event, field || 'message', made.length === 1 ? made[0] : whole)
  }
}

function aValue(random: Random, value: unknown, modifiers: readonly string[]): unknown {
  if (value === null) return random.pick<unknown>([null, undefined, ''])
  if (modifiers.includes('exists')) return value === true ? 'anything' : undefined
  if (modifiers.includes('neq') && random.chance(50)) return `other ${JSON.stringify(value)}`
  if (modifiers.includes('cidr')) return anAddress(random, value as string)
  if (modifiers.some((each) => ['lt', 'lte', 'gt', 'gte'].includes(each))) {
    return Number(value) + random.pick([-1, 0, 1])
  }
  if (typeof value !== 'string') return random.chance(70) ? value : JSON.stringify(value)
  if (modifiers.includes('re')) return aRegexText(random, value)
  return aText(random, value, modifiers)
}

/** A text that a value asks for, or one that misses by a character. */
function aText(random: Random, value: string, modifiers: readonly string[]): string {
  let text = value.replaceAll(/\\([*?\\])|\*|\?/g, (whole, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped
    return whole === '*' ? random.pick(['', 'x', ' some\nmore ']) : random.pick(['x', '😀'])
  })
  text = text.replaceAll(/%(\w+)%/g, (whole, name: string) => {
    const values = Object.entries(PLACEHOLDERS).find(([each]) => each === name)?.[1]
    return values === undefined ? whole : String(random.pick<string | number>(values))
  })
  if (modifiers.includes('windash'))
    text = text.replaceAll(/[-/]/g, () => random.pick(['-', '/', '–']))
  text = encoded(random, text, modifiers)
  if (random.chance(20)) text = nearly(random, text)
  const before = random.pick(['', 'x', String.raw`c:\dir`])
  const after = random.pick(['', 'x', ' and'])
  const isOpenBefore = modifiers.includes('contains') || modifiers.includes('endswith')
  const isOpenAfter = modifiers.includes('contains') || modifiers.includes('startswith')
  const whole = `${isOpenBefore ? before : ''}${text}${isOpenAfter ? after : ''}`
  return modifiers.includes('cased') && random.chance(70) ? whole : inOtherCase(random, whole)
}

function encoded(random: Random, text: string, modifiers: readonly string[]): string {
  const isWide = modifiers.includes('wide') || modifiers.includes('utf16le')
  const isMarked = modifiers.includes('utf16')
  const isBig = modifiers.includes('utf16be')
  const shift = modifiers.includes('base64offset') ? random.below(4) : 0
  const marked = isMarked ? `\uFEFF${text}` : text
  const bytes = Buffer.from(marked, isWide || isMarked || isBig ? 'utf16le' : 'utf8')
  if (isBig) bytes.swap16()
  const shifted = Buffer.concat([Buffer.alloc(shift, 'q'), bytes])
  if (modifiers.some((each) => each.startsWith('base64'))) return shifted.toString('base64')
  return isWide || isMarked || isBig ? bytes.toString('latin1') : text
}

/** A text that a plain expression may match: its operators taken out or tried. */
function aRegexText(random: Random, source: string): string {
  const text = source
    .replaceAll(/\(\?[a-zA-Z:]*:?|\\b|\^|\$/g, '')
    .replaceAll(/\\d|\[0-9][^[(]?/g, '5')
    .replaceAll(/\\[sW]/g, ' ')
    .replaceAll(/\\w|\[[^\]]*]/g, 'a')
    .replaceAll(/\{(\d+)[^}]*}|[+*?]/g, '')
    .replaceAll(/\\(.)/g, '$1')
    .replaceAll(/\(([^()|]*)[^()]*\)/g, '$1')
  return random.chance(80) ? text : nearly(random, inOtherCase(random, text))
}

function anAddress(random: Random, network: string): string {
  const address = network.split('/')[0]!
  const style = random.below(4)
  if (style > 1) return address
  if (address.includes(':'))
    return style === 0 ? `${address.replace(/::.*$/, '::')}5` : '2001:db8::1'
  return address.replace(/\d+$/, String(random.below(256)))
}

function nearly(random: Random, text: string): string {
  const characters = Array.from(text)
  const place = random.below(characters.length)
  const change = random.pick([[], ['x'], [' '], ['x', 'y']])
  characters.splice(place, 1, ...change)
  return characters.join('')
}

/** Puts a value where the rule will look: under the very name, or along its dotted path. */
function put(random: Random, event: PlainEvent, field: string, value: unknown): void {
  if (value === undefined) return
  const held = random.chance(10) ? ['other', value] : value
  const path = field.split('.')
  const last = path.pop()!
  let place: PlainEvent = event
  const isFlat = path.length === 0 || random.chance(40) || field in event
  for (const name of isFlat ? [] : path) {
    const inner: unknown = place[name]
    const isMap = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    const next: PlainEvent = isMap ? (inner as PlainEvent) : {}
    place[name] = next
    place = next
  }
  place[isFlat ? field : last] = held
}
